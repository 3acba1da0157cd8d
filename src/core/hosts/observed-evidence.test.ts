import { describe, expect, it } from 'vitest'
import { observeHost } from './observe.js'

const probe = (sections: Readonly<Record<string, string>>) =>
  observeHost(
    'rs1',
    [
      '== facts\nuid 0',
      '== link\n1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0: <UP> mtu 1500',
      '== address\n2: eth0    inet 192.0.2.11/24 scope global eth0\n2: eth0    inet6 2001:db8::11/64 scope global',
      ...Object.entries(sections).map(([name, text]) => `== ${name}\n${text}`),
      '== end\n',
    ].join('\n'),
  )

describe('what a probe finds beside settings', () => {
  it('is what is known of neighbours, but for what has no address', () => {
    const { neighbours } = probe({
      neighbours: [
        '192.0.2.100 dev eth0 lladdr 02:00:00:00:00:0A STALE',
        '192.0.2.1 dev eth0 lladdr 02:00:00:00:00:01 extern_learn REACHABLE',
        '192.0.2.77 dev eth0  FAILED',
        '192.0.2.78 dev eth0  INCOMPLETE',
        '2001:db8::1 dev eth0 lladdr 02:00:00:00:00:01 router PERMANENT',
      ].join('\n'),
    })
    expect(neighbours).toEqual([
      { address: '192.0.2.100', interface: 'eth0', mac: '02:00:00:00:00:0a', state: 'STALE' },
      { address: '192.0.2.1', interface: 'eth0', mac: '02:00:00:00:00:01', state: 'REACHABLE' },
      { address: '2001:db8::1', interface: 'eth0', mac: '02:00:00:00:00:01', state: 'PERMANENT' },
    ])
  })

  it('is who listens, where, of which family', () => {
    const { listens, unread } = probe({
      sockets: [
        'udp   UNCONN 0      0            127.0.0.53%lo:53         0.0.0.0:*',
        'tcp   LISTEN 0      128                0.0.0.0:22         0.0.0.0:*',
        'tcp   LISTEN 0      511                      *:80               *:*',
        'tcp   LISTEN 0      511             192.0.2.11:8080       0.0.0.0:*',
        'tcp   LISTEN 0      511                   [::]:443           [::]:*',
        'tcp   LISTEN 0      511                    :::21                :::*',
      ].join('\n'),
    })
    expect(unread).toEqual([])
    expect(listens?.map(({ address, port, protocol }) => `${protocol} ${address ?? 'any'} ${port}`)).toEqual([
      'udp 127.0.0.53 53',
      'tcp 0.0.0.0 22',
      'tcp any 80',
      'tcp 192.0.2.11 8080',
      'tcp 2001:db8::11 443',
      'tcp any 21',
    ])
  })

  it('is not known where nobody could look, and nothing where there is nothing', () => {
    expect(probe({})).toMatchObject({
      listens: undefined,
      ruleset: undefined,
      neighbours: [],
      connections: [],
    })
    expect(probe({ sockets: '', firewall: '' })).toMatchObject({
      listens: [],
      ruleset: { chains: [], unread: [] },
    })
  })

  it('is said to be unread where it makes no sense', () => {
    expect(probe({ sockets: 'tcp LISTEN 0 1 here:http 0.0.0.0:*' }).unread).toEqual([
      'ss: tcp LISTEN 0 1 here:http 0.0.0.0:*',
    ])
  })

  it('is the rules of nft and of iptables-legacy, and what of them nobody could read', () => {
    const chain = {
      family: 'ip',
      table: 't',
      name: 'c',
      type: 'filter',
      hook: 'input',
      prio: 0,
      policy: 'drop',
    }
    const LEGACY = { table: 'filter of iptables-legacy', name: 'INPUT', rules: [] }
    const { ruleset } = probe({
      firewall: `nft ${JSON.stringify({ nftables: [{ chain }] })}\nlegacy ip *filter\nlegacy ip :INPUT DROP\nlegacy ip6 *filter\nlegacy ip6 :INPUT ACCEPT\nunread nft is not installed`,
    })
    expect(ruleset?.chains).toEqual([
      {
        family: 'ip',
        table: 't',
        name: 'c',
        base: { hook: 'input', nat: false, priority: 0, accepts: false },
        rules: [],
      },
      { family: 'ip', ...LEGACY, base: { hook: 'input', nat: false, priority: 0, accepts: false } },
      { family: 'ip6', ...LEGACY, base: { hook: 'input', nat: false, priority: 0, accepts: true } },
    ])
    expect(ruleset?.unread).toEqual(['nft is not installed'])
  })

  it('is how many connections are in which state', () => {
    expect(probe({ connections: '3 TCP SYN_RECV 192.0.2.100:80 192.0.2.11:80' }).connections).toEqual([
      {
        count: 3,
        protocol: 'TCP',
        state: 'SYN_RECV',
        virtual: '192.0.2.100:80',
        destination: '192.0.2.11:80',
      },
    ])
  })

  it('is that some routes refuse, which the others do not tell', () => {
    const { otherRouting } = probe({
      route4: 'default via 192.0.2.1 dev eth0\nblackhole 198.51.100.0/24',
      route6: 'unreachable fd00::/8 dev lo metric 1024\nunreachable 2001:db8:5::/48 dev lo',
    })
    expect(otherRouting).toEqual(['blackhole 198.51.100.0/24', 'unreachable 2001:db8:5::/48 dev lo'])
  })
})
