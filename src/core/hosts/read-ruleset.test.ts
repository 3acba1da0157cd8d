import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { UNKNOWN, filterPacket } from './filter-packet.js'
import type { Facts } from './filter-packet.js'
import { readRuleset } from './read-ruleset.js'
import type { Hook } from './ruleset.js'

type Expression = Readonly<Record<string, unknown>>

/** As `nft -j list ruleset` (nftables 1.0.6) prints a chain at a hook, with other items before its rules. */
function ruleset(
  rules: readonly (readonly Expression[])[],
  {
    hook = 'input',
    policy = 'accept',
    type = 'filter',
    family = 'inet',
    more = [] as readonly Expression[],
  } = {},
): string {
  const at = { family, table: 'filter' }
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
      { table: { family, name: 'filter', handle: 1 } },
      { chain: { ...at, name: 'base', handle: 1, type, hook, prio: 0, policy } },
      { chain: { ...at, name: 'web', handle: 2 } },
      ...more,
      ...rules.map((expr, index) => ({ rule: { ...at, chain: 'base', handle: index + 3, expr } })),
    ],
  })
}

const match = (left: Expression, right: unknown, op = '==') => ({ match: { op, left, right } })
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } })
const dport = (right: unknown, op?: string) => match(payload('tcp', 'dport'), right, op)
const DROP = { drop: null }
const ACCEPT = { accept: null }

const SYN: Facts = {
  iif: 'eth0',
  family: '4',
  protocol: '6',
  src: '198.51.100.50',
  dst: '192.0.2.100',
  sport: UNKNOWN,
  dport: '80',
  'ct-state': 'new',
  'tcp-flags': 'syn',
}

const said = (text: string, facts: Facts = SYN, hook: Hook = 'input') => {
  const filtered = filterPacket(readRuleset(text), hook, facts)
  return filtered.kind === 'passes'
    ? 'passes'
    : `${filtered.kind}: ${'by' in filtered ? filtered.by : filtered.what}`
}

const by = (rule: string) => `"${rule}" in chain base of table inet filter`

describe('what a host filters', () => {
  it.each([
    ['nothing without rules', [], 'passes'],
    ['a port', [[dport(80), DROP]], `drop: ${by('tcp dport 80 drop')}`],
    ['another port', [[dport(443), DROP]], 'passes'],
    ['a port of a set', [[dport({ set: [22, 80] }), DROP]], `drop: ${by('tcp dport { 22, 80 } drop')}`],
    ['a port of a range', [[dport({ range: [1, 100] }), DROP]], `drop: ${by('tcp dport 1-100 drop')}`],
    ['every port but one', [[dport(22, '!='), DROP]], `drop: ${by('tcp dport != 22 drop')}`],
    ['another protocol', [[match(payload('udp', 'dport'), 22, '!='), DROP]], 'passes'],
    ['what an earlier rule accepts', [[dport(80), ACCEPT], [DROP]], 'passes'],
    [
      'a subnet',
      [
        [
          match(payload('ip', 'saddr'), { prefix: { addr: '198.51.100.0', len: 24 } }),
          { counter: { packets: 1, bytes: 60 } },
          DROP,
        ],
      ],
      `drop: ${by('ip saddr 198.51.100.0/24 drop')}`,
    ],
    [
      'a range of addresses',
      [[match(payload('ip', 'daddr'), { range: ['192.0.2.99', '192.0.2.101'] }), DROP]],
      `drop: ${by('ip daddr 192.0.2.99-192.0.2.101 drop')}`,
    ],
    ['the other family', [[match(payload('ip6', 'saddr'), '::1', '!='), DROP]], 'passes'],
    [
      'an interface by its beginning',
      [[match({ meta: { key: 'iifname' } }, 'eth*'), DROP]],
      `drop: ${by('iifname eth* drop')}`,
    ],
    [
      'a state',
      [[match({ ct: { key: 'state' } }, ['established', 'related'], 'in'), ACCEPT], [DROP]],
      `drop: ${by('drop')}`,
    ],
    [
      'flags, all but these',
      [
        [match({ '&': [payload('tcp', 'flags'), { '|': ['fin', 'syn', 'rst', 'ack'] }] }, 'syn', '!='), DROP],
        [match({ '&': [payload('tcp', 'flags'), ['syn', 'ack']] }, 'syn'), DROP],
      ],
      `drop: ${by('tcp flags & (syn | ack) == syn drop')}`,
    ],
    [
      'a protocol by its name',
      [[match({ meta: { key: 'l4proto' } }, 'tcp'), DROP]],
      `drop: ${by('meta l4proto tcp drop')}`,
    ],
    [
      'with REJECT of iptables',
      [[dport(80), { xt: { type: 'target', name: 'REJECT' } }]],
      `refuse: ${by('tcp dport 80 reject')}`,
    ],
    ['after a mark', [[{ mangle: { key: { meta: { key: 'mark' } }, value: 7 } }]], 'passes'],
    ['with a reset', [[{ reject: { type: 'tcp reset' } }]], `reset: ${by('reject')}`],
    [
      'with an ICMP error',
      [[{ reject: { type: 'icmpx', expr: 'port-unreachable' } }]],
      `refuse: ${by('reject')}`,
    ],
    [
      'after what changes nothing',
      [[{ log: { prefix: 'x' } }], [{ mangle: { key: { meta: { key: 'priority' } }, value: 1 } }]],
      'passes',
    ],
  ] as const)('is %s', (_, rules, expected) => {
    expect(said(ruleset(rules))).toBe(expected)
  })

  it('is all that no rule accepts, by a policy', () => {
    expect(said(ruleset([[dport(22), ACCEPT]], { policy: 'drop' }))).toBe(
      'drop: the policy of chain base of table inet filter',
    )
  })

  it('is looked up in a verdict map, and in sets with a name', () => {
    const vmap = {
      vmap: {
        key: { ct: { key: 'state' } },
        data: {
          set: [
            ['invalid', DROP],
            ['established', ACCEPT],
          ],
        },
      },
    }
    expect(said(ruleset([[vmap]]), { ...SYN, 'ct-state': 'invalid' })).toBe(
      `drop: ${by('ct state invalid drop')}`,
    )
    expect(said(ruleset([[vmap]]))).toBe('passes')
    const set = {
      set: { family: 'inet', name: 'bad', table: 'filter', type: 'ipv4_addr', elem: ['198.51.100.50'] },
    }
    const rules = [[match(payload('ip', 'saddr'), '@bad'), DROP]]
    expect(said(ruleset(rules, { more: [set] }))).toBe(`drop: ${by('ip saddr @bad drop')}`)
    expect(said(ruleset(rules))).toMatch(/^unknown: /)
  })

  it('is gone on with after a chain that decides nothing', () => {
    const inWeb = (expr: readonly Expression[]) => ({
      rule: { family: 'inet', table: 'filter', chain: 'web', handle: 9, expr },
    })
    const jump = [{ jump: { target: 'web' } }]
    expect(said(ruleset([jump, [DROP]], { more: [inWeb([dport(443), ACCEPT])] }))).toBe(`drop: ${by('drop')}`)
    expect(said(ruleset([jump, [DROP]], { more: [inWeb([dport(80), ACCEPT])] }))).toBe('passes')
    expect(
      said(ruleset([jump, [DROP]], { more: [inWeb([dport(80), { return: null }]), inWeb([ACCEPT])] })),
    ).toBe(`drop: ${by('drop')}`)
    expect(said(ruleset([[{ goto: { target: 'web' } }], [DROP]]))).toBe('passes')
    expect(said(ruleset([[{ jump: { target: 'base' } }]]))).toMatch(/^unknown: /)
  })
})

describe('what cannot be read', () => {
  const LIMIT = { limit: { rate: 10, per: 'second' } }
  const XT = { xt: { type: 'match', name: 'tcp' } }

  it.each([
    ['matters where it decides', [[LIMIT, DROP]], `unknown: ${by('limit drop')}`],
    ['does not, where the end is the same', [[LIMIT, DROP], [DROP]], `drop: ${by('limit drop')}`],
    ['does not, where both ways pass', [[XT, ACCEPT]], 'passes'],
    ['does not, where another test fails', [[XT, dport(443), DROP]], 'passes'],
    ['matters where it may return', [[XT, { return: null }], [DROP]], undefined],
    [
      'is what a target does',
      [[{ xt: { type: 'target', name: 'DNAT' } }]],
      `unknown: ${by('a target of iptables DNAT')}`,
    ],
    [
      'is where a packet is sent on to',
      [[dport(80), { dnat: { addr: '10.0.0.1' } }]],
      `unknown: ${by('tcp dport 80 dnat')}`,
    ],
    [
      'is a pair of values',
      [[match({ concat: [payload('ip', 'saddr'), payload('tcp', 'dport')] }, '@x'), DROP]],
      undefined,
    ],
    ['is an operator', [[dport(80, '<'), DROP]], undefined],
  ] as const)('%s', (_, rules, expected) => {
    if (expected === undefined) expect(said(ruleset(rules))).toMatch(/^unknown: /)
    else expect(said(ruleset(rules))).toBe(expected)
  })

  it('is a fact of the packet too', () => {
    const rules = [[match({ meta: { key: 'iifname' } }, 'eth1'), DROP]]
    expect(said(ruleset(rules), { ...SYN, iif: UNKNOWN })).toBe(`unknown: ${by('iifname eth1 drop')}`)
    expect(said(ruleset(rules))).toBe('passes')
  })

  it('is said of the whole where it is no list of rules', () => {
    expect(said('Error: no')).toBe('unknown: what nft prints of its rules is no JSON')
    expect(said('[]')).toMatch(/^unknown: .* not a list/)
  })

  it('is left alone in families that see no packet of this host', () => {
    expect(said(ruleset([[DROP]], { family: 'bridge' }))).toBe('passes')
    expect(said(ruleset([[DROP]], { family: 'netdev' }))).toMatch(/^unknown: the chain netdev filter base/)
  })
})

describe('what nft 1.0.6 prints of real rules', () => {
  const REAL = readFileSync('test/fixtures/nft-ruleset.json', 'utf8')
  const at = (rule: string, chain = 'i') => `"${rule}" in chain ${chain} of table inet t`

  it.each([
    ['the management network', { iif: 'mgmt0' }, 'passes'],
    ['a connection that is known', { 'ct-state': 'established' }, 'passes'],
    ['one that cannot be', { 'ct-state': 'invalid' }, `drop: ${at('ct state invalid drop')}`],
    ['ICMP', { protocol: '1', dport: undefined }, 'passes'],
    ['name service over UDP', { protocol: '17', dport: '53' }, 'passes'],
    ['a port of a range', { dport: '8080' }, 'passes'],
    [
      'a subnet that is sent to another chain',
      { src: '203.0.113.9' },
      `reset: ${at('tcp dport != 22 reject', 'j')}`,
    ],
    ['what comes back from there', { src: '203.0.113.9', dport: '22' }, 'passes'],
    ['a rate', {}, `unknown: ${at('ip saddr @s tcp dport 80 limit accept')}`],
    ['whoever is not in the set', { src: '198.51.100.51' }, `refuse: ${at('reject')}`],
    [
      'neighbour discovery',
      { family: '6', protocol: '58', dport: undefined, src: 'fe80::1', 'icmpv6-type': '135' },
      'passes',
    ],
    [
      'another message of ICMPv6',
      { family: '6', protocol: '58', dport: undefined, src: 'fe80::1', 'icmpv6-type': '3' },
      `refuse: ${at('reject')}`,
    ],
  ] as const)('is read of %s', (_, more, expected) => {
    const facts = Object.fromEntries(
      Object.entries({ ...SYN, ...more }).filter(([, value]) => value !== undefined),
    )
    expect(said(REAL, facts)).toBe(expected)
  })
})

describe('address translation', () => {
  const DNAT = ruleset([[{ dnat: { addr: '10.0.0.1' } }]], { type: 'nat', hook: 'prerouting' })

  it('comes to the first packet of a connection alone', () => {
    expect(said(DNAT, SYN, 'prerouting')).toMatch(/^unknown: /)
    expect(said(DNAT, { ...SYN, 'ct-state': 'established' }, 'prerouting')).toBe('passes')
  })

  it('does not come to what is taken out of conntrack before', () => {
    const both = JSON.parse(DNAT) as { nftables: Expression[] }
    const raw = {
      family: 'inet',
      table: 'raw',
      name: 'pre',
      type: 'filter',
      hook: 'prerouting',
      prio: -300,
      policy: 'accept',
    }
    both.nftables.push(
      { chain: raw },
      { rule: { family: 'inet', table: 'raw', chain: 'pre', expr: [{ notrack: null }] } },
    )
    expect(said(JSON.stringify(both), SYN, 'prerouting')).toBe('passes')
  })
})
