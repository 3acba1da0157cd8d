import type { CST } from 'yaml'
import type { TextEdit } from '../topology/position.js'
import { columnOf, hasWords, itemEnd, itemStart, startsLine, valueToken } from '../topology/yaml-place.js'
import type { Item } from '../topology/yaml-place.js'
import type { Line } from './format-lines.js'

interface Widths {
  readonly map: number
  readonly list: number
}

interface Shifts {
  readonly text: string
  readonly lineOf: (offset: number) => number
  readonly widths: Widths
  /** By line: columns to the right. */
  readonly by: Int32Array
  /** By line: the columns at which entries begin on it, before and after. */
  readonly begins: Map<number, (readonly [before: number, after: number])[]>
}

/**
 * Changes of indentation that bring every block to the width most blocks of the file have, or `preferred` where none
 * tells. The lines of a value move as one; comments go with what they stand at. `text` has LF or CRLF as line ends.
 */
export function indentEdits(
  text: string,
  root: CST.Token | undefined,
  lines: readonly Line[],
  inWords: readonly boolean[],
  preferred: number,
): TextEdit[] {
  if (root?.type !== 'block-map' && root?.type !== 'block-seq') return []
  const shifts: Shifts = {
    text,
    lineOf: (offset) => lineAt(lines, offset),
    widths: widthsOf(text, root, preferred),
    by: new Int32Array(lines.length),
    begins: new Map(),
  }
  const [first] = root.items.filter(hasWords)
  if (first === undefined) return []
  place(root, columnOf(text, itemStart(first)), shifts)
  shiftComments(shifts, lines, inWords)
  return lines.flatMap(({ start, end }, at): TextEdit[] => {
    const by = shifts.by[at] ?? 0
    // A line of blanks in a literal may be blanks of the text.
    const blank = /^[ \t]*$/.test(text.slice(start, end))
    if (by === 0 || (blank && (start === end || inWords[at] !== true))) return []
    if (by > 0) return [{ span: { start, end: start }, newText: ' '.repeat(by) }]
    const spaces = /^ */.exec(text.slice(start, end))?.[0].length ?? 0
    return [{ span: { start, end: start + Math.min(-by, spaces) }, newText: '' }]
  })
}

/** Lets the entries of a block begin at a column, and everything in them go along. */
function place(token: CST.BlockMap | CST.BlockSequence, column: number, shifts: Shifts): void {
  const { text, lineOf, by, begins, widths } = shifts
  for (const item of token.items.filter(hasWords)) {
    const start = itemStart(item)
    const before = columnOf(text, start)
    const line = lineOf(start)
    const delta = column - before
    begins.set(line, [...(begins.get(line) ?? []), [before, column]])
    const own = startsLine(text, start)
    by.fill(delta, own ? line : line + 1, lineOf(Math.max(start, itemEnd(item) - 1)) + 1)
    const value = valueToken(item)
    if (value?.type !== 'block-map' && value?.type !== 'block-seq') continue
    const inner = value.items.find(hasWords)
    if (inner === undefined) continue
    const innerStart = itemStart(inner)
    const widened =
      token.type === 'block-map' && !isExplicit(item) && startsLine(text, innerStart)
        ? column + (value.type === 'block-map' ? widths.map : widths.list)
        : columnOf(text, innerStart) + delta
    place(value, widened, shifts)
  }
}

function isExplicit({ start }: Item): boolean {
  return start.some(({ type }) => type === 'explicit-key-ind')
}

/** The indentation most blocks of a file have; of several, the preferred one, else the smallest. */
function widthsOf(text: string, root: CST.BlockMap | CST.BlockSequence, preferred: number): Widths {
  const maps = new Map<number, number>()
  const lists = new Map<number, number>()
  const look = (token: CST.BlockMap | CST.BlockSequence): void => {
    for (const item of token.items) {
      const value = valueToken(item)
      if (value?.type !== 'block-map' && value?.type !== 'block-seq') continue
      const inner = value.items.find(hasWords)
      if (inner !== undefined && token.type === 'block-map' && !isExplicit(item)) {
        const at = itemStart(inner)
        const deeper = columnOf(text, at) - columnOf(text, itemStart(item))
        const counts = value.type === 'block-map' ? maps : lists
        if (startsLine(text, at)) counts.set(deeper, (counts.get(deeper) ?? 0) + 1)
      }
      look(value)
    }
  }
  look(root)
  const map = most(maps, preferred) ?? preferred
  return { map, list: most(lists, map) ?? map }
}

function most(counts: ReadonlyMap<number, number>, preferred: number): number | undefined {
  const rank = (width: number) => (width === preferred ? -1 : width)
  return [...counts].sort(([a, x], [b, y]) => y - x || rank(a) - rank(b))[0]?.[0]
}

/** A comment stands at the line below it, at an entry it is in the column of, or as much deeper than one. */
function shiftComments(
  { text, by, begins }: Shifts,
  lines: readonly Line[],
  inWords: readonly boolean[],
): void {
  const columns = lines.map(({ start, end }, at) => {
    const line = text.slice(start, end)
    const column = line.search(/[^ \t\r]/)
    return { column, comment: line[column] === '#' && inWords[at] !== true }
  })
  let below: { readonly column: number; readonly by: number } | undefined
  const next = columns.map(() => below)
  for (let at = columns.length - 1; at >= 0; at--) {
    next[at] = below
    const { column = -1, comment = false } = columns[at] ?? {}
    if (column >= 0 && !comment) below = { column, by: by[at] ?? 0 }
  }
  const open: (readonly [before: number, after: number])[] = []
  for (const [at, { column, comment }] of columns.entries()) {
    for (const begun of begins.get(at) ?? []) {
      while ((open.at(-1)?.[0] ?? -1) >= begun[0]) open.pop()
      open.push(begun)
    }
    if (!comment) continue
    const around = open.findLast(([before]) => before <= column)
    const with_ = next[at]?.column === column ? next[at].by : around === undefined ? 0 : around[1] - around[0]
    by[at] = Math.max(with_, -column)
  }
}

function lineAt(lines: readonly Line[], offset: number): number {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lines[middle]?.start ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
