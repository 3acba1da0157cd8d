import { describe, expect, it } from 'vitest'
import { UNKNOWN, filterPacket } from './filter-packet.js'
import type { Facts } from './filter-packet.js'
import { readIptables } from './read-iptables.js'
import type { Hook } from './ruleset.js'

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

/** As `iptables-legacy-save` (iptables 1.8.9) prints a table, without its counters. */
function table(rules: readonly string[], { name = 'filter', policy = 'ACCEPT', more = [] as string[] } = {}) {
  const chains = name === 'nat' ? ['PREROUTING', 'POSTROUTING'] : ['INPUT', 'FORWARD', 'OUTPUT']
  return [
    `*${name}`,
    ...chains.map((chain) => `:${chain} ${policy}`),
    ...more.map((chain) => `:${chain} -`),
    ...rules,
  ]
}

const said = (lines: readonly string[], facts: Facts = SYN, hook: Hook = 'input') => {
  const filtered = filterPacket({ chains: readIptables(lines, 'ip'), unread: [] }, hook, facts)
  return filtered.kind === 'passes'
    ? 'passes'
    : `${filtered.kind}: ${'by' in filtered ? filtered.by : filtered.what}`
}

const by = (rule: string, chain = 'INPUT') =>
  `"${rule}" in chain ${chain} of table ip filter of iptables-legacy`

describe('rules of iptables-legacy', () => {
  it.each([
    ['a port', '-p tcp -m tcp --dport 80 -j DROP', 'drop'],
    ['another port', '-p tcp -m tcp --dport 443 -j DROP', 'passes'],
    ['every port but one', '-p tcp -m tcp ! --dport 22 -j DROP', 'drop'],
    ['a range of ports', '-p tcp -m tcp --dport 1:100 -j DROP', 'drop'],
    ['ports of a list', '-p tcp -m multiport --dports 22,80,8000:8100 -j DROP', 'drop'],
    ['ports that are not in a list', '-p tcp -m multiport --dports 22,443 -j DROP', 'passes'],
    ['another protocol', '-p udp -m udp --dport 80 -j DROP', 'passes'],
    ['every protocol but one', '! -p udp -j DROP', 'drop'],
    ['a subnet', '-s 198.51.100.0/24 -j DROP', 'drop'],
    ['an address', '-d 192.0.2.100/32 -j DROP', 'drop'],
    ['every address but those', '! -s 198.51.100.0/24 -j DROP', 'passes'],
    ['a range of addresses', '-m iprange --src-range 198.51.100.40-198.51.100.60 -j DROP', 'drop'],
    ['an interface', '-i eth1 -j DROP', 'passes'],
    ['an interface by its beginning', '-i eth+ -j DROP', 'drop'],
    ['a state', '-m state --state NEW -j DROP', 'drop'],
    ['states', '-m conntrack --ctstate RELATED,ESTABLISHED -j DROP', 'passes'],
    ['flags', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP', 'drop'],
    [
      'what is new and no SYN',
      '-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m state --state NEW -j DROP',
      'passes',
    ],
    ['an ICMP type', '-p icmp -m icmp --icmp-type 8 -j DROP', 'passes'],
    ['with a reset', '-p tcp -j REJECT --reject-with tcp-reset', 'reset'],
    ['with an ICMP error', '-j REJECT --reject-with icmp-port-unreachable', 'refuse'],
    ['after a comment like an option', '-m comment --comment "-j" -j DROP', 'drop'],
    ['what is only logged', '-j LOG --log-prefix "seen: "', 'passes'],
    ['what is only clamped', '-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu', 'passes'],
  ])('read as %s', (_, rule, kind) => {
    const text = rule.replaceAll('"', '')
    expect(said(table([`-A INPUT ${rule}`]))).toBe(kind === 'passes' ? kind : `${kind}: ${by(text)}`)
  })

  it.each([
    ['a rate', '-p tcp -m tcp --dport 80 -m limit --limit 5/sec -j DROP'],
    ['a set', '-m set --match-set friends src -j DROP'],
    ['what a packet was translated to', '-m conntrack --ctstate DNAT -j DROP'],
    ['an address type', '-m addrtype --dst-type LOCAL -j DROP'],
    ['a target that is not known', '-j MIRROR'],
  ])('not told where they go by %s', (_, rule) => {
    expect(said(table([`-A INPUT ${rule}`]))).toBe(`unknown: ${by(rule)}`)
  })

  it('are no matter where what is not known cannot hold', () => {
    expect(said(table(['-A INPUT -p udp -m limit --limit 5/sec -j DROP']))).toBe('passes')
  })

  it('are followed through chains of their table', () => {
    const more = ['WEB', 'LOG']
    const own = ['-A INPUT -p tcp -j WEB', '-A INPUT -j DROP']
    expect(said(table([...own, '-A WEB -s 198.51.100.50/32 -j RETURN', '-A WEB -j ACCEPT'], { more }))).toBe(
      `drop: ${by('-j DROP')}`,
    )
    expect(
      said(table([...own, '-A WEB -m tcp -p tcp --dport 80 -g LOG', '-A LOG -j ACCEPT'], { more })),
    ).toBe('passes')
  })

  it('end in the policy of their chain', () => {
    expect(said(table(['-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT'], { policy: 'DROP' }))).toBe(
      'drop: the policy of chain INPUT of table ip filter of iptables-legacy',
    )
  })

  it('are of the tables of their hook, in the order of the kernel', () => {
    const lines = [
      ...table(['-A INPUT -j DROP']),
      '*raw',
      ':PREROUTING ACCEPT',
      '-A PREROUTING -p tcp -j CT --notrack',
      '*mangle',
      ':PREROUTING ACCEPT',
      '-A PREROUTING -m state --state UNTRACKED -j DROP',
    ]
    expect(said(lines, SYN, 'prerouting')).toMatch(/^drop: .* of table ip mangle of iptables-legacy$/)
    expect(said(lines, SYN, 'input')).toBe(`drop: ${by('-j DROP')}`)
    expect(said(lines, SYN, 'forward')).toBe('passes')
  })

  it('that translate are not followed, for what begins a connection', () => {
    const lines = table(['-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080'], {
      name: 'nat',
    })
    expect(said(lines, SYN, 'prerouting')).toMatch(/^unknown: .*REDIRECT/)
    expect(said(lines, { ...SYN, 'ct-state': 'established' }, 'prerouting')).toBe('passes')
  })

  it('of the other family are no matter', () => {
    const ruleset = { chains: readIptables(table(['-A INPUT -j DROP']), 'ip6'), unread: [] }
    expect(filterPacket(ruleset, 'input', SYN)).toEqual({ kind: 'passes' })
    expect(filterPacket(ruleset, 'input', { ...SYN, family: '6' }).kind).toBe('drop')
  })
})
