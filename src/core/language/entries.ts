import type { Node, Pair } from 'yaml'
import { isMap, isNode, isScalar } from 'yaml'
import type { Span } from '../topology/position.js'
import { itemEnd } from '../topology/yaml-place.js'

/** One `key: value` of a map, as the text has it. */
export interface EntryAt {
  readonly name: string
  readonly key: Span
  /** From its key to the end of its words: comments and blank lines below are not part of it. */
  readonly whole: Span
  readonly value: Node | undefined
  /** An entry above it has the same key, and is the one that is read. */
  readonly repeated: boolean
}

/** The entries of a map whose keys are plain text; none of what is no map. */
export function* entriesOf(node: unknown): Iterable<EntryAt> {
  if (!isMap(node)) return
  const seen = new Set<string>()
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? pair.key : undefined
    if (!key?.range) continue
    const name = typeof key.value === 'string' ? key.value : (key.source ?? '')
    const span = { start: key.range[0], end: key.range[1] }
    yield {
      name,
      key: span,
      whole: { start: span.start, end: Math.max(span.end, wordsEnd(pair)) },
      value: isNode(pair.value) ? pair.value : undefined,
      repeated: seen.has(name),
    }
    seen.add(name)
  }
}

function wordsEnd({ srcToken, value }: Pair): number {
  if (srcToken !== undefined) return itemEnd(srcToken)
  return isNode(value) ? (value.range?.[1] ?? 0) : 0
}

/** What a key or value says as a word; undefined for collections, aliases and nothing. */
export function wordOf(node: unknown): { readonly text: string; readonly span: Span } | undefined {
  if (!isScalar(node) || node.value === null || !node.range) return undefined
  const [start, end] = node.range
  return { text: typeof node.value === 'string' ? node.value : (node.source ?? ''), span: { start, end } }
}
