import { say } from '../speech/say.js'
import { HOOKS } from './ruleset.js'
import type { BaseChain, Chain, ChainFamily, Field, Rule, RuleVerdict, Ruleset, Test } from './ruleset.js'
import { isObject, shown, textOf, valuesOf } from './ruleset-values.js'
import type { Json, SetOf } from './ruleset-values.js'

/**
 * Reads what `nft -j list ruleset` prints (libnftables-json(5)). What is not understood becomes a test or a verdict that
 * is unknown, in its place, so that whoever asks hears of it where it matters and only there.
 */
export function readRuleset(text: string): Ruleset {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { chains: [], unread: [say`what nft prints of its rules is no JSON`] }
  }
  const items =
    isObject(parsed) && Array.isArray(parsed['nftables']) ? (parsed['nftables'] as unknown[]) : undefined
  if (items === undefined)
    return { chains: [], unread: [say`what nft prints of its rules is not a list of them`] }
  const chains = new Map<string, { chain: Omit<Chain, 'rules'>; rules: Rule[] }>()
  const sets = setsOf(items)
  const unread: string[] = []
  for (const item of items) {
    if (!isObject(item)) continue
    const chain = item['chain']
    if (isObject(chain)) {
      const read = readChain(chain)
      if (read === 'elsewhere') continue
      if (read === undefined) unread.push(say`the chain ${wordsOf(chain)} of nft`)
      else chains.set(keyOf(chain), { chain: read, rules: [] })
      continue
    }
    const rule = item['rule']
    if (isObject(rule)) {
      chains
        .get(keyOf(rule, rule['chain']))
        ?.rules.push(...readRule(rule, (name) => sets.get(keyOf(rule, name))))
    }
  }
  return { chains: [...chains.values()].map(({ chain, rules }) => ({ ...chain, rules })), unread }
}

function keyOf(item: Json, name: unknown = item['name']): string {
  return [item['family'], item['table'], name].map(textOf).join(' ')
}

function wordsOf(item: Json): string {
  return keyOf(item).trim()
}

function setsOf(items: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const sets = new Map<string, readonly unknown[]>()
  for (const item of items) {
    const set = isObject(item) ? item['set'] : undefined
    // What is a pair of values, or comes and goes by packets, cannot be looked up here.
    if (!isObject(set) || typeof set['type'] !== 'string') continue
    sets.set(keyOf(set), Array.isArray(set['elem']) ? (set['elem'] as unknown[]) : [])
  }
  return sets
}

const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet'] satisfies ChainFamily[]
/** Of frames before they are packets of a host; a bridge's own. */
const ELSEWHERE: readonly string[] = ['arp', 'bridge']

function readChain(chain: Json): Omit<Chain, 'rules'> | 'elsewhere' | undefined {
  const family = textOf(chain['family'])
  if (ELSEWHERE.includes(family)) return 'elsewhere'
  if (!FAMILIES.includes(family)) return undefined
  const base = readBase(chain)
  if (base === 'unknown') return undefined
  return {
    family: family as ChainFamily,
    table: textOf(chain['table']),
    name: textOf(chain['name']),
    base,
  }
}

function readBase(chain: Json): BaseChain | undefined | 'unknown' {
  if (chain['hook'] === undefined) return undefined
  const hook = HOOKS.find((each) => each === chain['hook'])
  const priority = Number(chain['prio'])
  if (hook === undefined || !Number.isFinite(priority)) return 'unknown'
  return { hook, nat: chain['type'] === 'nat', priority, accepts: chain['policy'] !== 'drop' }
}

/** A rule; with a verdict map, one for each of its entries. */
function readRule(rule: Json, setOf: SetOf): Rule[] {
  const tests: Test[] = []
  const words: string[] = []
  const expressions = Array.isArray(rule['expr']) ? (rule['expr'] as unknown[]) : []
  const done = (verdict: RuleVerdict, more: readonly Test[] = [], word = ''): Rule => ({
    text: [...words, ...(word === '' ? [] : [word])].join(' '),
    tests: [...tests, ...more],
    verdict,
  })
  for (const expression of expressions) {
    if (!isObject(expression)) continue
    const [kind = '', value] = Object.entries(expression)[0] ?? []
    const verdict = readVerdict(kind, value)
    if (verdict !== undefined) return [done(verdict, [], verdictText(verdict))]
    if (kind === 'match' && isObject(value)) {
      const read = readMatch(value, setOf)
      tests.push(...read.tests)
      words.push(read.text)
    } else if (kind === 'vmap' && isObject(value)) {
      return readVerdictMap(value, setOf, done)
    } else if (kind === 'xt' && isObject(value) && MINOR_OF_IPTABLES.has(textOf(value['name']))) {
      continue
    } else if (kind === 'xt' && isObject(value) && value['type'] === 'target' && value['name'] === 'REJECT') {
      return [done({ kind: 'reject', by: 'icmp' }, [], 'reject')]
    } else if (DEPENDS.has(kind) && !(isObject(value) && value['type'] === 'target')) {
      const what = isObject(value) && typeof value['name'] === 'string' ? `${kind} ${value['name']}` : kind
      tests.push({ kind: 'unknown', what })
      words.push(what)
    } else if (!HARMLESS.has(kind) && !(kind === 'mangle' && isMinor(value))) {
      const target = kind === 'xt' && isObject(value) ? textOf(value['name']) : ''
      return [done({ kind: 'unknown' }, [], kind === 'xt' ? `a target of iptables ${target}`.trim() : kind)]
    }
  }
  return [done({ kind: 'continue' })]
}

/** What holds or not by more than the packet; `xt` is a match of iptables, of which nft shows no more than the name. */
const DEPENDS: ReadonlySet<string> = new Set(['limit', 'quota', 'ct count', 'xt'])

/** Matches and targets of iptables-extensions(8) that decide nothing and leave addresses and ports as they are. */
const MINOR_OF_IPTABLES: ReadonlySet<string> = new Set([
  'comment',
  'LOG',
  'NFLOG',
  'TCPMSS',
  'CHECKSUM',
  'CLASSIFY',
  'CONNMARK',
])

/** Statements after which the packet is what it was and goes on. */
const HARMLESS: ReadonlySet<string> = new Set([
  'counter',
  'log',
  'comment',
  'last',
  'set',
  'ct helper',
  'flow',
  'meter',
])

/** Who routes by marks has rules that are read on their own, and so are the marks of services. */
const MINOR_META: ReadonlySet<string> = new Set(['mark', 'priority', 'nftrace'])

/** Writes nothing that a way or a rule looked at here depends on. */
function isMinor(mangle: unknown): boolean {
  const key = isObject(mangle) ? mangle['key'] : undefined
  if (!isObject(key)) return false
  const { meta, ct } = key
  return (
    key['tcp option'] !== undefined ||
    (isObject(meta) && MINOR_META.has(textOf(meta['key']))) ||
    (isObject(ct) && ct['key'] === 'mark')
  )
}

function readVerdict(kind: string, value: unknown): RuleVerdict | undefined {
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind }
    case 'notrack':
      return { kind: 'untrack' }
    case 'reject':
      return { kind, by: isObject(value) && value['type'] === 'tcp reset' ? 'reset' : 'icmp' }
    case 'jump':
    case 'goto':
      return { kind, chain: isObject(value) ? textOf(value['target']) : '' }
    default:
      return undefined
  }
}

function verdictText(verdict: RuleVerdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind
}

function readVerdictMap(
  { key, data }: Json,
  setOf: SetOf,
  done: (verdict: RuleVerdict, more?: readonly Test[], word?: string) => Rule,
): Rule[] {
  const entries = isObject(data) && Array.isArray(data['set']) ? (data['set'] as unknown[]) : undefined
  const field = isObject(key) ? fieldOf(key) : undefined
  if (entries === undefined || field === undefined) return [done({ kind: 'unknown' }, [], 'vmap')]
  return entries.map((entry) => {
    const [match, said] = Array.isArray(entry) ? (entry as unknown[]) : []
    const [kind = '', value] = isObject(said) ? (Object.entries(said)[0] ?? []) : []
    const verdict = readVerdict(kind, value) ?? { kind: 'unknown' as const }
    const values = valuesOf(field.name, match, setOf)
    const test: Test =
      values === undefined
        ? { kind: 'unknown', what: 'vmap' }
        : { kind: 'is', field: field.name, not: false, values }
    return done(verdict, [...field.needs, test], `${field.text} ${shown(match)} ${verdictText(verdict)}`)
  })
}

function readMatch(match: Json, setOf: SetOf): { tests: readonly Test[]; text: string } {
  const { op, left, right } = match
  const flags = isObject(left) ? flagsMatch(left, right, textOf(op)) : undefined
  if (flags !== undefined) return flags
  const field = isObject(left) ? fieldOf(left) : undefined
  const operator = textOf(op)
  const what = field?.text ?? (isObject(left) ? leftText(left) : '?')
  const text = [what, ...(operator === '==' || operator === 'in' ? [] : [operator]), shown(right)].join(' ')
  const values = field === undefined ? undefined : valuesOf(field.name, right, setOf)
  const isKnown = operator === '==' || operator === 'in' || operator === '!='
  const test: Test =
    field === undefined || values === undefined || !isKnown
      ? { kind: 'unknown', what: text }
      : { kind: 'is', field: field.name, not: operator === '!=', values }
  return { tests: [...(field?.needs ?? []), test], text }
}

/** `tcp flags & (syn | ack) == syn`: of some flags just these. */
function flagsMatch(
  left: Json,
  right: unknown,
  operator: string,
): { tests: readonly Test[]; text: string } | undefined {
  const [payload, mask] = Array.isArray(left['&']) ? (left['&'] as unknown[]) : []
  const field = isObject(payload) ? payload['payload'] : undefined
  const among = flagsOf(mask)
  const are = flagsOf(right)
  if (!isObject(field) || field['protocol'] !== 'tcp' || field['field'] !== 'flags') return undefined
  if (among === undefined || are === undefined || (operator !== '==' && operator !== '!=')) return undefined
  return {
    tests: [
      is('protocol', '6'),
      { kind: 'is', field: 'tcp-flags', not: operator === '!=', values: [{ kind: 'flags', among, are }] },
    ],
    text: `tcp flags & (${among.join(' | ')}) ${operator} ${are.length === 0 ? '0' : are.join(' | ')}`,
  }
}

function flagsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (value === 0) return []
  const list = isObject(value) ? value['|'] : value
  if (!Array.isArray(list)) return undefined
  const flags = list.map(flagsOf)
  return flags.every((each) => each !== undefined) ? flags.flat() : undefined
}

function leftText(left: Json): string {
  const [kind = '?', value] = Object.entries(left)[0] ?? []
  return isObject(value) ? [kind, textOf(value['key'])].join(' ').trim() : kind
}

interface FieldRead {
  readonly name: Field
  readonly text: string
  /** What else holds where it is there at all: nft leaves out what goes without saying. */
  readonly needs: readonly Test[]
}

const is = (field: Field, value: string): Test => ({
  kind: 'is',
  field,
  not: false,
  values: [{ kind: 'exactly', value }],
})

function fieldOf(left: Json): FieldRead | undefined {
  const { meta, payload, ct } = left
  if (isObject(meta)) {
    const key = textOf(meta['key'])
    const name = META[key]
    const text = key.endsWith('if') || key.endsWith('ifname') ? key : `meta ${key}`
    return name === undefined ? undefined : { name, text, needs: [] }
  }
  if (isObject(ct)) {
    return ct['key'] === 'state' ? { name: 'ct-state', text: 'ct state', needs: [] } : undefined
  }
  if (!isObject(payload)) return undefined
  const protocol = textOf(payload['protocol'])
  const fieldName = textOf(payload['field'])
  const known = PAYLOAD[protocol]
  const name = known?.fields[fieldName]
  return known === undefined || name === undefined
    ? undefined
    : { name, text: `${protocol} ${fieldName}`, needs: known.needs }
}

const META: Readonly<Record<string, Field>> = {
  iif: 'iif',
  iifname: 'iif',
  oif: 'oif',
  oifname: 'oif',
  l4proto: 'protocol',
  nfproto: 'family',
}

const ADDRESSES = { saddr: 'src', daddr: 'dst' } as const
const PORTS = { sport: 'sport', dport: 'dport' } as const

const PAYLOAD: Readonly<
  Record<string, { readonly fields: Readonly<Record<string, Field>>; readonly needs: readonly Test[] }>
> = {
  ip: { fields: { ...ADDRESSES, protocol: 'protocol' }, needs: [is('family', '4')] },
  ip6: { fields: { ...ADDRESSES, nexthdr: 'protocol' }, needs: [is('family', '6')] },
  tcp: { fields: PORTS, needs: [is('protocol', '6')] },
  udp: { fields: PORTS, needs: [is('protocol', '17')] },
  sctp: { fields: PORTS, needs: [is('protocol', '132')] },
  th: { fields: PORTS, needs: [] },
  icmp: { fields: { type: 'icmp-type', code: 'icmp-code' }, needs: [is('protocol', '1')] },
  icmpv6: { fields: { type: 'icmpv6-type', code: 'icmpv6-code' }, needs: [is('protocol', '58')] },
}
