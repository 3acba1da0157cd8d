import type { Document, Node, ParsedNode } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import { aliasOriginals } from '../topology/yaml-anchors.js'

/** What is written at one place of a file, whatever it is and whether or not it may be there. */
export type Written =
  | { readonly kind: 'nothing' }
  /** `text` without quotes; `value` as YAML takes it. */
  | { readonly kind: 'single'; readonly text: string; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly (Node | undefined)[] }
  /** As the parser reads: the first of several with one key, and only keys that are plain text. */
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Node | undefined> }

export type Look = (node: Node | undefined) => Written

/** Looks at the nodes of a document, following aliases once, as the parser does. */
export function lookAt(document: Document<ParsedNode>): Look {
  let originals: ReturnType<typeof aliasOriginals> | undefined
  return (node) => {
    if (node === undefined || !isAlias(node)) return written(node)
    originals ??= aliasOriginals(document)
    return written(originals.get(node)?.node)
  }
}

function written(node: Node | undefined): Written {
  if (isMap(node)) {
    const entries = new Map<string, Node | undefined>()
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const name = typeof key.value === 'string' ? key.value : key.source
      if (name !== undefined && !entries.has(name)) entries.set(name, isNode(value) ? value : undefined)
    }
    return { kind: 'map', entries }
  }
  if (isSeq(node)) {
    return { kind: 'list', items: node.items.map((item) => (isNode(item) ? item : undefined)) }
  }
  if (!isScalar(node) || node.value === null) return { kind: 'nothing' }
  const { value, source } = node
  return { kind: 'single', text: typeof value === 'string' ? value : (source ?? ''), value }
}
