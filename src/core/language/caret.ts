import type { Span } from '../topology/position.js'
import type { Quote } from '../topology/yaml-text.js'
import { startsLine } from '../topology/yaml-place.js'
import { scanTo } from './caret-block.js'
import type { Draft, Frame } from './caret-scan.js'

/** Something that may be written where the caret is, whatever state the text around it is in. */
export interface Slot {
  /** A key of the map, a new item (with its dash) of the list, or the value at `steps`. */
  readonly at: 'key' | 'item' | 'value'
  readonly steps: readonly string[]
  /** The keys that map has elsewhere, or the words beside a value in its list. */
  readonly taken: ReadonlySet<string>
  /** What stands there now, with its quotes; on one line, and the caret is in it or touches it. */
  readonly word: Span
  readonly quote: Quote | undefined
  /** In brackets. */
  readonly flow: boolean
  /** Nothing else stands before it on its line. */
  readonly first: boolean
  /** Of the word, or the line it is to be indented to; lines below it are indented from here. */
  readonly column: number
  /** Of a key: its colon is there. */
  readonly named: boolean
  /** What must come between the word and what stands before and after it. */
  readonly before: string
  readonly after: string
}

/**
 * What may be written at an offset: none in comments, within values of several lines, and where a word would break
 * the lines around it; several where an empty line leaves open what it will be. Reads the text by lines and brackets,
 * so that it does not matter what is wrong elsewhere: brackets and quotes left open end where the indentation says
 * they must. A tab counts for `step` columns.
 */
export function slotsAt(text: string, offset: number, step: number): readonly Slot[] {
  const { drafts, nextColumn, text: lines } = scanTo(text, offset, step)
  return drafts.filter((draft) => fits(draft, nextColumn)).map((draft) => slotOf(draft, lines, offset))
}

/** Whether the lines below leave room for it. */
function fits({ at, below, frame, column, flow, blank }: Draft, nextColumn: number | undefined): boolean {
  if (flow) return true
  const child = below?.child
  if (child !== undefined) {
    return (
      child.indent === column && child.kind === (at === 'key' ? 'map' : at === 'item' ? 'list' : undefined)
    )
  }
  // Under a new key of this map, lines that belong to the one above would change hands.
  return !blank || below !== undefined || nextColumn === undefined || nextColumn <= frame.indent
}

function slotOf(draft: Draft, text: string, offset: number): Slot {
  const { at, frame, via, below, self, quote, flow, column, named, indented } = draft
  const around = at === 'value' || below === undefined ? frame : below.child
  const names = around === undefined ? [] : around.names.filter((_, index) => index !== self)
  const word = indented === undefined ? draft.word : { start: indented, end: draft.word.end }
  const last = text[word.start - 1] ?? ''
  const next = text[word.end] ?? ''
  const empty = word.start === word.end && word.start === offset
  return {
    at,
    steps: via === undefined ? stepsTo(frame) : [...stepsTo(frame), via],
    taken: new Set(at === 'value' && frame.kind !== 'list' ? [] : names),
    word,
    quote,
    flow,
    first: startsLine(text, word.start),
    column,
    named,
    before: indented !== undefined ? ' '.repeat(column) : empty && /[:,-]/.test(last) ? ' ' : '',
    after: next === '#' ? ' ' : '',
  }
}

function stepsTo(frame: Frame): string[] {
  const steps: string[] = []
  for (let at = frame; at.parent !== undefined; at = at.parent) steps.push(at.via)
  // The outermost map or list stands at the root itself.
  steps.pop()
  return steps.reverse()
}
