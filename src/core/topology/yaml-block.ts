import type { ListValue, MapValue, Slot } from './draft.js'
import type { Span } from './position.js'
import type { OldSlot, Parted, Writing } from './writing.js'
import { formBeside, parted, wantedIn, writeInside } from './writing.js'
import type { Item } from './yaml-place.js'
import {
  blanksAbove,
  columnOf,
  commentsAbove,
  itemEnd,
  itemStart,
  lineStart,
  nextLine,
  ownLines,
  removedLines,
  startsLine,
  valueSlot,
} from './yaml-place.js'
import { entryLines, itemLines } from './yaml-text.js'

/** Writes the changes of a map or list that has a line for each entry. `owner` is what it is the value of. */
export function writeBlock(
  writing: Writing,
  collection: MapValue | ListValue,
  steps: readonly string[],
  owner: Item | undefined,
): void {
  writeInside(writing, collection, steps, false)
  const { old, added } = parted(collection)
  const [first] = old
  const last = old.at(-1)
  if (first === undefined || last === undefined) return
  const { text, changes } = writing
  const from = owner === undefined ? undefined : valueSlot(owner)
  const top = from === undefined ? lineStart(text, 0) : nextLine(text, from)
  const lines = () => addedLines(writing, collection, { old, added }, steps, top)
  const empty = collection.kind === 'map' ? '{}' : '[]'

  const keeps = old.some(({ removed }) => !removed)
  // `- a: 1`: the dash shares the first entry's line and stays.
  const shared = first.removed && !startsLine(text, itemStart(first.item))
  if (shared && !keeps) {
    const span = { start: itemStart(first.item), end: lineEnd(text, itemEnd(last.item)) }
    changes.replace(span, lines().join(writing.style.newline).trimStart() || empty)
    return
  }
  const kept = shared ? old.findIndex(({ removed }) => !removed) : 0
  if (shared) changes.remove(sharedLine(text, old, kept))
  for (const [at, { item, removed }] of old.entries()) {
    // Of thousands of entries most stay, and nobody asks where their lines are.
    if (!removed || at < kept) continue
    const before = old[at - 1]
    const limit = before === undefined ? top : ownLines(text, before.item).end
    changes.remove(removedLines(text, item, at === 0, limit))
  }
  if (added.length > 0) changes.insertLines(ownLines(text, last.item).end, lines())
  else if (!keeps && from !== undefined) changes.replace({ start: from, end: from }, ` ${empty}`)
}

/** Takes out a collection that stands on lines of its own below its key; what is above its first entry stays. */
export function removeBlock(writing: Writing, items: readonly Item[], owner: Item): void {
  let limit = nextLine(writing.text, valueSlot(owner) ?? itemStart(owner))
  for (const [at, item] of items.entries()) {
    const span = removedLines(writing.text, item, at === 0, limit)
    writing.changes.remove(span)
    limit = span.end
  }
}

/** From the first entry, which shares its line with a dash, to the first one that is kept. */
function sharedLine(text: string, old: readonly OldSlot[], kept: number): Span {
  const [first, next, before] = [old[0], old[kept], old[kept - 1]]
  if (first === undefined || next === undefined || before === undefined) return { start: 0, end: 0 }
  const start = itemStart(first.item)
  const { end } = ownLines(text, before.item)
  // A comment that introduces the kept entry stays on its own line, below a dash that stands alone.
  const adjoining = end === lineStart(text, itemStart(next.item))
  return { start, end: adjoining ? itemStart(next.item) : lineEnd(text, end - 1) }
}

function addedLines(
  { text, style }: Writing,
  collection: MapValue | ListValue,
  { old, added }: Parted,
  steps: readonly string[],
  top: number,
): string[] {
  const [first] = old
  if (first === undefined) return []
  const column = columnOf(text, itemStart(first.item))
  const like = formBeside(collection)
  const gap = isSpaced(text, old, column, top) ? [''] : []
  return added.flatMap((slot: Slot) => {
    const value = wantedIn(slot)
    const lines =
      slot.key === undefined
        ? itemLines(value, steps, column, style, like)
        : entryLines(value, [...steps, slot.key], column, style, like)
    return [...gap, ...lines]
  })
}

/** Whether the last two entries have a blank line between them. */
function isSpaced(text: string, old: readonly OldSlot[], column: number, top: number): boolean {
  const [before, last] = old.slice(-2)
  if (before === undefined || last === undefined) return false
  const limit = Math.max(top, ownLines(text, before.item).end)
  const start = commentsAbove(text, ownLines(text, last.item).start, column, limit)
  return blanksAbove(text, start, limit) < start
}

/** The end of the line `offset` is on, before its line break. */
function lineEnd(text: string, offset: number): number {
  const end = nextLine(text, offset)
  if (text[end - 1] !== '\n') return end
  return text[end - 2] === '\r' ? end - 2 : end - 1
}
