import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { closeBrowser, openDesigner } from './page-kit.js'

afterAll(closeBrowser)

const NAT = readFileSync('samples/nat.lvs.yaml', 'utf8')

it('shows what is typed in the text', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  await designer.type(NAT.replaceAll('alice', 'bob'))
  await expect.poll(() => designer.node('host:bob').count()).toBe(1)
  expect(await designer.node('host:alice').count()).toBe(0)
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('keeps the last good drawing, greyed, under a banner while the text cannot be read', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  await designer.type(NAT.replace('hosts:', 'hosts: ]'))
  await expect.poll(() => designer.page.locator('.banner').textContent()).toContain('The text cannot be read')
  expect(await designer.node('host:rs1').count()).toBe(1)
  expect(await designer.page.locator('.canvas.outdated').count()).toBe(1)
  expect(await designer.page.locator('.palette-item').first().isDisabled()).toBe(true)
  await designer.page.locator('.banner vscode-button').click()
  await expect.poll(() => designer.received.some((message) => message?.kind === 'show-problems')).toBe(true)
  await designer.screenshot('unreadable')
  await designer.type(NAT)
  await expect.poll(() => designer.page.locator('.banner').count()).toBe(0)
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('says that the text could not be read, with a way to try again, also before there is a drawing', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  const draws = () => designer.received.filter((message) => message?.kind === 'draw').length
  const banner = designer.page.locator('.banner[role="alert"]')
  const again = banner.getByRole('button', { name: 'Try Again' })
  await designer.send({ kind: 'unread', reason: 'reading took too long' })
  await expect
    .poll(() => banner.textContent())
    .toContain('The text could not be read: reading took too long. What is shown may be older than the text.')
  expect(await designer.node('host:rs1').count()).toBe(1)
  await designer.screenshot('unread')
  await again.click()
  await expect.poll(draws).toBe(1)
  await expect.poll(() => banner.count()).toBe(0)
  // The next reading that succeeds takes it away, too.
  await designer.send({ kind: 'unread', reason: 'again' })
  await banner.waitFor()
  await designer.type(NAT.replaceAll('alice', 'bob'))
  await expect.poll(() => banner.count()).toBe(0)

  designer.fallSilent()
  await designer.page.reload()
  await designer.page.locator('.loading').waitFor()
  await designer.send({ kind: 'unread', reason: 'the reader ended' })
  await expect.poll(() => banner.textContent()).toContain('The topology could not be read: the reader ended.')
  await designer.screenshot('unread-at-first')
  await again.click()
  await expect.poll(draws).toBe(2)
  await designer.page.locator('.loading').waitFor()
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('loses nothing when the text turns invalid while something is dragged', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  const from = await designer.middle('host:rs1')
  // Of the drawing itself: its view is fitted anew where the banner takes room.
  const above = async () => (await designer.middle('host:rs2')).y - (await designer.middle('host:rs1')).y
  const before = await above()
  await designer.drag(from, { x: from.x, y: from.y - 100 }, { hold: true })
  expect(Math.abs((await above()) - before)).toBeGreaterThan(60)
  const broken = NAT.replace('services:', 'services: [')
  await designer.type(broken)
  await designer.page.locator('.banner').waitFor()
  await designer.page.mouse.up()
  // The move is refused with the reason; card and text are where they were.
  await expect
    .poll(() => designer.page.locator('.notice-error').textContent())
    .toContain('mend the text first')
  expect(designer.text()).toBe(broken)
  await expect.poll(async () => Math.abs((await above()) - before)).toBeLessThan(20)
  await designer.type(NAT)
  await expect.poll(() => designer.page.locator('.banner').count()).toBe(0)
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('survives that what is dragged is deleted in the text', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  const from = await designer.middle('host:rs2')
  await designer.drag(from, { x: from.x, y: from.y + 100 }, { hold: true })
  const without = NAT.replace(/ {2}rs2:\n.*\n.*\n.*\n/, '').replaceAll(/ {6}rs2: .*\n/g, '')
  await designer.type(without)
  await expect.poll(() => designer.node('host:rs2').count()).toBe(0)
  await designer.page.mouse.up()
  await expect.poll(() => designer.text()).toBe(without)
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('makes an edit again when the text was faster, and both are in the text', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  await designer.node('host:rs1').click()
  const name = designer.page.locator('.panel-rename input')
  await name.fill('blue')
  // The page hears of the newer text only after it has sent its edit.
  await Promise.all([name.press('Enter'), designer.type(`${NAT}# a line more\n`)])
  await expect.poll(() => designer.text()).toBe(`${NAT.replaceAll('rs1:', 'blue:')}# a line more\n`)
  await designer.close()
})

it('adds twice at once, each by a name of its own', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  // Before there is a newer drawing, as two quick keys in a large one.
  await designer.page.evaluate<undefined>(`{
    const item = document.querySelector('.palette-item[data-item="real-server"]')
    item.click()
    item.click()
  }`)
  await expect.poll(() => designer.text()).toMatch(/^ {2}rs3:\n[^]*^ {2}rs4:\n/m)
  await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs4')
  expect(await designer.page.locator('.notice-error').count()).toBe(0)
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('a drawing that may not be changed can be looked at', async () => {
  const designer = await openDesigner(NAT, { editable: false })
  await designer.settled()
  await expect.poll(() => designer.page.locator('.banner-quiet').textContent()).toContain('read-only')
  const from = await designer.middle('host:rs1')
  await designer.drag(from, { x: from.x, y: from.y - 100 })
  await designer.node('host:rs1').click()
  await designer.page.locator('.properties').waitFor()
  await designer.page.locator('.canvas').focus()
  await designer.page.keyboard.press('Delete')
  expect(designer.received.filter((message) => message?.kind === 'edit')).toEqual([])
  expect(designer.text()).toBe(NAT)
  await designer.screenshot('read-only')
  await designer.close()
})

it('says of an edit that has not reached the text that it has not', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  designer.fallSilent()
  await designer.page.locator('.palette-item[data-item="client"]').click()
  await expect
    .poll(() => designer.page.locator('.notice-place [role="status"]').textContent())
    .toContain('Not in the text yet')
  await designer.close()
})

it('has the selection again when it comes back from the background, and leaves the caret of the text where it is', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  await designer.node('host:rs1').click()
  await designer.node('host:rs2').click()
  await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs2')
  designer.received.length = 0
  await designer.comeBack()
  await designer.settled()
  await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('rs2')
  await designer.page.locator('.properties').waitFor()
  const selected = () => designer.received.filter((message) => message?.kind === 'select')
  const rs2 = { what: 'host', name: 'rs2' }
  await expect.poll(() => selected().at(-1)).toEqual({ kind: 'select', subject: rs2, quietly: true })
  await designer.node('host:rs1').click({ modifiers: ['Control'] })
  await designer.comeBack()
  await expect.poll(() => designer.page.locator('.panel-title').textContent()).toBe('2 selected')
  expect(designer.faults).toEqual([])
  await designer.close()
})

it('selects what the caret of the text is in, and tells what is selected', async () => {
  const designer = await openDesigner(NAT)
  await designer.settled()
  await designer.send({ kind: 'select', subject: { what: 'host', name: 'lb1' } })
  await expect.poll(() => designer.page.locator('.panel-rename input').inputValue()).toBe('lb1')
  await designer.node('network:back').click()
  const selected = () => designer.received.filter((message) => message?.kind === 'select')
  const back = { kind: 'select', subject: { what: 'network', name: 'back' } }
  await expect.poll(() => selected().at(-1)).toEqual(back)
  // What the text has told is not told back: it would move the caret there.
  expect(selected()).toEqual([{ kind: 'select', subject: undefined }, back])
  await designer.close()
})
