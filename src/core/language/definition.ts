import type { ParsedTopology } from '../topology/parse.js'
import { pathSteps } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import { anchorAt } from './anchors.js'
import { mentionAt, mentionsIn } from './mentions.js'
import type { Mention } from './mentions.js'

/** Where a word leads to. */
export interface Definition {
  /** The word that was asked about. */
  readonly origin: Span
  /** The name or address where it is declared. */
  readonly name: Span
  /** All of the declaration. */
  readonly whole: Span
}

/**
 * Where the host, network, service, interface, address or anchor at an offset is declared; undefined where nothing is
 * named, or what is named is not drawn.
 */
export function definitionAt(parsed: ParsedTopology, offset: number): Definition | undefined {
  const marked = anchorAt(parsed, offset)
  if (marked !== undefined) {
    const { anchor, whole } = marked.group
    return { origin: marked.word, name: anchor, whole }
  }
  const mention = mentionAt(parsed, offset)
  const declared = mention && declarationOf(mention, parsed)
  return declared && { origin: mention.span, name: declared.span, whole: declared.entry }
}

/** The declaration a mention means: itself, else that of a host it is told with, else the first. */
export function declarationOf(mention: Mention, parsed: ParsedTopology): Mention | undefined {
  if (mention.declares) return mention
  const declarations = mentionsIn(parsed)
    .of(mention.of)
    .filter(({ declares }) => declares)
  if (declarations.length < 2) return declarations[0]
  // An address may be drawn twice; a real server's is its own, and so is one a host listens on.
  const [, own = '', , inner = ''] = pathSteps(mention.path)
  const hostOf = ({ path }: Mention) => (path.startsWith('/hosts/') ? pathSteps(path)[1] : undefined)
  return (
    declarations.find((one) => hostOf(one) === inner || hostOf(one) === own) ??
    declarations.find((one) => hostOf(one) !== undefined) ??
    declarations[0]
  )
}
