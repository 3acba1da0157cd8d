import type { CST, Document, ParsedNode } from 'yaml'
import { columnOf, itemStart } from './yaml-place.js'
import type { Quote, YamlStyle } from './yaml-text.js'

/** So many items tell how a file is written; the rest of a large one is not looked at. */
const ENOUGH = 2000

/** Of each document, which is one text: thousands of fixes are made of it one by one. */
const known = new WeakMap<Document<ParsedNode>, Omit<YamlStyle, 'newline'>>()

/** How the file is indented and quoted; two columns and single quotes where it does not tell. */
export function styleOf(
  text: string,
  newline: string,
  document: Document<ParsedNode> | undefined,
): YamlStyle {
  const held = document && known.get(document)
  if (held !== undefined) return { newline, ...held }
  const seen = styleIn(text, document)
  if (document !== undefined) known.set(document, seen)
  return { newline, ...seen }
}

function styleIn(text: string, document: Document<ParsedNode> | undefined): Omit<YamlStyle, 'newline'> {
  let step: number | undefined
  let listStep: number | undefined
  let single = 0
  let double = 0
  let seen = 0

  const look = (token: CST.Token | null | undefined, parent: CST.BlockMap | undefined): void => {
    if (token?.type === 'single-quoted-scalar') single += 1
    if (token?.type === 'double-quoted-scalar') double += 1
    if (token === null || token === undefined || !('items' in token)) return
    const [first] = token.items
    const [above] = parent?.items ?? []
    if (first !== undefined && above !== undefined) {
      const deeper = columnOf(text, itemStart(first)) - columnOf(text, itemStart(above))
      if (token.type === 'block-map' && deeper > 0) step ??= deeper
      if (token.type === 'block-seq' && deeper >= 0) listStep ??= deeper
    }
    for (const item of token.items) {
      seen += 1
      if (seen > ENOUGH) return
      look(item.key, undefined)
      look(item.value, token.type === 'block-map' ? token : undefined)
    }
  }
  look(document?.contents?.srcToken, undefined)
  const quote: Quote = double > single ? '"' : "'"
  return { step: step ?? 2, listStep: listStep ?? step ?? 2, quote }
}
