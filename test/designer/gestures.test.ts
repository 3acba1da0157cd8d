import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage } from './page-kit.js'

afterAll(closeBrowser)

const NAT = readFileSync('samples/nat.lvs.yaml', 'utf8')

let designer: DesignerPage
beforeAll(async () => {
  designer = await openDesigner(NAT)
})
beforeEach(async () => {
  await designer.page.locator('.canvas').focus()
  await designer.page.keyboard.press('Escape')
  await designer.type(NAT)
  await designer.settled()
  designer.received.length = 0
})
afterEach(() => {
  expect(designer.faults.splice(0)).toEqual([])
})

const palette = async (item: string) => {
  const box = await designer.page.locator(`.palette-item[data-item="${item}"]`).boundingBox()
  if (box === null) throw new Error(`the palette has no ${item}`)
  return { x: box.x + box.width / 2, y: box.y + 20 }
}
const edits = () => designer.received.filter((message) => message?.kind === 'edit' || message?.kind === 'fix')

describe('the palette', () => {
  it('puts a real server where it is dropped, in one edit', async () => {
    await designer.drag(await palette('real-server'), { x: 640, y: 640 })
    await expect.poll(() => designer.text()).toContain('  rs3:\n    role: real-server')
    expect(designer.text()).toMatch(/layout:\n {2}hosts:\n {4}rs3: \{ x: \d+, y: \d+ \}/)
    expect(edits()).toHaveLength(1)
    const box = await designer.node('host:rs3').boundingBox()
    expect(Math.abs((box?.x ?? 0) + (box?.width ?? 0) / 2 - 640)).toBeLessThan(8)
    // And it is selected, so that its properties can be given at once.
    await expect.poll(() => designer.page.locator('.serves').count()).toBe(1)
  })

  it('dropped on a service, a real server serves it', async () => {
    await designer.drag(await palette('real-server'), await designer.middle('service:web'))
    await expect.poll(() => designer.text()).toContain('      rs3: {}')
  })

  it('adds by keyboard too, where the layout has room', async () => {
    await designer.page.locator('.palette-item[data-item="client"]').focus()
    await designer.page.keyboard.press('Enter')
    await expect.poll(() => designer.text()).toContain('  client1:\n    role: client')
    expect(designer.text()).not.toContain('layout')
    expect(edits()).toHaveLength(1)
  })

  it('lets go with Escape, and over the palette', async () => {
    await designer.drag(await palette('router'), { x: 600, y: 600 }, { hold: true })
    await designer.page.locator('.palette-ghost').waitFor()
    await designer.page.keyboard.press('Escape')
    await designer.page.mouse.up()
    await designer.drag(await palette('router'), { x: 40, y: 600 })
    expect(designer.text()).toBe(NAT)
  })
})

describe('lines', () => {
  it('from a host to a network make an interface', async () => {
    await designer.node('host:alice').hover()
    const plug = await designer.node('host:alice').locator('.plug:not(.plug-hidden)').boundingBox()
    if (plug === null) throw new Error('a host has a plug')
    await designer.drag({ x: plug.x + 5, y: plug.y + 5 }, await designer.middle('network:back'))
    await expect.poll(() => designer.text()).toContain('eth1: { network: back')
  })

  it('that cannot be are refused with the reason', async () => {
    await designer.node('host:rs1').hover()
    const plug = await designer.node('host:rs1').locator('.plug:not(.plug-hidden)').boundingBox()
    if (plug === null) throw new Error('a host has a plug')
    await designer.drag({ x: plug.x + 5, y: plug.y + 5 }, await designer.middle('host:rs2'))
    await expect
      .poll(() => designer.page.locator('.notice').textContent())
      .toContain('Hosts meet on networks')
    expect(designer.text()).toBe(NAT)
  })
})

describe('moving and removing', () => {
  it('writes where a person put something, once, when it is let go', async () => {
    const from = await designer.middle('host:rs1')
    await designer.drag(from, { x: from.x + 30, y: from.y - 120 })
    await expect.poll(() => designer.text()).toMatch(/rs1: \{ x: \d+, y: -?\d+ \}/)
    expect(edits()).toHaveLength(1)
    const to = await designer.middle('host:rs1')
    expect(Math.abs(to.y - (from.y - 120))).toBeLessThan(4)
  })

  it('leaves what is dropped where it is until the drawing has it, and what is dragged meanwhile with the hand', async () => {
    const [rs1, rs2] = [await designer.middle('host:rs1'), await designer.middle('host:rs2')]
    const drawn = designer.drawLater()
    await designer.drag(rs1, { x: rs1.x, y: rs1.y - 120 })
    // The text has it, the drawing has not.
    await expect.poll(() => designer.text()).toMatch(/rs1: \{ x: \d+, y: -?\d+ \}/)
    const up = async () => (await designer.middle('host:rs1')).y - rs1.y
    for (let frames = 0; frames < 3; frames++) {
      await designer.page.evaluate<undefined>('new Promise(requestAnimationFrame)')
      expect(await up()).toBeLessThan(-100)
    }
    await designer.drag(rs2, { x: rs2.x, y: rs2.y + 90 }, { hold: true })
    drawn.now()
    await expect.poll(() => designer.page.locator('.notice').last().textContent()).toContain('Moved')
    const down = async () => (await designer.middle('host:rs2')).y - rs2.y
    expect(await down()).toBeGreaterThan(70)
    await designer.page.mouse.up()
    await expect.poll(() => designer.text()).toMatch(/rs2: \{ x: \d+, y: -?\d+ \}/)
    expect(await up()).toBeLessThan(-100)
    expect(await down()).toBeGreaterThan(70)
    // Each alone.
    expect(edits().map((message) => message.kind === 'edit' && message.edits.length)).toEqual([1, 1])
  })

  it('Escape takes what is dragged out of the hand: it is where it was, and selected as it was', async () => {
    const rs1 = await designer.middle('host:rs1')
    await designer.drag(rs1, { x: rs1.x, y: rs1.y - 120 }, { hold: true })
    const up = async () => Math.abs((await designer.middle('host:rs1')).y - rs1.y)
    expect(await up()).toBeGreaterThan(100)
    await designer.page.keyboard.press('Escape')
    await expect.poll(up).toBeLessThan(2)
    // Whatever the hand does until it lets go.
    await designer.page.mouse.move(rs1.x, rs1.y + 60, { steps: 3 })
    await designer.page.mouse.up()
    expect(await up()).toBeLessThan(2)
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs1')
    expect(edits()).toEqual([])
    // And the next one is one again.
    await designer.drag(rs1, { x: rs1.x, y: rs1.y - 120 })
    await expect.poll(() => designer.text()).toMatch(/rs1: \{ x/)
  })

  it('a network whose end is taken from the hand, by Escape or by the system, is as long as it was', async () => {
    await designer.node('network:back').locator('.bar-name').click()
    const bar = designer.node('network:back')
    const long = async () => (await bar.locator('.bar').boundingBox())?.height ?? 0
    const before = await long()
    const end = bar.locator('.bar-end-bottom')
    const take = async () => {
      const box = await end.boundingBox()
      const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
      await designer.drag(at, { x: at.x, y: at.y + 80 }, { hold: true })
      await expect.poll(long).toBeGreaterThan(before + 40)
    }
    await take()
    await designer.page.keyboard.press('Escape')
    await expect.poll(long).toBe(before)
    await designer.page.mouse.up()
    await take()
    await end.dispatchEvent('pointercancel', { pointerId: 1 })
    await expect.poll(long).toBe(before)
    await designer.page.mouse.up()
    expect(edits()).toEqual([])
    expect(designer.text()).toBe(NAT)
  })

  it('moves several at once, and they stay selected', async () => {
    await designer.node('host:rs1').click()
    await designer.node('host:rs2').click({ modifiers: ['Control'] })
    await expect.poll(() => designer.page.locator('.panel-title').textContent()).toBe('2 selected')
    const from = await designer.middle('host:rs1')
    await designer.drag(from, { x: from.x, y: from.y + 90 })
    await expect.poll(() => designer.text()).toMatch(/rs1: \{.*\}\n {4}rs2: \{/)
    expect(edits()).toHaveLength(1)
  })

  it('a marquee selects, Delete removes with all that refers to it', async () => {
    const [rs1, rs2] = [await designer.middle('host:rs1'), await designer.middle('host:rs2')]
    await designer.page.keyboard.down('Shift')
    await designer.drag({ x: rs1.x + 120, y: rs1.y - 70 }, { x: rs2.x - 30, y: rs2.y + 60 })
    await designer.page.keyboard.up('Shift')
    await expect.poll(() => designer.page.locator('.panel-title').textContent()).toBe('2 selected')
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('Delete')
    await expect.poll(() => designer.text()).not.toMatch(/rs[12]/)
    expect(edits()).toHaveLength(1)
    await expect.poll(() => designer.node('host:rs1').count()).toBe(0)
  })
})

describe('the keyboard', () => {
  it('has one stop on the canvas, and arrow keys walk along the drawing', async () => {
    await designer.page.locator('.canvas').focus()
    const active = () => designer.page.locator('.canvas').getAttribute('aria-activedescendant')
    await designer.page.keyboard.press('ArrowRight')
    const first = await active()
    expect(first).not.toBeNull()
    const walked = [first]
    for (let steps = 0; steps < 4; steps++) {
      await designer.page.keyboard.press('ArrowRight')
      walked.push(await active())
    }
    expect(new Set(walked).size).toBeGreaterThan(2)
    expect(await designer.page.locator(`[id="${walked.at(-1) ?? ''}"]`).count()).toBe(1)
    await designer.page.keyboard.press('Escape')
    expect(await active()).toBeNull()
    expect(await designer.page.locator('.react-flow [tabindex="0"]').count()).toBe(0)
  })
})

describe('the property panel', () => {
  it('changes a value as one edit of that value', async () => {
    await designer.node('service:web').click()
    const port = designer.page.locator('.property', { hasText: /^port/ }).locator('input').first()
    await port.fill('8443')
    await port.press('Enter')
    await expect
      .poll(() => designer.text())
      .toBe(
        NAT.replace(
          '    port: 80\n    scheduler: rr\n    real-servers:\n      rs1: { port: 8080 }\n      rs2: { port: 8080 }\n  web6',
          '    port: 8443\n    scheduler: rr\n    real-servers:\n      rs1: { port: 8080 }\n      rs2: { port: 8080 }\n  web6',
        ),
      )
    expect(edits()).toHaveLength(1)
  })

  it('says what is wrong at the field, and sends nothing', async () => {
    await designer.node('service:web').click()
    const port = designer.page.locator('.property', { hasText: /^port/ }).first()
    await port.locator('input').fill('many')
    await port.locator('input').press('Enter')
    await expect.poll(() => port.locator('.field-finding').count()).toBe(1)
    expect(designer.text()).toBe(NAT)
  })

  const fieldOf = (key: RegExp) =>
    designer.page.locator('.property', { hasText: key }).locator('input').first()
  const asked = (kind: 'undo' | 'redo') =>
    designer.received.filter((message) => message?.kind === kind).length

  it('Ctrl+Z in a field takes back what is typed, then is VS Code’s undo', async () => {
    await designer.node('service:web').click()
    const port = fieldOf(/^port/)
    await port.fill('81')
    await port.press('Control+z')
    await expect.poll(() => port.inputValue()).toBe('80')
    expect(asked('undo')).toBe(0)
    await port.press('Control+z')
    await expect.poll(() => asked('undo')).toBe(1)
    await port.press('Control+Shift+z')
    await expect.poll(() => asked('redo')).toBe(1)
  })

  it('a field that has the focus shows what the text says after an undo, and no key is lost', async () => {
    await designer.node('service:web').click()
    const port = fieldOf(/^port/)
    await port.fill('81')
    await port.press('Enter')
    await expect.poll(() => designer.text()).toContain('port: 81\n')
    await port.press('Control+z')
    await expect.poll(() => asked('undo')).toBe(1)
    await designer.type(NAT)
    await expect.poll(() => port.inputValue()).toBe('80')
    await port.press('Control+z')
    await expect.poll(() => asked('undo')).toBe(2)
    expect(await port.and(designer.page.locator(':focus')).count()).toBe(1)
  })

  it('a field shows what the text says when the change is refused, and Escape gives that back', async () => {
    const own = await openDesigner(NAT)
    await own.settled()
    await own.node('service:web').click()
    const port = own.page.locator('.property', { hasText: /^port/ }).locator('input').first()
    await port.fill('81')
    await port.press('Escape')
    expect(await port.inputValue()).toBe('80')
    own.fallSilent()
    await port.fill('82')
    await port.press('Enter')
    const sent = () => own.received.flatMap((message) => (message?.kind === 'edit' ? message.request : []))
    await expect.poll(sent).toHaveLength(1)
    // Typed, and on its way.
    expect(await port.inputValue()).toBe('82')
    const reason = 'VS Code did not take the change.'
    await own.send({ kind: 'answer', request: sent()[0] ?? 0, ok: false, stale: false, reason })
    await expect.poll(() => port.inputValue()).toBe('80')
    expect(await own.page.locator('.notice-error').last().textContent()).toBe(reason)
    await own.close()
  })

  it('a key that is a command to VS Code finishes what is typed before it goes there, one that edits does not', async () => {
    await designer.node('service:web').click()
    const port = fieldOf(/^port/)
    await port.fill('82')
    for (const key of ['Control+a', 'Control+ArrowLeft', 'Control+c', 'Shift+End']) await port.press(key)
    expect(edits()).toEqual([])
    // VS Code listens at the window, after the page.
    await designer.page.evaluate<undefined>(`{
      const listen = ({ key }) => {
        if (key !== 's') return
        window.removeEventListener('keydown', listen)
        window.toHost({ kind: 'fault', message: 'save' })
      }
      window.addEventListener('keydown', listen)
    }`)
    await port.press('Control+s')
    await expect.poll(() => designer.text()).toContain('port: 82\n')
    const came = () => designer.received.flatMap((message) => message?.kind ?? [])
    const nobodyTypes = () => designer.received.findLast((message) => message?.kind === 'typing')
    await expect
      .poll(() => came().filter((kind) => kind === 'edit' || kind === 'fault'))
      .toEqual(['edit', 'fault'])
    expect(nobodyTypes()).toEqual({ kind: 'typing', edits: [] })
    expect(designer.faults.splice(0)).toEqual(['save'])
    // Leaving the field does not make it again.
    await designer.page.locator('.canvas').focus()
    expect(edits()).toHaveLength(1)
  })

  it('says at the name why it cannot be another’s, and sends nothing', async () => {
    await designer.node('host:rs1').click()
    const name = designer.page.locator('.panel-rename input')
    await name.fill('rs2')
    await name.press('Enter')
    const note = designer.page.locator('.panel-rename .field-finding')
    await expect.poll(() => note.textContent()).toContain('There is a host "rs2" already.')
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await designer.screenshot('name-taken')
    await name.press('Escape')
    await expect.poll(() => name.inputValue()).toBe('rs1')
    await expect.poll(() => note.count()).toBe(0)
    expect(edits()).toEqual([])
    expect(designer.text()).toBe(NAT)
  })

  it('renames here and wherever the file refers to it', async () => {
    await designer.node('host:rs1').click()
    const name = designer.page.locator('.panel-rename input')
    await name.fill('blue')
    await name.press('Enter')
    await expect.poll(() => designer.text()).toBe(NAT.replaceAll('rs1:', 'blue:'))
    await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('blue')
  })

  it('ticks make a real server serve a service, or not', async () => {
    await designer.node('host:rs1').click()
    await designer.page.locator('.serves vscode-checkbox').first().click()
    await expect.poll(() => designer.text()).toBe(NAT.replace('      rs1: { port: 8080 }\n', ''))
    await designer.page.locator('.serves vscode-checkbox').first().click()
    await expect.poll(() => designer.text()).toContain('      rs2: { port: 8080 }\n      rs1: {}\n  web6')
  })
})

describe('fields over the canvas', () => {
  /** Keys that come as far as the window, where VS Code listens. */
  const heard = async () => {
    await designer.page.evaluate<undefined>(`{
      window.heard = []
      window.addEventListener('keydown', ({ key }) => { window.heard.push(key) })
    }`)
    return () => designer.page.evaluate<string[]>('window.heard')
  }

  it('leave VS Code its keys, and keep their own', async () => {
    const keys = await heard()
    await designer.node('host:rs1').click()
    await designer.act('rename')
    const name = designer.page.locator('.rename-box input')
    await name.press('Control+z')
    await name.fill('blu')
    for (const key of ['e', 'F1']) await name.press(key)
    expect(await keys()).toEqual(expect.arrayContaining(['e', 'F1']))
    expect(await keys()).not.toContain('z')
    // What is a command is about the name as it is typed.
    await expect.poll(() => designer.text()).toBe(NAT.replaceAll('rs1:', 'blue:'))
    await designer.act('add-real-servers')
    const form = designer.page.locator('.many-form')
    await form.locator('input').first().press('Control+p')
    expect(await keys()).toContain('p')
    await form.locator('input').first().press('Escape')
    await expect.poll(() => form.count()).toBe(0)
    expect(await keys()).not.toContain('Escape')
  })
})

describe('the mode picker', () => {
  it('is one stop, at what is chosen; arrow keys go from mode to mode and choose nothing', async () => {
    await designer.node('service:web').click()
    const modes = designer.page.locator('.mode-choice')
    const stops = designer.page.locator('.mode-choice[tabindex="0"]')
    await expect.poll(() => stops.count()).toBe(1)
    expect(await stops.locator('.mode-title').textContent()).toBe('NAT')
    await stops.focus()
    await designer.page.keyboard.press('ArrowDown')
    await designer.page.keyboard.press('ArrowDown')
    await designer.page.locator('.mode-dr .mode-choice:focus').waitFor()
    expect(await modes.and(stops).locator('.mode-title').textContent()).toBe('DR')
    await designer.page.keyboard.press('ArrowRight')
    await designer.page.locator('.mode-nat .mode-choice:focus').waitFor()
    await designer.page.keyboard.press('ArrowLeft')
    expect(edits()).toEqual([])
    await designer.page.keyboard.press('Space')
    await expect.poll(() => designer.text()).toContain('  web:\n    mode: dr')
  })

  it('says what each mode needs and lacks here before it is chosen, and a fix mends what is missing', async () => {
    await designer.node('service:web').click()
    const dr = designer.page.locator('.mode-card.mode-dr')
    await expect.poll(() => dr.textContent()).toContain('DR-PORT')
    expect(await dr.locator('.mode-state').textContent()).toMatch(/missing/)
    expect(await designer.page.locator('.mode-card.mode-nat .mode-state').textContent()).toBe(
      'works on this drawing',
    )
    await dr.getByRole('radio').click()
    await expect.poll(() => designer.text()).toContain('  web:\n    mode: dr')
    await expect.poll(() => designer.node('host:rs1').locator('.badge-error').count()).toBe(1)
    const fix = designer.page.locator('vscode-button', { hasText: 'Change the port to 80' })
    const before = await fix.count()
    await fix.first().click()
    await expect.poll(() => fix.count()).toBe(before - 1)
    expect(designer.text()).toMatch(/mode: dr[^]*rs1: \{ port: 80 \}|rs1: \{\}/)
  })
})
