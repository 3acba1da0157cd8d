import type { CST, Document, Node, ParsedNode } from 'yaml'
import { isAlias, isScalar } from 'yaml'
import { say } from '../speech/say.js'
import { Refusal, live, valueOf } from './draft.js'
import type { Draft, MapValue, Slot } from './draft.js'
import type { TextEdit } from './position.js'
import { textChanges } from './text-changes.js'
import type { Around, OldSlot, Writing } from './writing.js'
import { quoteOf, wantedIn } from './writing.js'
import { addAll } from './yaml-anchors.js'
import { removeBlock, writeBlock } from './yaml-block.js'
import { isEmptyFlow, writeFlow } from './yaml-flow.js'
import {
  columnOf,
  hasWords,
  itemStart,
  ownLines,
  startsLine,
  tokenEnd,
  valueSlot,
  valueTag,
  valueToken,
} from './yaml-place.js'
import { styleOf } from './yaml-style.js'
import {
  blockLines,
  goesOverLines,
  inlineText,
  isList,
  isScalar as isPlainValue,
  mapLines,
  scalarText,
} from './yaml-text.js'

/**
 * The changes of the text that make it say what the draft says. Every line of `text` ends in a line feed; `newline`
 * ends those that are added. Throws a Refusal where a copy would lose its original.
 */
export function writeDraft(
  text: string,
  newline: string,
  document: Document<ParsedNode> | undefined,
  draft: Draft,
): readonly TextEdit[] {
  const style = styleOf(text, newline, document)
  const changes = textChanges(text, style.newline)
  const gone = new Set<Node>()
  const hasAnchors = text.includes('&')
  const writing: Writing = {
    text,
    style,
    changes,
    writeValue: (slot, steps, around) => {
      if (!slot.replaced) writeCollection(writing, slot, steps, around)
      else if (slot.item !== undefined) {
        writeReplacement(writing, { ...slot, item: slot.item }, steps, around)
        if (hasAnchors) loseValue(slot.node, gone)
      }
    },
    lose: ({ keyNode, node }) => {
      if (!hasAnchors) return
      addAll(keyNode, gone)
      addAll(node, gone)
    },
  }
  writeRoot(writing, draft)
  if (draft.root.replaced) loseValue(draft.root.node, gone)
  if (gone.size > 0) refuseLostOriginals(text, draft, gone)
  return changes.finish()
}

/** What is below a replaced value is gone; an anchor on the value itself stays and marks the new one. */
function loseValue(node: Node | undefined, gone: Set<Node>): void {
  addAll(node, gone)
  if (node !== undefined && !isAlias(node)) gone.delete(node)
}

function refuseLostOriginals(text: string, draft: Draft, gone: ReadonlySet<Node>): void {
  for (const [alias, { node }] of draft.originals()) {
    if (gone.has(alias) || !gone.has(node)) continue
    const line = text.slice(0, alias.range?.[0] ?? 0).split('\n').length
    throw new Refusal(
      say`this would remove what is marked &${alias.source}, which *${alias.source} in line ${line} copies; write the copy out in the text first`,
    )
  }
}

function writeRoot(writing: Writing, draft: Draft): void {
  const { root } = draft
  const { text, changes, style } = writing
  if (root.value === undefined) return
  const value = valueOf(root)
  const token = root.node?.srcToken
  const unwritten = token === undefined || isEmptyFlow(text, token)
  if (!root.replaced && !(unwritten && isMapWithEntries(value))) {
    writeCollection(writing, root, [], { flow: false, inMap: false, like: undefined })
    return
  }
  const wanted = wantedIn(root)
  if (isPlainValue(wanted) || isList(wanted)) throw new Refusal(say`a topology file is a map of keys`)
  const lines = mapLines(wanted, [], 0, style)
  if (token === undefined) {
    const end = text.search(/^\.\.\.(?=\s|$)/m)
    changes.insertLines(end < 0 ? text.length : end, lines)
    return
  }
  const start = tokenStart(token)
  const before = startsLine(text, start) ? '' : style.newline
  changes.replace({ start, end: tokenEnd(token) }, before + lines.join(style.newline))
}

function isMapWithEntries(value: { readonly kind: string }): boolean {
  return value.kind === 'map' && live(value as MapValue).length > 0
}

function writeCollection(writing: Writing, slot: Slot, steps: readonly string[], around: Around): void {
  const value = valueOf(slot)
  if (value.kind !== 'map' && value.kind !== 'list') return
  const token = value.node?.srcToken
  if (token === undefined) return
  if (token.type !== 'flow-collection') {
    writeBlock(writing, value, steps, slot.item)
  } else if (
    isOld(slot) &&
    isEmptyFlow(writing.text, token) &&
    live(value).length > 0 &&
    goesBelow(writing, slot, steps, around)
  ) {
    writeBelow(writing, slot, steps)
  } else {
    writeFlow(writing, value, token, steps)
  }
}

function writeReplacement(writing: Writing, slot: OldSlot, steps: readonly string[], around: Around): void {
  const { text, changes, style } = writing
  const wanted = wantedIn(slot)
  if (isPlainValue(wanted) && isScalar(slot.node) && slot.node.value === wanted) return
  if (goesBelow(writing, slot, steps, around)) {
    writeBelow(writing, slot, steps)
    return
  }
  const token = valueToken(slot.item)
  const inline = isPlainValue(wanted)
    ? scalarText(wanted, style.quote, token ? quoteOf(token.type) : undefined)
    : inlineText(wanted, style.quote)
  const tag = valueTag(slot.item)
  if (tag !== undefined) {
    const end = tag.offset + tag.source.length
    changes.remove({ start: tag.offset, end: token && text[end] === ' ' ? end + 1 : end })
  }
  if (token) replaceToken(writing, slot.item, token, inline)
  else insertValue(writing, slot, inline)
}

/** Whether a value goes on lines of its own below its key, where nothing, `{}` or `null` stands now. */
function goesBelow(
  { text, style }: Writing,
  slot: OldSlot,
  steps: readonly string[],
  around: Around,
): boolean {
  const token = valueToken(slot.item)
  const after = valueSlot(slot.item)
  if (around.flow || !around.inMap || after === undefined) return false
  if (token) {
    const isNull = isScalar(slot.node) && slot.node.value === null && token.type === 'scalar'
    if (!isNull && !isEmptyFlow(text, token)) return false
    if (text.slice(after, token.offset).trim() !== '') return false
  }
  const column = columnOf(text, itemStart(slot.item))
  return goesOverLines(wantedIn(slot), steps, column, around.like, style.quote)
}

function writeBelow({ text, style, changes }: Writing, slot: OldSlot, steps: readonly string[]): void {
  const { item } = slot
  const after = valueSlot(item)
  const token = valueToken(item)
  if (token && after !== undefined) changes.remove({ start: after, end: tokenEnd(token) })
  const column = columnOf(text, itemStart(item))
  changes.insertLines(ownLines(text, item).end, blockLines(wantedIn(slot), steps, column, style))
}

/** Writes a value where a key has none. */
function insertValue({ changes }: Writing, { item }: OldSlot, inline: string): void {
  const after = valueSlot(item)
  if (after !== undefined) {
    changes.replace({ start: after, end: after }, ` ${inline}`)
  } else if (item.key && !item.start.some(({ type }) => type === 'explicit-key-ind')) {
    const end = tokenEnd(item.key)
    changes.replace({ start: end, end }, `: ${inline}`)
  } else {
    throw new Refusal(say`a key written with "?" has no place for a value; write it as "key: value" first`)
  }
}

function replaceToken(writing: Writing, item: OldSlot['item'], token: CST.Token, inline: string): void {
  const { text, changes } = writing
  const start = tokenStart(token)
  if (token.type === 'block-scalar') {
    const header = token.props.find(({ type }) => type === 'block-scalar-header')
    const least = header !== undefined && 'source' in header ? start + header.source.length : start
    const words = text.slice(least, tokenEnd(token)).trimEnd().length
    const comment = token.props.find(({ type }) => type === 'comment')
    const note = comment !== undefined && 'source' in comment ? ` ${comment.source}` : ''
    changes.replace({ start, end: least + words }, inline + note)
    return
  }
  const after = valueSlot(item)
  const isBlock = token.type === 'block-map' || token.type === 'block-seq'
  if (isBlock && after !== undefined && startsLine(text, start)) {
    removeBlock(writing, token.items.filter(hasWords), item)
    changes.replace({ start: after, end: after }, ` ${inline}`)
  } else {
    changes.replace({ start, end: tokenEnd(token) }, inline)
  }
}

/** Where the words of a value begin. */
function tokenStart(token: CST.Token): number {
  const [first] = token.type === 'block-map' || token.type === 'block-seq' ? token.items : []
  return first === undefined ? token.offset : itemStart(first)
}

function isOld(slot: Slot): slot is OldSlot {
  return slot.item !== undefined
}
