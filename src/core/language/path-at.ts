import type { Node } from 'yaml'
import { isMap, isNode, isScalar, isSeq } from 'yaml'
import type { ParsedTopology } from '../topology/parse.js'
import { below } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import type { Part } from '../topology/source-map.js'

/** A word of the text: the key or the single value it is, and of which place. */
export interface WordAt {
  readonly path: Path
  readonly part: Part
  readonly span: Span
}

/** The key or value an offset stands in or touches; undefined between them. */
export function wordAt({ document }: ParsedTopology, offset: number): WordAt | undefined {
  return wordIn(document?.contents, '', offset)
}

function wordIn(node: unknown, path: Path, offset: number): WordAt | undefined {
  if (!isNode(node)) return undefined
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const inner = below(path, typeof key.value === 'string' ? key.value : (key.source ?? ''))
      const at = touched(key, offset)
      if (at !== undefined) return { path: inner, part: 'key', span: at }
      if (isNode(value) && reaches(value, offset)) return wordIn(value, inner, offset)
    }
    return undefined
  }
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => isNode(item) && reaches(item, offset))
    return index < 0 ? undefined : wordIn(node.items[index], below(path, index), offset)
  }
  const at = touched(node, offset)
  return at === undefined ? undefined : { path, part: 'value', span: at }
}

function touched({ range }: Node, offset: number): Span | undefined {
  if (!range || range[0] === range[1] || offset < range[0] || offset > range[1]) return undefined
  return { start: range[0], end: range[1] }
}

function reaches({ range }: Node, offset: number): boolean {
  return range !== null && range !== undefined && offset >= range[0] && offset <= range[1]
}
