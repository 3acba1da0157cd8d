import { readFile } from 'node:fs/promises'
import type { FrameLocator, Locator } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'
import { attributesOf } from './workbench.js'

const FILE = 'shop.lvs.yaml'
const OTHER_FILE = 'shop-tun.lvs.yaml'

/** Every gesture of the canvas once, by a hand and by VS Code's own keys, menus and commands: one VS Code for all. */
describe('gestures on the canvas of a real VS Code', () => {
  let code: VsCode
  let canvas: FrameLocator
  let original = ''
  beforeAll(async () => {
    original = await readFile('samples/dr.lvs.yaml', 'utf8')
    code = await openVsCode({ files: { [FILE]: original } })
    await code.openFile(FILE)
    canvas = code.designer()
    const open = canvas.locator('[data-arranging="false"]')
    await open.waitFor({ timeout: 120_000 })
  })
  afterAll(() => code.close())

  // Whatever a case before has left: its failure is its own.
  beforeEach(async () => {
    await saved()
    await code.writeFile(FILE, original)
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2')
    await focus()
    await code.page.keyboard.press('Escape')
    await code.page.keyboard.press('Alt+Shift+0')
    await code.page.waitForTimeout(400)
  })

  const node = (id: string): Locator => canvas.locator(`.react-flow__node[data-id="${id}"]`)
  const idsOf = async (nodes: Locator) => [...(await attributesOf(nodes, 'data-id'))].sort()
  const drawn = async () =>
    (await idsOf(canvas.locator('.react-flow__node[data-id^="host:"]'))).map((id) => id.slice(5)).join(' ')
  const focus = () => canvas.locator('.canvas').focus()
  const saved = async () => {
    if (await code.isDirty(FILE)) {
      await focus()
      await code.page.keyboard.press('Control+s')
      await expect.poll(() => code.isDirty(FILE)).toBe(false)
    }
    return code.fileText(FILE)
  }
  const notice = () => canvas.locator('.notice').last().textContent()
  const middle = async (what: Locator) => {
    const box = await what.boundingBox()
    if (box === null) throw new Error('it is not on the screen')
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  const drag = async (
    from: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
  ) => {
    const { mouse } = code.page
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move(to.x, to.y, { steps: 8 })
  }
  const both = async () => {
    await node('host:rs1').click()
    await node('host:rs2').click({ modifiers: ['Control'] })
    await expect.poll(() => canvas.locator('.panel-title').textContent()).toBe('2 selected')
  }

  it('copies, cuts and pastes over the system’s clipboard', async () => {
    await node('host:rs1').click()
    await focus()
    await code.page.keyboard.press('Control+c')
    const clipboard = () => code.page.evaluate<string>('navigator.clipboard.readText()')
    await expect.poll(clipboard).toContain('hosts:\n  rs1:\n    role: real-server\n')
    await code.page.keyboard.press('Control+v')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2 rs3')
    await code.page.keyboard.press('Control+x')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2')
    await code.page.keyboard.press('Control+v')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2 rs3')
  })

  it('duplicates, and undoes it with one step', async () => {
    await node('host:rs2').click()
    await focus()
    await code.page.keyboard.press('Control+d')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2 rs3')
    expect(await saved()).toContain('      rs3: {}\n')
    await focus()
    await code.page.keyboard.press('Control+z')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2')
    expect(await saved()).toBe(original)
  })

  it('adds several real servers by a form', async () => {
    await focus()
    await code.page.keyboard.press('Alt+Shift+r')
    const form = canvas.locator('.many-form')
    await form.locator('input').first().fill('3')
    await form.locator('vscode-button').first().click()
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2 rs3 rs4 rs5')
  })

  it('adds by the palette, with the keyboard', async () => {
    await canvas.locator('.palette-item[data-item="client"]').press('Enter')
    await expect.poll(drawn).toMatch(/^alice .*client/)
  })

  it('aligns and distributes by VS Code’s commands', async () => {
    await both()
    await code.command('LVS: Align Left')
    await expect.poll(notice).toMatch(/in line|Aligned/)
    await node('host:edge').click({ modifiers: ['Control'] })
    await code.command('LVS: Distribute Vertically')
    await expect.poll(notice).toMatch(/Distributed|in line/)
  })

  it('draws what is dragged to what it is nearly in line with', async () => {
    const [rs1, rs2] = [await middle(node('host:rs1')), await middle(node('host:rs2'))]
    await drag(rs2, { x: rs1.x + 3, y: rs2.y + 40 })
    await expect.poll(() => canvas.locator('.guides line').count()).toBeGreaterThan(0)
    await code.page.mouse.up()
    await expect.poll(saved).toMatch(/rs2: \{ x: -?\d+, y: -?\d+ \}/)
    expect((await middle(node('host:rs2'))).x).toBeCloseTo(rs1.x, 0)
  })

  it('draws a network longer by its end and by keys', async () => {
    await node('network:farm').locator('.bar-name').click()
    const end = await middle(node('network:farm').locator('.bar-end-top'))
    await drag(end, { x: end.x, y: end.y - 30 })
    await code.page.mouse.up()
    await expect.poll(saved).toMatch(/lengths:\n {4}farm: \d+\n/)
    const length = Number(/farm: (\d+)\n/.exec(await saved())?.[1])
    await focus()
    await code.page.keyboard.press('Alt+PageDown')
    await expect.poll(saved).toContain(`farm: ${length + 24}\n`)
  })

  it('moves by keys', async () => {
    await node('host:rs1').click()
    await focus()
    await code.page.keyboard.press('Alt+Shift+ArrowDown')
    await expect.poll(saved).toMatch(/rs1: \{ x: -?\d+, y: -?\d+ \}/)
  })

  it('leaves keys to what is typed elsewhere with the canvas behind it', async () => {
    await node('host:rs2').click()
    await focus()
    await code.page.keyboard.press('F1')
    const palette = code.page.locator('.quick-input-widget input[type="text"]')
    await palette.waitFor()
    await palette.fill('>LVS')
    for (const key of ['Control+d', 'Alt+Shift+ArrowRight', 'Alt+Shift+a']) await palette.press(key)
    await palette.press('Escape')
    await palette.waitFor({ state: 'hidden' })
    await node('host:rs1').click()
    await focus()
    // What the canvas had been told before would be in the text with this.
    await code.page.keyboard.press('Alt+Shift+ArrowDown')
    await expect.poll(saved).toMatch(/layout:\n {2}hosts:\n {4}rs1: \{ x: -?\d+, y: -?\d+ \}\n/)
    expect(await drawn()).toBe('alice edge lb1 rs1 rs2')
    expect(await saved()).not.toMatch(/^ {4}rs2: \{ x/m)
  })

  it('renames in place', async () => {
    await node('host:rs1').click()
    await focus()
    await code.page.keyboard.press('F2')
    const field = canvas.locator('.rename-box input')
    await field.fill('blue')
    await field.press('Enter')
    await expect.poll(drawn).toBe('alice blue edge lb1 rs2')
    expect(await saved()).toBe(original.replaceAll('rs1:', 'blue:'))
  })

  it('deletes by a key', async () => {
    await both()
    await focus()
    await code.page.keyboard.press('Delete')
    await expect.poll(drawn).toBe('alice edge lb1')
  })

  it('has VS Code’s own menu about what it is opened on', async () => {
    await node('host:rs1').click({ button: 'right' })
    await code.inMenu('Duplicate Selection').waitFor()
    await code.screenshot('context-menu')
    await code.chooseInMenu('Duplicate Selection')
    await expect.poll(drawn).toBe('alice edge lb1 rs1 rs2 rs3')
  })

  it('connects, and refuses with the reason', async () => {
    await node('host:rs1').hover()
    const plug = node('host:rs1').locator('.plug:not(.plug-hidden)')
    await drag(await middle(plug), await middle(node('host:rs2')))
    await code.page.mouse.up()
    await expect.poll(notice).toContain('Hosts meet on networks')
    await node('host:alice').hover()
    const from = await middle(node('host:alice').locator('.plug:not(.plug-hidden)'))
    await drag(from, await middle(node('network:farm')))
    await code.page.mouse.up()
    await expect.poll(saved).toMatch(/alice:[^]*?eth1: \{ network: farm/)
  })

  it('finds, zooms, shows the minimap, locks, and selects by a frame', async () => {
    const before = await saved()
    await focus()
    await code.page.keyboard.press('Control+f')
    await canvas.locator('.chooser-input').fill('rs2')
    await canvas.locator('.chooser-input').press('Enter')
    await expect.poll(() => canvas.locator('.panel-rename input').inputValue()).toBe('rs2')
    const zoom = async () => {
      const style = await canvas.locator('.react-flow__viewport').getAttribute('style')
      return Number(/scale\(([^)]*)\)/.exec(style ?? '')?.[1])
    }
    await focus()
    await code.page.keyboard.press('Alt+Shift+1')
    await expect.poll(zoom).toBe(1)
    await code.page.keyboard.press('Alt+Shift+=')
    await expect.poll(zoom).toBeGreaterThan(1)
    await code.page.keyboard.press('Alt+Shift+2')
    await expect.poll(zoom).toBe(1.5)
    await code.page.waitForTimeout(400)
    await code.page.keyboard.press('Alt+Shift+0')
    await expect.poll(zoom).toBeLessThan(1.26)
    await code.page.keyboard.press('Alt+Shift+m')
    await canvas.locator('.minimap').waitFor()
    await code.page.keyboard.press('Alt+Shift+m')
    await canvas.locator('.minimap').waitFor({ state: 'detached' })

    await code.page.waitForTimeout(400)
    const box = await canvas.locator('.canvas').boundingBox()
    if (box === null) throw new Error('there is no canvas')
    await code.page.keyboard.down('Shift')
    await drag({ x: box.x + 4, y: box.y + 4 }, { x: box.x + box.width - 4, y: box.y + box.height - 60 })
    await code.page.mouse.up()
    await code.page.keyboard.up('Shift')
    await expect.poll(() => canvas.locator('.panel-title').textContent()).toMatch(/^\d+ selected$/)

    await focus()
    await code.page.keyboard.press('Escape')
    await code.page.keyboard.press('Alt+Shift+l')
    await expect.poll(notice).toContain('Locked')
    const rs1 = await middle(node('host:rs1'))
    await drag(rs1, { x: rs1.x, y: rs1.y - 60 })
    await code.page.mouse.up()
    await code.page.keyboard.press('Alt+Shift+l')
    await expect.poll(notice).toContain('Unlocked')
    expect(await saved()).toBe(before)
  })

  it('closes a large farm and opens it', async () => {
    await focus()
    await code.page.keyboard.press('Alt+Shift+r')
    const form = canvas.locator('.many-form')
    await form.locator('input').first().fill('6')
    await form.locator('input').first().press('Enter')
    await canvas.locator('.farm-open').waitFor()
    await focus()
    await code.page.keyboard.press('Alt+Shift+e')
    await canvas.locator('.farm-closed').waitFor()
    expect(await drawn()).toBe('alice edge lb1')
    // Closed as it is, it is gone to and opened by keys.
    await focus()
    await code.page.keyboard.press('Escape')
    await canvas.locator('[data-arranging="false"]').waitFor()
    await code.page.keyboard.press('Alt+Shift+0')
    await code.page.waitForTimeout(400)
    await code.screenshot('farm-closed')
    await canvas.locator('.farm-closed').click()
    await code.page.keyboard.press('Enter')
    await canvas.locator('.farm-open').waitFor()
  })

  const portField = () => canvas.locator('.property', { hasText: /^port/ }).locator('input').first()
  const typeInPort = async (port: string) => {
    await node('service:web').click()
    const field = portField()
    await field.fill(port)
    return field
  }

  it('has the selection again after another tab, and loses nothing that is half typed', async () => {
    await node('host:rs2').click()
    const name = canvas.locator('.panel-rename input')
    await expect.poll(() => name.inputValue()).toBe('rs2')
    await code.command('LVS: New Topology…')
    await code.pick('TUN')
    await canvas.locator('.react-flow__node[data-id="host:rs2"]').waitFor()
    await expect.poll(() => name.count()).toBe(0)
    await code.openFile(FILE)
    await expect.poll(() => name.inputValue()).toBe('rs2')
    await canvas.locator('.properties').waitFor()
    // By a chord that leaves a field half typed: its page goes before the field is told that it is left.
    await typeInPort('9004')
    await code.page.keyboard.press('Alt+2')
    await canvas.locator('.react-flow__node[data-id="host:rs2"]').waitFor()
    await expect.poll(() => code.isDirty(FILE)).toBe(true)
    // Not left behind: closing another tab would bring it forward.
    await code.tab(OTHER_FILE).locator('.action-label').first().click()
    await code.pressInDialog(/Don.t Save/)
    await code.tab(OTHER_FILE).waitFor({ state: 'detached' })
    await expect.poll(() => portField().inputValue()).toBe('9004')
    expect(await saved()).toContain('port: 9004\n')
  })

  it('saves what is typed in a field, and nothing is left to save', async () => {
    const field = await typeInPort('8081')
    expect(await code.isDirty(FILE)).toBe(false)
    await field.press('Control+s')
    await expect.poll(() => code.fileText(FILE)).toContain('port: 8081\n')
    await expect.poll(() => code.isDirty(FILE)).toBe(false)
    expect(await field.inputValue()).toBe('8081')
  })

  it('loses nothing of what is typed in a field when its tab is closed', async () => {
    await typeInPort('9001')
    await code.page.keyboard.press('Control+w')
    await code.notification('shop.lvs.yaml is open again').waitFor()
    await canvas.locator('[data-arranging="false"]').waitFor()
    expect(await code.isDirty(FILE)).toBe(true)
    await code.screenshot('closed-while-typing')
    await code.dismissNotifications()
    expect(await code.fileText(FILE)).toBe(original)
    expect(await saved()).toContain('port: 9001\n')
    // The button of the tab does not take the focus from the field before the tab is gone.
    await typeInPort('9002')
    await code.tab(FILE).locator('.action-label.codicon-close').click()
    await code.notification('shop.lvs.yaml is open again').waitFor()
    await canvas.locator('[data-arranging="false"]').waitFor()
    await code.dismissNotifications()
    // Thrown away is thrown away, also what is typed meanwhile.
    await typeInPort('9003')
    await code.tab(FILE).locator('.action-label').first().click()
    expect((await code.dialog()).text).toContain('Do you want to save')
    await code.pressInDialog(/Don.t Save/)
    await code.tab(FILE).waitFor({ state: 'detached' })
    await code.openFile(FILE)
    await canvas.locator('[data-arranging="false"]').waitFor()
    expect(await code.fileText(FILE)).toContain('port: 9001\n')
    expect(await code.isDirty(FILE)).toBe(false)
    await expect.poll(() => canvas.locator('.service-row').first().textContent()).toContain(':9001')
  })

  it('has nothing to complain about', () => {
    expect(code.faults()).toEqual([])
  })
})
