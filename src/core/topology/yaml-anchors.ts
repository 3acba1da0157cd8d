import type { Alias, Document, Node, ParsedNode } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'

/** What an alias copies. */
export interface Original {
  readonly node: Node
  /** The positions of the entries and items that lead to it from the root; undefined inside a key. */
  readonly route: readonly number[] | undefined
}

/** The original of every alias: the last value with that anchor before it (YAML 1.2, 3.2.2.2). */
export function aliasOriginals(document: Document<ParsedNode>): ReadonlyMap<Alias, Original> {
  const originals = new Map<Alias, Original>()
  const anchors = new Map<string, Original>()
  const look = (node: unknown, route: readonly number[] | undefined): void => {
    if (!isNode(node)) return
    if (isAlias(node)) {
      const original = anchors.get(node.source)
      if (original !== undefined) originals.set(node, original)
      return
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      anchors.set(node.anchor, { node, route })
    }
    if (isMap(node)) {
      for (const [index, pair] of node.items.entries()) {
        look(pair.key, undefined)
        look(pair.value, route && [...route, index])
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) look(item, route && [...route, index])
    }
  }
  look(document.contents, [])
  return originals
}

/** A node and everything below it. */
export function addAll(node: unknown, nodes: Set<Node>): void {
  if (!isNode(node)) return
  nodes.add(node)
  if (isMap(node)) {
    for (const pair of node.items) {
      addAll(pair.key, nodes)
      addAll(pair.value, nodes)
    }
  } else if (isSeq(node)) {
    for (const item of node.items) addAll(item, nodes)
  }
}
