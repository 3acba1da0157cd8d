import type { Part } from '../topology/source-map.js'

/** What a word at a place of the language is a name of. */
export type Means = 'host' | 'network' | 'service' | 'interface' | 'address' | 'sysctl'

/** What the key and the value of a place stand for, and what is below it: `:` leads to every name and list item. */
export interface MentionPlace {
  key: { readonly means: Means; readonly declares: boolean } | undefined
  value: { readonly means: Means; readonly declares: boolean } | undefined
  readonly below: Map<string, MentionPlace>
}

/**
 * Where the language has names and addresses. A value may stand alone or in a list. An address is declared where
 * something answers for it; everywhere else it is only told.
 */
const PLACES: readonly (readonly [pattern: string, part: Part, means: Means, declares: boolean])[] = [
  ['networks/:', 'key', 'network', true],
  ['networks/:/gateway', 'value', 'address', false],
  ['hosts/:', 'key', 'host', true],
  ['hosts/:/interfaces/:', 'key', 'interface', true],
  ['hosts/:/interfaces/:/network', 'value', 'network', false],
  ['hosts/:/interfaces/:/address', 'value', 'address', true],
  ['hosts/:/interfaces/:/bond', 'value', 'interface', false],
  ['hosts/:/gateway', 'value', 'address', false],
  ['hosts/:/routes/:/via', 'value', 'address', false],
  ['hosts/:/routes/:/interface', 'value', 'interface', false],
  ['hosts/:/sysctls/:', 'key', 'sysctl', false],
  ['hosts/:/listens/:/address', 'value', 'address', false],
  ['services/:', 'key', 'service', true],
  ['services/:/director', 'value', 'host', false],
  ['services/:/vip', 'value', 'address', true],
  ['services/:/real-servers/:', 'key', 'host', false],
  ['services/:/real-servers/:/address', 'value', 'address', false],
  ['services/:/sorry-server/address', 'value', 'address', false],
  ['vrrp/network', 'value', 'network', false],
  ['vrrp/inside-vip', 'value', 'address', true],
  ['layout/hosts/:', 'key', 'host', false],
  ['layout/networks/:', 'key', 'network', false],
  ['layout/lengths/:', 'key', 'network', false],
  ['layout/services/:', 'key', 'service', false],
]

/** The patterns of the table, for a test that the language has them all. */
export const MENTION_PATTERNS: readonly string[] = PLACES.map(([pattern]) => pattern)

/** The place of the document itself. */
export const MENTION_ROOT: MentionPlace = tree()

function tree(): MentionPlace {
  const root = blank()
  for (const [pattern, part, means, declares] of PLACES) {
    let place = root
    for (const step of pattern.split('/')) {
      const next = place.below.get(step) ?? blank()
      place.below.set(step, next)
      place = next
    }
    place[part] = { means, declares }
  }
  return root
}

function blank(): MentionPlace {
  return { key: undefined, value: undefined, below: new Map() }
}
