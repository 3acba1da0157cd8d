import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'
import { anchorAt } from './anchors.js'
import { mentionAt, mentionsIn } from './mentions.js'

/**
 * Every word that stands for the same as the one at an offset, in the order of the text: of a host, network, service,
 * interface, address or anchor. None where nothing is named.
 */
export function referencesAt(parsed: ParsedTopology, offset: number, includeDeclaration: boolean): Span[] {
  const marked = anchorAt(parsed, offset)
  if (marked !== undefined) {
    const { anchor, aliases } = marked.group
    return includeDeclaration ? [anchor, ...aliases] : [...aliases]
  }
  const mention = mentionAt(parsed, offset)
  if (mention === undefined) return []
  return mentionsIn(parsed)
    .of(mention.of)
    .filter(({ declares }) => includeDeclaration || !declares)
    .map(({ span }) => span)
}
