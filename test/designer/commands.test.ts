import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage } from './page-kit.js'

afterAll(closeBrowser)

const DR = readFileSync('samples/dr.lvs.yaml', 'utf8')
const RS1 = `  rs1:
    role: real-server
    interfaces:
      eth0: { network: farm, address: [192.0.2.11, '2001:db8:1::11'] }
`

let designer: DesignerPage
beforeAll(async () => {
  designer = await openDesigner(DR)
})
beforeEach(async () => {
  await designer.page.locator('.canvas').focus()
  await designer.page.keyboard.press('Escape')
  await designer.type(DR)
  // Wherever the test before has gone.
  await designer.act('fit')
  await designer.settled()
  designer.received.length = 0
})
afterEach(() => {
  expect(designer.faults.splice(0)).toEqual([])
})

const changes = () =>
  designer.received.filter((message) => ['edit', 'fix', 'paste', 'duplicate'].includes(message?.kind ?? ''))
const notice = () => designer.page.locator('.notice').last().textContent()
const chosen = () => designer.page.locator('.panel-title').textContent()
const both = async () => {
  await designer.node('host:rs1').click()
  await designer.node('host:rs2').click({ modifiers: ['Control'] })
  await expect.poll(chosen).toBe('2 selected')
}

describe('copy, cut and paste', () => {
  it('puts what is selected into the clipboard as the text has it, by VS Code’s own key', async () => {
    await designer.node('host:rs1').click()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Control+c')
    await expect.poll(() => designer.clipboard.text).toBe(`hosts:\n${RS1}`)
    await expect.poll(notice).toBe('Copied rs1')
    expect(designer.text()).toBe(DR)
  })

  it('pastes it as one edit, with a free name and address, and selects it', async () => {
    designer.clipboard.text = `hosts:\n${RS1}`
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Control+v')
    await expect
      .poll(() => designer.text())
      .toContain(
        "  rs3:\n    role: real-server\n    interfaces:\n      eth0: { network: farm, address: [192.0.2.13, '2001:db8:1::13'] }\n",
      )
    expect(changes()).toHaveLength(1)
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs3')
  })

  it('pastes what was copied out of the middle of a text, and refuses what is no part of a drawing', async () => {
    designer.clipboard.text = 'blue:\n    role: client\n    interfaces: {}\n'
    await designer.act('paste')
    await expect.poll(() => designer.text()).toContain('  blue:\n    role: client\n')
    const before = designer.text()
    designer.clipboard.text = 'Dear all, the meeting: it is at ten.'
    await designer.act('paste')
    await expect.poll(notice).toContain('The clipboard has no networks, hosts or services')
    expect(designer.text()).toBe(before)
  })

  it('cuts in one edit, and what was cut comes back as it was', async () => {
    await both()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Control+x')
    await expect.poll(() => designer.text()).not.toMatch(/rs[12]/)
    expect(changes()).toHaveLength(1)
    await designer.act('paste')
    await expect.poll(() => designer.text()).toContain(RS1)
  })

  it('in a field of the panel they stay the field’s own', async () => {
    designer.clipboard.text = `hosts:\n${RS1}`
    await designer.node('host:rs1').click()
    await designer.page.locator('.panel-rename input').focus()
    await designer.page.keyboard.press('Control+c')
    await designer.page.keyboard.press('Control+v')
    await designer.page.waitForTimeout(200)
    expect(
      designer.received.filter((message) => message?.kind === 'paste' || message?.kind === 'copy'),
    ).toEqual([])
    await designer.page.keyboard.press('Escape')
  })

  it('a duplicate of a real server serves what the first one serves', async () => {
    await designer.node('host:rs2').click()
    await designer.act('duplicate')
    await expect.poll(() => designer.text()).toContain('  rs3:\n    role: real-server')
    expect(designer.text().match(/^ {6}rs3: \{\}$/gm)).toHaveLength(2)
    expect(changes()).toHaveLength(1)
    await expect.poll(() => designer.page.locator('.all-well, .finding-error').count()).toBe(0)
  })
})

describe('rename in place', () => {
  it('with F2’s command: what is wrong is said while typing, Enter renames everywhere', async () => {
    await designer.node('host:rs1').click()
    await designer.act('rename')
    const field = designer.page.locator('.rename-box input')
    await field.fill('rs2')
    await expect.poll(() => designer.page.locator('.rename-problem').textContent()).toContain('already')
    await field.press('Enter')
    expect(await field.count()).toBe(1)
    await field.fill('blue')
    await field.press('Enter')
    await expect.poll(() => designer.text()).toBe(DR.replaceAll('rs1:', 'blue:'))
    expect(await field.count()).toBe(0)
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('blue')
  })

  it('keys that select words there move nothing, and duplicate nothing', async () => {
    await designer.node('host:rs1').click()
    await designer.act('rename')
    const field = designer.page.locator('.rename-box input')
    await expect.poll(() => field.count()).toBe(1)
    for (const action of ['move-left', 'move-down', 'duplicate'] as const) await designer.act(action)
    // Whatever they would have asked for was asked for before this.
    await field.fill('blue')
    await field.press('Enter')
    await expect.poll(() => designer.text()).toBe(DR.replaceAll('rs1:', 'blue:'))
    expect(changes()).toHaveLength(1)
  })

  it('by a double click; Escape leaves the name as it is', async () => {
    await designer.node('network:farm').locator('.bar-name').dblclick()
    const field = designer.page.locator('.rename-box input')
    expect(await field.inputValue()).toBe('farm')
    await field.fill('other')
    await field.press('Escape')
    await expect.poll(() => field.count()).toBe(0)
    expect(designer.text()).toBe(DR)
  })
})

describe('find', () => {
  it('by name or address, and goes there', async () => {
    await designer.act('find')
    const field = designer.page.locator('.chooser-input')
    await field.fill('2001:db8:1::12')
    await expect.poll(() => designer.page.locator('.chooser-item').count()).toBe(1)
    await field.press('Enter')
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs2')
    expect(await designer.page.locator('.chooser').count()).toBe(0)
    expect(await designer.page.evaluate('document.activeElement.className')).toContain('canvas')
  })

  it('says when nothing is called so; Escape closes', async () => {
    await designer.act('find')
    await designer.page.locator('.chooser-input').fill('nobody')
    await expect.poll(() => designer.page.locator('.chooser-none').textContent()).toContain('Nothing here')
    await designer.page.keyboard.press('Escape')
    await expect.poll(() => designer.page.locator('.chooser').count()).toBe(0)
  })
})

describe('connecting by keyboard', () => {
  it('offers what can be, and says of the rest why it cannot', async () => {
    await designer.node('host:alice').click()
    await designer.act('connect')
    const item = (name: string) =>
      designer.page.locator('.chooser-item', { has: designer.page.getByText(name, { exact: true }) })
    expect(await item('lb1').getAttribute('aria-disabled')).toBe('true')
    expect(await item('lb1').textContent()).toContain('Hosts meet on networks')
    await designer.page.locator('.chooser-input').fill('farm')
    await designer.page.keyboard.press('Enter')
    await expect.poll(() => designer.text()).toContain('      eth1: { network: farm, address:')
    expect(changes()).toHaveLength(1)
  })
})

describe('several real servers at once', () => {
  it('shows what would come of it, and makes it in one edit', async () => {
    await designer.node('service:web').click()
    await designer.act('add-real-servers')
    const form = designer.page.getByRole('dialog')
    await form.getByLabel('How many').fill('4')
    await form.getByLabel('First name').fill('web-{n:2}')
    await expect.poll(() => form.locator('.many-preview').textContent()).toContain('web-04')
    await designer.screenshot('many-real-servers')
    await form.getByLabel('How many').press('Enter')
    await expect.poll(() => designer.text()).toContain('  web-04:\n    role: real-server')
    expect(designer.text()).toContain("address: [192.0.2.16, '2001:db8:1::16']")
    expect(designer.text().match(/^ {6}web-0\d: \{\}$/gm)).toHaveLength(4)
    expect(changes()).toHaveLength(1)
    await expect.poll(chosen).toBe('4 selected')
  })

  it('while they are asked for, what is selected is not duplicated', async () => {
    await designer.node('host:rs1').click()
    await designer.act('add-real-servers')
    const form = designer.page.getByRole('dialog')
    await form.getByLabel('First name').focus()
    await designer.act('duplicate')
    await form.getByLabel('How many').fill('2')
    await form.getByLabel('How many').press('Enter')
    await expect.poll(chosen).toBe('2 selected')
    expect(changes().map((message) => message?.kind)).toEqual(['edit'])
  })

  it('says at the field what is wrong, and adds nothing', async () => {
    await designer.act('add-real-servers')
    const form = designer.page.getByRole('dialog')
    await form.getByLabel('First address').fill('10.9.9.9')
    await expect.poll(() => form.locator('.many-problem').textContent()).toContain('10.9.9.9 is not in')
    await form.getByLabel('First address').press('Enter')
    expect(await form.count()).toBe(1)
    await designer.page.keyboard.press('Escape')
    await expect.poll(() => form.count()).toBe(0)
    expect(designer.text()).toBe(DR)
  })
})

describe('in line', () => {
  it('aligns what is selected, in one edit', async () => {
    await designer.node('host:alice').click()
    await designer.node('host:rs1').click({ modifiers: ['Control'] })
    await designer.page.getByRole('button', { name: 'Align top' }).click()
    await expect.poll(() => designer.text()).toMatch(/layout:\n {2}hosts:\n {4}(alice|rs1): \{/)
    expect(changes()).toHaveLength(1)
    const [one, other] = [
      await designer.node('host:alice').boundingBox(),
      await designer.node('host:rs1').boundingBox(),
    ]
    expect(Math.abs((one?.y ?? 0) - (other?.y ?? 1e6))).toBeLessThan(2)
  })

  it('says how many things it takes', async () => {
    await designer.node('host:rs1').click()
    await designer.act('align-left')
    await expect.poll(notice).toContain('at least two')
    await both()
    await designer.act('distribute-vertically')
    await expect.poll(notice).toContain('at least three')
    expect(designer.text()).toBe(DR)
  })

  it('draws what is dragged to what it is nearly in line with, and shows it', async () => {
    const [rs1, rs2] = [await designer.middle('host:rs1'), await designer.middle('host:rs2')]
    await designer.drag(rs2, { x: rs1.x + 3, y: rs2.y + 60 }, { hold: true })
    await expect.poll(() => designer.page.locator('.guides line').count()).toBeGreaterThan(0)
    await designer.screenshot('guides')
    await designer.page.mouse.up()
    await expect.poll(() => designer.text()).toMatch(/rs2: \{ x: \d+, y: \d+ \}/)
    expect(await designer.page.locator('.guides').count()).toBe(0)
    expect((await designer.middle('host:rs2')).x).toBeCloseTo(rs1.x, 0)
  })

  it('draws a network longer by its end, and by keyboard, and never shorter than what hangs on it', async () => {
    const before = await designer.node('network:farm').boundingBox()
    const farm = designer.node('network:farm')
    await farm.click({ position: { x: 4, y: 40 } })
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('farm')
    const end = await farm.locator('.bar-end-top').boundingBox()
    if (before === null || end === null) throw new Error('the network has no end to take it by')
    const at = { x: end.x + end.width / 2, y: end.y + end.height / 2 }
    await designer.drag(at, { x: at.x, y: at.y - 40 })
    await expect.poll(() => designer.text()).toMatch(/layout:\n {2}lengths:\n {4}farm: \d+\n/)
    expect(changes()).toHaveLength(1)
    const drawn = await designer.node('network:farm').boundingBox()
    expect(drawn?.height).toBeGreaterThan(before.height + 70)
    const length = Number(/farm: (\d+)\n/.exec(designer.text())?.[1])
    await designer.act('longer')
    await expect.poll(() => designer.text()).toContain(`farm: ${length + 24}\n`)
    for (let times = 0; times < 40; times++) await designer.act('shorter')
    await expect.poll(() => designer.text()).not.toMatch(/farm: \d+/)
    await designer.node('host:rs1').click()
    await designer.act('longer')
    await expect.poll(notice).toContain('Select a network')
  })

  it('moves by keyboard', async () => {
    const before = await designer.middle('host:rs1')
    await designer.node('host:rs1').click()
    await designer.page.locator('.canvas').focus()
    await designer.act('move-down')
    await expect.poll(() => designer.text()).toMatch(/rs1: \{ x: \d+, y: -?\d+ \}/)
    expect((await designer.middle('host:rs1')).y).toBeGreaterThan(before.y + 2)
  })
})

describe('adding by command', () => {
  it.each(['client', 'router', 'director', 'real-server', 'network', 'service'] as const)(
    'a %s',
    async (item) => {
      await designer.act(`add-${item}`)
      await expect.poll(() => designer.text()).not.toBe(DR)
      expect(changes()).toHaveLength(1)
    },
  )
})

describe('the lock', () => {
  it('keeps everything in its place, and says so', async () => {
    await designer.act('lock')
    const from = await designer.middle('host:rs1')
    await designer.drag(from, { x: from.x, y: from.y - 100 })
    await designer.node('host:rs1').click()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Delete')
    await expect.poll(notice).toContain('locked')
    expect(changes()).toEqual([])
    expect(await designer.page.locator('.palette-item').first().isDisabled()).toBe(true)
    await designer.page.getByRole('button', { name: 'Lock the canvas' }).click()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Delete')
    await expect.poll(() => designer.text()).not.toContain('  rs1:')
  })
})

describe('the menu', () => {
  const menu = async () =>
    JSON.parse(
      (await designer.page.locator('.canvas').getAttribute('data-vscode-context')) ?? '{}',
    ) as unknown

  it('is about what it is opened on, which is selected', async () => {
    await designer.node('service:web').click({ button: 'right' })
    expect(await menu()).toMatchObject({ lvsSelected: 'service', lvsEditable: true })
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('web')
    await designer.node('host:rs1').click({ button: 'right' })
    expect(await menu()).toMatchObject({ lvsSelected: 'host', lvsHost: 'rs1' })
    await both()
    await designer.node('host:rs1').click({ button: 'right' })
    expect(await menu()).toMatchObject({ lvsSelected: 'several' })
    await designer.page.mouse.click(640, 760, { button: 'right' })
    expect(await menu()).toMatchObject({ lvsSelected: 'none', preventDefaultContextMenuItems: true })
  })
})

describe('looking at it', () => {
  const zoom = () =>
    designer.page.evaluate<number>(
      "new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).a",
    )

  it('zooms to 100 %, in, out, to the selection and to all', async () => {
    await designer.act('zoom-to-100')
    await expect.poll(zoom).toBeCloseTo(1, 3)
    await designer.act('zoom-in')
    await expect.poll(zoom).toBeCloseTo(1.2, 2)
    await designer.act('zoom-out')
    await expect.poll(zoom).toBeCloseTo(1, 2)
    await designer.node('host:alice').click()
    await designer.act('zoom-to-selection')
    await expect.poll(zoom).toBeCloseTo(1.5, 2)
    await designer.act('fit')
    await expect.poll(zoom).toBeLessThan(1.3)
  })

  it('has a minimap when asked for', async () => {
    expect(await designer.page.locator('.minimap').count()).toBe(0)
    await designer.act('minimap')
    await expect.poll(() => designer.page.locator('.minimap-shape').count()).toBe(6)
    await designer.act('minimap')
    await expect.poll(() => designer.page.locator('.minimap').count()).toBe(0)
  })

  it('a group of real servers collapses into one, and opens again', async () => {
    await designer.type(farmText(12))
    await designer.settled()
    await designer.act('collapse')
    await expect.poll(() => designer.page.locator('.farm-closed').textContent()).toContain('×12')
    expect(await designer.node('host:rs5').count()).toBe(0)
    await designer.page.locator('.farm-closed').dblclick({ position: { x: 120, y: 12 } })
    await expect.poll(() => designer.node('host:rs5').count()).toBe(1)
  })

  it('what cannot be read from afar is not drawn', async () => {
    const detail = () => designer.page.locator('.canvas').getAttribute('data-detail')
    await designer.act('zoom-to-100')
    await expect.poll(detail).toBe('full')
    for (let times = 0; times < 5; times++) await designer.act('zoom-out')
    await expect.poll(detail).toBe('names')
    expect(await designer.node('host:rs1').locator('.row').first().isVisible()).toBe(false)
    expect(await designer.node('host:rs1').locator('.tag').first().isVisible()).toBe(true)
    for (let times = 0; times < 5; times++) await designer.act('zoom-out')
    await expect.poll(detail).toBe('glyphs')
    await designer.act('fit')
  })
})

describe('several by keyboard', () => {
  it('Shift with an arrow key selects the next one too', async () => {
    await designer.node('host:rs1').click()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Shift+ArrowDown')
    await expect.poll(chosen).toBe('2 selected')
    const active = await designer.page.locator('.canvas').getAttribute('aria-activedescendant')
    expect(active).toBe('node_host:rs2')
  })
})

describe('ways', () => {
  it('replies of DR go straight to the client, those of NAT through the director', async () => {
    await expect.poll(() => designer.page.locator('.way-label').textContent()).toContain('go past lb1')
    await designer.type(readFileSync('samples/nat.lvs.yaml', 'utf8'))
    await expect.poll(() => designer.page.locator('.way-label').textContent()).toContain('back through lb1')
    expect(await designer.page.locator('.way-request.mode-nat').count()).toBe(1)
  })
})
