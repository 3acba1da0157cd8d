import type { CST } from 'yaml'
import type { Span } from './position.js'

/** One `key: value` or list item as the lexer saw it, with every separator. */
export type Item = CST.CollectionItem

/** Where the words of an item begin: at an anchor, tag or `?` before its key, the dash, the key, or the value. */
export function itemStart(item: Item): number {
  const lead = item.start.find(
    ({ type }) =>
      type === 'anchor' || type === 'tag' || type === 'explicit-key-ind' || type === 'seq-item-ind',
  )
  return lead?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? item.value?.offset ?? 0
}

/** Where the words of an item end; comments after it are not part of it. */
export function itemEnd(item: Item): number {
  const value = valueToken(item)
  if (value !== undefined) return tokenEnd(value)
  return valueSlot(item) ?? (item.key ? tokenEnd(item.key) : itemStart(item))
}

/** The value an item has. The lexer makes one of no characters out of `{ a:, b: 1 }`: that is none. */
export function valueToken(item: Item): CST.Token | undefined {
  const { value } = item
  return value?.type === 'scalar' && value.source === '' ? undefined : value
}

/**
 * Where a value that is not there would be written: after the colon or dash, and after an anchor or tag. Undefined
 * for a key without a colon.
 */
export function valueSlot(item: Item): number | undefined {
  const tokens = item.sep ?? item.start
  const indicator = tokens.find(({ type }) => type === 'map-value-ind' || type === 'seq-item-ind')
  if (indicator === undefined) return undefined
  const property = tokens.findLast(({ type }) => type === 'anchor' || type === 'tag')
  const last = property !== undefined && property.offset > indicator.offset ? property : indicator
  return last.offset + last.source.length
}

/** The tag before a value: it says what the text that follows is, so it cannot stay before another value. */
export function valueTag(item: Item): CST.SourceToken | undefined {
  return (item.sep ?? item.start).find(({ type }) => type === 'tag')
}

/** Where the words of a value end. */
export function tokenEnd(token: CST.Token): number {
  switch (token.type) {
    case 'flow-collection': {
      const close = token.end.find(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end')
      return close === undefined ? token.offset + 1 : close.offset + 1
    }
    case 'block-map':
    case 'block-seq': {
      const last = token.items.findLast(hasWords)
      return last === undefined ? token.offset : itemEnd(last)
    }
    case 'block-scalar': {
      const header = token.props.at(-1)
      const start =
        header !== undefined && 'source' in header ? header.offset + header.source.length : token.offset
      return start + token.source.length
    }
    default:
      return token.offset + ('source' in token ? token.source.length : 0)
  }
}

/** Whether an item is more than the comments after the last one. */
export function hasWords(item: Item): boolean {
  return (
    Boolean(item.key) ||
    item.value !== undefined ||
    (item.sep?.length ?? 0) > 0 ||
    item.start.some(({ type }) => type === 'seq-item-ind' || type === 'explicit-key-ind')
  )
}

/** The start of the line `offset` is on; a byte order mark is not part of the first line. */
export function lineStart(text: string, offset: number): number {
  const at = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  return at === 0 && text.startsWith('\ufeff') ? 1 : at
}

/** The start of the line after the one `offset` is on, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at < 0 ? text.length : at + 1
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}

/** Whether only indentation stands before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset))
}

export function isBlankLine(text: string, start: number): boolean {
  return /^[ \t\r]*$/.test(text.slice(start, lineBreak(text, start)))
}

/** The column of the comment the line at `start` consists of; undefined where it holds something else. */
function commentColumn(text: string, start: number): number | undefined {
  const line = text.slice(start, lineBreak(text, start))
  const column = line.search(/[^ \t]/)
  return line[column] === '#' ? column : undefined
}

function lineBreak(text: string, start: number): number {
  const at = text.indexOf('\n', start)
  return at < 0 ? text.length : at
}

/**
 * The lines of a block item: from the one it starts on to the one its words end on, and the comment lines directly
 * below that are indented deeper than the item (settings that were commented out).
 */
export function ownLines(text: string, item: Item): Span {
  const start = itemStart(item)
  const column = columnOf(text, start)
  const words = itemEnd(item)
  // A block scalar ends with its line break.
  let end = words > start && text[words - 1] === '\n' ? words : nextLine(text, words)
  while (end < text.length && (commentColumn(text, end) ?? -1) > column) end = nextLine(text, end)
  return { start: lineStart(text, start), end }
}

/** Where the comment lines directly above the line at `start` begin that are indented to `column`. */
export function commentsAbove(text: string, start: number, column: number, limit: number): number {
  let top = start
  while (top > limit) {
    const above = lineStart(text, top - 1)
    if (above < limit || above >= top || commentColumn(text, above) !== column) break
    top = above
  }
  return top
}

/** Where the blank lines directly above the line at `start` begin. */
export function blanksAbove(text: string, start: number, limit: number): number {
  let top = start
  while (top > limit) {
    const above = lineStart(text, top - 1)
    if (above < limit || above >= top || !isBlankLine(text, above)) break
    top = above
  }
  return top
}

/** The lines that go when a block item is removed. `limit`: where what stands before the item ends. */
export function removedLines(text: string, item: Item, first: boolean, limit: number): Span {
  const own = ownLines(text, item)
  let start = commentsAbove(text, own.start, columnOf(text, itemStart(item)), limit)
  // The first comment of a section may be about all of it; it stays, unless a blank line sets it apart.
  if (first && start < own.start && blanksAbove(text, start, limit) === start) start = own.start
  // Blank lines on both sides would become a gap twice as wide.
  const gapBelow = own.end === text.length || isBlankLine(text, own.end)
  return { start: gapBelow ? blanksAbove(text, start, limit) : start, end: own.end }
}
