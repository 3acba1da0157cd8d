import type { Cluster } from '../hosts/cluster.js'
import { pathOf } from '../topology/path.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Path } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import type { Role } from '../topology/types.js'
import { mentionsIn } from './mentions.js'
import type { Mention } from './mentions.js'
import type { TokenModifier, TokenType } from './token-types.js'

export interface Token {
  /** Within one line. */
  readonly span: Span
  readonly type: TokenType
  readonly modifiers: readonly TokenModifier[]
}

/**
 * The words of a file that have a role in the cluster, in the order of the text and none over another. What leads
 * nowhere has none: that it stays without colour is what tells it apart.
 */
export function tokensOf(parsed: ParsedTopology, cluster: Cluster): readonly Token[] {
  const { text } = parsed
  const vips = new Set<string>([...cluster.topology.services.values()].flatMap(({ vip }) => vip ?? []))
  const found: Token[] = []
  for (const mention of mentionsIn(parsed).all) {
    const type = typeOf(mention, cluster, vips)
    if (type === undefined) continue
    for (const span of byLine(mention.span, text)) {
      found.push({ span, type, modifiers: mention.declares ? ['declaration'] : [] })
    }
  }
  for (const { path, said, type } of closedWords(cluster)) {
    const span = parsed.source.place(path)?.value
    // An alias says it elsewhere, and a default nowhere.
    if (span !== undefined && unquoted(text.slice(span.start, span.end)) === said) {
      found.push({ span, type, modifiers: [] })
    }
  }
  found.sort((a, b) => a.span.start - b.span.start)
  let last = 0
  return found.filter(({ span: { start, end } }) => {
    const free = start >= last
    if (free) last = end
    return free
  })
}

const TYPE_OF_ROLE: Readonly<Record<Role, TokenType>> = {
  client: 'client',
  router: 'router',
  director: 'director',
  'real-server': 'realServer',
}

function typeOf({ of }: Mention, { topology }: Cluster, vips: ReadonlySet<string>): TokenType | undefined {
  switch (of.what) {
    case 'host': {
      const role = topology.hosts.get(of.name)?.role
      return role && TYPE_OF_ROLE[role]
    }
    case 'network':
      return topology.networks.has(of.name) ? 'network' : undefined
    case 'service':
      return topology.services.has(of.name) ? 'service' : undefined
    case 'address':
      return vips.has(of.name) ? 'vip' : undefined
    case 'interface':
      return undefined
  }
}

/** The words of the language itself that are as telling as a name. */
function* closedWords({
  topology,
}: Cluster): Iterable<{ readonly path: Path; readonly said: string; readonly type: TokenType }> {
  for (const [name, { mode, scheduler, realServers }] of topology.services) {
    if (mode !== undefined) yield { path: pathOf('services', name, 'mode'), said: mode, type: 'mode' }
    yield { path: pathOf('services', name, 'scheduler'), said: scheduler, type: 'scheduler' }
    for (const [host, { mode: own }] of realServers) {
      if (own === undefined) continue
      yield { path: pathOf('services', name, 'real-servers', host, 'mode'), said: own, type: 'mode' }
    }
  }
}

function unquoted(written: string): string {
  return written.replace(/^(['"])(.*)\1$/s, '$2')
}

/** The parts of a word that goes over several lines, as a quoted one may. */
function byLine({ start, end }: Span, text: string): Span[] {
  const word = text.slice(start, end)
  if (!/[\r\n]/.test(word)) return [{ start, end }]
  return [...word.matchAll(/[^\s](?:[^\r\n]*[^\s])?/g)].map((part) => ({
    start: start + part.index,
    end: start + part.index + part[0].length,
  }))
}
