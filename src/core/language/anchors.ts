import type { CST } from 'yaml'
import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'
import { tokenEnd } from '../topology/yaml-place.js'

/** An anchor with everything that is a copy of what it marks. */
export interface AnchorGroup {
  readonly name: string
  readonly anchor: Span
  /** The anchor and what it marks. */
  readonly whole: Span
  readonly aliases: readonly Span[]
}

/** The anchor an offset touches, or that of the alias it touches, with the word itself. */
export function anchorAt(
  parsed: ParsedTopology,
  offset: number,
): { readonly group: AnchorGroup; readonly word: Span } | undefined {
  for (const group of anchorsIn(parsed)) {
    const word = [group.anchor, ...group.aliases].find(({ start, end }) => start <= offset && offset <= end)
    if (word !== undefined) return { group, word }
  }
  return undefined
}

/** Every anchor of a file. An alias is a copy of the last one of its name before it (YAML 1.2, 3.2.2.2). */
export function anchorsIn({ document, text }: ParsedTopology): readonly AnchorGroup[] {
  const groups: { name: string; anchor: Span; whole: Span; aliases: Span[] }[] = []
  const newest = new Map<string, (typeof groups)[number]>()

  const anchors = (tokens: readonly CST.SourceToken[], marked: CST.Token | null | undefined): void => {
    for (const { type, offset, source } of tokens) {
      if (type !== 'anchor') continue
      const anchor = { start: offset, end: offset + source.length }
      const end = marked === null || marked === undefined ? anchor.end : tokenEnd(marked)
      const group = {
        name: source.slice(1),
        anchor,
        whole: { start: offset, end: Math.max(anchor.end, end) },
        aliases: [],
      }
      groups.push(group)
      newest.set(group.name, group)
    }
  }
  const look = (token: CST.Token | null | undefined): void => {
    if (token === null || token === undefined) return
    if (token.type === 'alias') {
      const { offset, source } = token
      newest.get(source.slice(1))?.aliases.push({ start: offset, end: offset + source.length })
    } else if ('items' in token) {
      for (const { start, key, sep, value } of token.items) {
        anchors(start, key ?? value)
        look(key)
        anchors(sep ?? [], value)
        look(value)
      }
    }
  }
  if (text.includes('&')) look(document?.contents?.srcToken)
  return groups
}
