import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage, Point } from './page-kit.js'

/*
 * The frame a person draws to select, on a drawing so large that most hosts are no cards. The hosts stand on a grid that
 * the text gives, so that whom a frame takes in is known without the page.
 */

const [COLUMNS, ROWS] = [20, 10]
const [WIDE, HIGH] = [400, 300]
const ALL = Array.from({ length: COLUMNS * ROWS }, (_, index) => ({
  name: `rs${index + 1}`,
  column: index % COLUMNS,
  row: Math.floor(index / COLUMNS),
}))
const TEXT = `${farmText(ALL.length)}layout:
  networks:
    front: { x: -1200, y: 0 }
    back: { x: -300, y: 0 }
  hosts:
    alice: { x: -1700, y: 0 }
    lb1: { x: -800, y: 0 }
${ALL.map(({ name, column, row }) => `    ${name}: { x: ${column * WIDE}, y: ${row * HIGH} }`).join('\n')}
`

/** Columns and rows a frame has a part of, the last ones too. */
interface Cells {
  readonly columns: readonly [number, number]
  readonly rows: readonly [number, number]
}

const within = ({ columns, rows }: Cells) =>
  ALL.filter(
    ({ column, row }) => column >= columns[0] && column <= columns[1] && row >= rows[0] && row <= rows[1],
  ).map(({ name }) => name)

/** A busy machine takes its time to draw this many. */
const SLOW = 240_000
const SOON = { timeout: 20_000 }

let designer: DesignerPage
afterAll(closeBrowser)
beforeEach(async () => {
  designer = await openDesigner(TEXT, { reducedMotion: true })
  await designer.page.getByRole('button', { name: 'show all' }).click()
  await expect.poll(() => designer.page.locator('.far-name').count(), SOON).toBe(ALL.length)
  await designer.act('fit')
  await designer.settled()
  designer.received.length = 0
}, SLOW)
afterEach(async () => {
  expect(designer.faults).toEqual([])
  await designer.close()
})

/** Where a place of the drawing is on the page. */
async function onPage(x: number, y: number): Promise<Point> {
  const at = await designer.page.evaluate<Point & { readonly zoom: number }>(`{
    const { m41, m42, a } = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform)
    const { x, y } = document.querySelector('.react-flow').getBoundingClientRect();
    ({ x: x + m41, y: y + m42, zoom: a })
  }`)
  return { x: at.x + x * at.zoom, y: at.y + y * at.zoom }
}

/** A frame's first corner, beside the first host it has a part of, and its last, in the middle of the last one. */
const corners = async ({ columns, rows }: Cells) =>
  [
    await onPage(columns[0] * WIDE - 60, rows[0] * HIGH - 60),
    await onPage(columns[1] * WIDE + 60, rows[1] * HIGH + 30),
  ] as const

const title = () => designer.page.locator('.panel-title').textContent()
const inText = () => ALL.map(({ name }) => name).filter((name) => designer.text().includes(`  ${name}: {`))
const edits = () => designer.received.filter((message) => message?.kind === 'edit')

describe('a frame on a large drawing', { timeout: SLOW }, () => {
  it('takes in what it has a part of while it is drawn, far or not, and lets go what it has no more', async () => {
    const large: Cells = { columns: [4, 12], rows: [2, 7] }
    const small: Cells = { columns: [4, 9], rows: [2, 5] }
    const [from, to] = await corners(large)
    const [, back] = await corners(small)
    await designer.page.keyboard.down('Shift')
    await designer.drag(from, to, { hold: true })
    await expect.poll(title, SOON).toBe(`${within(large).length} selected`)
    await designer.screenshot('marquee')
    // No card hides what is drawn on another, selected or not.
    expect(await designer.page.locator('.far-card.selected').count()).toBeGreaterThan(0)
    expect(await designer.page.locator('.far :not(.far-card) ~ .far-card').count()).toBe(0)
    await designer.page.mouse.move(back.x, back.y, { steps: 4 })
    await expect.poll(title, SOON).toBe(`${within(small).length} selected`)
    await designer.page.mouse.up()
    await designer.page.keyboard.up('Shift')
    expect(await title()).toBe(`${within(small).length} selected`)
    // So few of them are cards, and all of those are selected.
    await expect.poll(() => designer.page.locator('.react-flow__node .card.selected').count(), SOON).toBe(24)

    await designer.page.keyboard.press('Delete')
    const gone = new Set(within(small))
    await expect.poll(inText, SOON).toEqual(ALL.flatMap(({ name }) => (gone.has(name) ? [] : name)))
    expect(edits()).toHaveLength(1)
  })

  it('moves what it took in as one, in one edit', async () => {
    const cells: Cells = { columns: [1, 3], rows: [8, 9] }
    const [from, to] = await corners(cells)
    await designer.page.keyboard.down('Shift')
    await designer.drag(from, to)
    await designer.page.keyboard.up('Shift')
    await expect.poll(title, SOON).toBe('6 selected')
    const hand = await onPage(2 * WIDE + 60, 8 * HIGH + 30)
    await designer.drag(hand, { x: hand.x, y: hand.y + 40 })
    await expect.poll(() => edits().length, SOON).toBe(1)
    const moved = ALL.filter(
      ({ name, column, row }) =>
        !designer.text().includes(`${name}: { x: ${column * WIDE}, y: ${row * HIGH} }`),
    )
    expect(moved.map(({ name }) => name)).toEqual(within(cells))
  })
})
