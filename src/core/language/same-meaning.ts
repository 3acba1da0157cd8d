import type { Document, ParsedNode, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml'

/** Whether two documents say the same: values and their kinds, keys and their order, anchors, tags and quotes. */
export function saysTheSame(
  one: Document<ParsedNode> | undefined,
  other: Document<ParsedNode> | undefined,
): boolean {
  return same(one?.contents, other?.contents)
}

function same(one: unknown, other: unknown): boolean {
  if (isAlias(one)) return isAlias(other) && one.source === other.source
  if (isPair(one)) return isPair(other) && same(one.key, other.key) && same(one.value, other.value)
  if (isScalar(one)) {
    return (
      isScalar(other) &&
      Object.is(one.value, other.value) &&
      one.type === other.type &&
      one.anchor === other.anchor &&
      one.tag === other.tag
    )
  }
  if (isMap(one)) return isMap(other) && sameCollections(one, other)
  if (isSeq(one)) return isSeq(other) && sameCollections(one, other)
  return one === other
}

function sameCollections(one: YAMLMap | YAMLSeq, other: YAMLMap | YAMLSeq): boolean {
  return (
    one.anchor === other.anchor &&
    one.tag === other.tag &&
    one.items.length === other.items.length &&
    one.items.every((item, at) => same(item, other.items[at]))
  )
}
