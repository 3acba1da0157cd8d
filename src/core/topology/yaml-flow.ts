import type { CST } from 'yaml'
import type { ListValue, MapValue, Slot } from './draft.js'
import type { OldSlot, Writing } from './writing.js'
import { parted, slotText, writeInside } from './writing.js'
import {
  columnOf,
  commentsAbove,
  itemEnd,
  itemStart,
  lineStart,
  nextLine,
  startsLine,
  tokenEnd,
} from './yaml-place.js'

/** Whether a token is `{}` or `[]`, with nothing but blanks between the brackets. */
export function isEmptyFlow(text: string, token: CST.Token): boolean {
  if (token.type !== 'flow-collection') return false
  return text.slice(token.offset + 1, tokenEnd(token) - 1).trim() === ''
}

/** Writes the changes of a map or list in brackets, on one line or over several. */
export function writeFlow(
  writing: Writing,
  collection: MapValue | ListValue,
  token: CST.FlowCollection,
  steps: readonly string[],
): void {
  writeInside(writing, collection, steps, true)
  const { old, added } = parted(collection)
  const waiting = [...added]
  const removed = new Set(old.filter((slot) => slot.removed))
  if (removed.size === 0 && waiting.length === 0) return
  const { text, changes, style } = writing
  const whole = { start: token.offset, end: tokenEnd(token) }
  const oneLine = !text.slice(whole.start, whole.end).includes('\n')
  if (removed.size === old.length && (oneLine || isEmptyFlow(text, token))) {
    const [open, close] = collection.kind === 'map' ? ['{', '}'] : ['[', ']']
    const inner = waiting.map((slot) => slotText(slot, style.quote)).join(', ')
    const blank = collection.kind === 'map' && inner !== '' ? ' ' : ''
    changes.replace(whole, `${open}${blank}${inner}${blank}${close}`)
    return
  }
  // New entries take the places of removed last ones: commas and lines are already there.
  const lastKept = old.findLastIndex((slot) => !removed.has(slot))
  for (const slot of old.slice(lastKept + 1)) {
    const next = waiting.shift()
    if (next === undefined) break
    removed.delete(slot)
    changes.replace({ start: itemStart(slot.item), end: itemEnd(slot.item) }, slotText(next, style.quote))
  }
  removeItems(writing, token, old, removed)
  if (waiting.length > 0) appendItems(writing, token, old.at(-1), waiting)
}

function removeItems(
  { text, changes }: Writing,
  token: CST.FlowCollection,
  old: readonly OldSlot[],
  removed: ReadonlySet<OldSlot>,
): void {
  const lastKept = old.findLastIndex((slot) => !removed.has(slot))
  const last = old.at(-1)
  const loseCommaBefore = last !== undefined && commaAfter(token, last) === undefined
  for (const [at, slot] of old.entries()) {
    if (!removed.has(slot)) continue
    const start = itemStart(slot.item)
    const end = itemEnd(slot.item)
    const before = at > lastKept && loseCommaBefore ? commaOf(slot.item.start) : undefined
    const after = commaAfter(token, slot)
    if (before !== undefined && !ownsLine(text, token, slot)) {
      const near = isBlank(text, before + 1, start)
      let from = before
      while (near && text[from - 1] === ' ') from -= 1
      changes.remove({ start: near ? from : start, end })
      if (!near) changes.remove({ start: before, end: before + 1 })
      continue
    }
    if (before !== undefined) changes.remove({ start: before, end: before + 1 })
    if (after !== undefined) changes.remove({ start: after, end: after + 1 })
    if (ownsLine(text, token, slot)) {
      const line = lineStart(text, start)
      const previous = old[at - 1]
      // As in a block: the first comment may be about the whole of it.
      const top =
        previous === undefined
          ? line
          : commentsAbove(text, line, columnOf(text, start), nextLine(text, itemEnd(previous.item)))
      changes.remove({ start: top, end: nextLine(text, Math.max(end, after ?? 0)) })
    } else {
      removeWords(text, changes, start, after !== undefined && isBlank(text, end, after) ? after + 1 : end)
    }
  }
}

/** Takes out an item on a line it shares, with the blanks on one side of it. */
function removeWords(text: string, changes: Writing['changes'], from: number, to: number): void {
  let start = from
  let end = to
  while (text[end] === ' ') end += 1
  if (/[\r\n#\]}]/.test(text[end] ?? '\n')) {
    end = to
    while (text[start - 1] === ' ') start -= 1
  }
  changes.remove({ start, end })
}

function appendItems(
  { text, changes, style }: Writing,
  token: CST.FlowCollection,
  last: OldSlot | undefined,
  added: readonly Slot[],
): void {
  const texts = added.map((slot) => slotText(slot, style.quote))
  if (last === undefined) {
    // Only comments between the brackets, so the closing one stands on a line of its own.
    const close = tokenEnd(token) - 1
    changes.replace({ start: close, end: close }, `${texts.join(', ')} `)
    return
  }
  const end = itemEnd(last.item)
  const comma = commaAfter(token, last)
  const at = comma === undefined ? end : comma + 1
  const start = itemStart(last.item)
  const closing = comma === undefined ? '' : ','
  if (!startsLine(text, start)) {
    const inline = texts.map((item) => (comma === undefined ? `, ${item}` : ` ${item},`)).join('')
    changes.replace({ start: at, end: at }, inline)
    return
  }
  const indent = text.slice(lineStart(text, start), start)
  const lines = texts.map((item, index) => indent + item + (index < texts.length - 1 ? ',' : closing))
  if (comma === undefined) changes.replace({ start: end, end }, ',')
  if (ownsLine(text, token, last)) changes.insertLines(nextLine(text, at), lines)
  else changes.replace({ start: at, end: at }, lines.map((line) => style.newline + line).join(''))
}

/** Whether an item, its comma and a comment are all there is on the lines it stands on. */
function ownsLine(text: string, token: CST.FlowCollection, slot: OldSlot): boolean {
  if (!startsLine(text, itemStart(slot.item))) return false
  const end = itemEnd(slot.item)
  const comma = commaAfter(token, slot)
  if (comma !== undefined && !isBlank(text, end, comma)) return false
  const after = comma === undefined ? end : comma + 1
  const line = nextLine(text, after)
  return line < tokenEnd(token) && /^[ \t]*(?:#.*)?$/.test(text.slice(after, line).trimEnd())
}

function commaAfter(token: CST.FlowCollection, slot: OldSlot): number | undefined {
  const next = token.items[token.items.indexOf(slot.item) + 1]
  return next === undefined ? undefined : commaOf(next.start)
}

function commaOf(tokens: readonly CST.SourceToken[]): number | undefined {
  return tokens.find(({ type }) => type === 'comma')?.offset
}

function isBlank(text: string, start: number, end: number): boolean {
  return /^[ \t]*$/.test(text.slice(start, end))
}
