import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import type { HostState } from '../hosts/state.js'
import { parseTopology } from '../topology/parse.js'
import type { Packet } from './packet.js'
import type { Verdict } from './verdict.js'
import type { Walk } from './walk.js'
import { walkCluster } from './walk-cluster.js'

/** One segment with client, director and two real servers, and a router as the way out of it. */
const ONE_SEGMENT = `lvs: 1
name: one
networks:
  lan: { subnet: 192.0.2.0/24, gateway: 192.0.2.254 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: lan, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.11 } }, sysctls: {} }
  rs2: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.12 } } }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: {}, rs2: {} } }
`

const TWO_SEGMENTS = `lvs: 1
name: two
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } }, sysctls: {} }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
services:
  web: { mode: nat, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: { port: 8080 } } }
`

function cluster(text: string, ...changes: readonly (readonly [from: string, to: string])[]): Cluster {
  let changed = text
  for (const [from, to] of changes) {
    expect(changed).toContain(from)
    changed = changed.replace(from, to)
  }
  const { topology, problems } = parseTopology(changed)
  expect(problems).toEqual([])
  return deriveCluster(topology)
}

/** The state of a host after a deployment, with something changed on it since. */
function broken(of: Cluster, name: string, how: (state: HostState) => HostState): Cluster {
  const host = of.hosts.get(name)
  if (host === undefined) throw new Error(name)
  return { ...of, hosts: new Map([...of.hosts, [name, { ...host, state: how(host.state) }]]) }
}
function without(state: HostState, device: string, address: string): HostState {
  const old = state.interfaces.get(device)
  if (old === undefined) throw new Error(device)
  const addresses = old.addresses.filter((own) => own.address !== address)
  return { ...state, interfaces: new Map([...state.interfaces, [device, { ...old, addresses }]]) }
}

const ends = (walks: readonly Walk[]): string[] =>
  walks.map(({ realServer, arpWinner, verdict }) =>
    [realServer, arpWinner, verdict].filter(Boolean).join(' '),
  )

const sysctls = (host: string, pins: string) =>
  [
    `network: lan, address: 192.0.2.${host === 'rs1' ? 11 : 2} } }, sysctls: {}`,
    `network: lan, address: 192.0.2.${host === 'rs1' ? 11 : 2} } }, sysctls: { ${pins} }`,
  ] as const

describe('the truth table', () => {
  it.each<[string, Cluster, readonly Verdict[]]>([
    ['NAT through the director', cluster(TWO_SEGMENTS), ['SERVED']],
    [
      'NAT without forwarding',
      cluster(TWO_SEGMENTS, ['sysctls: {}', 'sysctls: { net.ipv4.ip_forward: 0 }']),
      ['FORWARDING_OFF'],
    ],
    [
      'NAT with another gateway',
      cluster(TWO_SEGMENTS, ['10.0.0.11 } } }', '10.0.0.11 } }, gateway: 10.0.0.254 }']),
      // The router is not drawn: it is taken to deliver, and alice has never asked rs1.
      ['REPLY_SKIPS_DIRECTOR'],
    ],
    ['DR, without forwarding on the director', cluster(ONE_SEGMENT), ['SERVED', 'SERVED']],
    [
      'no VIP on the director',
      broken(cluster(ONE_SEGMENT), 'lb1', (state) => without(state, 'eth0', '192.0.2.100')),
      ['VIP_NOT_ON_DIRECTOR'],
    ],
    [
      'no VIP on a real server',
      broken(cluster(ONE_SEGMENT), 'rs1', (state) => without(state, 'lo', '192.0.2.100')),
      ['VIP_NOT_ON_REAL_SERVER', 'SERVED'],
    ],
    [
      'no service',
      broken(cluster(ONE_SEGMENT), 'lb1', (state) => ({ ...state, virtualServices: [] })),
      ['NO_SERVICE'],
    ],
    [
      'every weight 0',
      cluster(ONE_SEGMENT, ['{ rs1: {}, rs2: {} }', '{ rs1: { weight: 0 }, rs2: { weight: 0 } }']),
      ['NO_DESTINATION'],
    ],
    ['a tunnel on one segment', cluster(ONE_SEGMENT, ['mode: dr', 'mode: tun']), ['SERVED', 'SERVED']],
    [
      'strict filtering on the tunnel device',
      cluster(ONE_SEGMENT, ['mode: dr', 'mode: tun'], sysctls('rs1', 'net.ipv4.conf.tunl0.rp_filter: 1')),
      ['RP_FILTER_DROP', 'SERVED'],
    ],
  ])('%s', (_, of, verdicts) => {
    expect(walkCluster(of).map(({ verdict }) => verdict)).toEqual(verdicts)
  })

  it('a masqueraded request leaves as the director’s own, and its reply is the client’s again before it is routed', () => {
    const [walk] = walkCluster(
      cluster(
        TWO_SEGMENTS,
        ['10.0.0.11 } } }', '10.0.0.11 } }, gateway: 10.0.0.254 }'],
        ['mode: nat,', 'mode: nat, masquerade: true,'],
      ),
    )
    const told = walk?.hops.map(({ leg, host, packetOut: out }) =>
      [
        leg,
        host,
        out === undefined || 'icmp' in out.l4 ? '' : `${out.ip.src}:${out.l4.srcPort} ${out.ip.dst}`,
      ].join(' '),
    )
    expect(told).toEqual([
      'request alice 192.0.2.50:40000 192.0.2.100',
      'request lb1 10.0.0.1:40000 10.0.0.11',
      'request rs1 ',
      'reply rs1 10.0.0.11:8080 10.0.0.1',
      'reply lb1 192.0.2.100:80 192.0.2.50',
      'reply alice ',
    ])
    const rewrites = walk?.hops.flatMap(({ steps }) =>
      steps.flatMap(({ type, detail }) => (type === 'rewrite' ? [detail] : [])),
    )
    expect(rewrites).toEqual([
      'the real server goes in as destination: 192.0.2.100 port 80 → 10.0.0.11 port 8080; TTL 64 → 63',
      'lb1 masquerades it, and its own address goes in as source: 192.0.2.50 → 10.0.0.1',
      'conntrack of lb1 knows for whom it asked, and puts the client back in as destination: 10.0.0.1 → 192.0.2.50',
      'the VIP goes back in as source: 10.0.0.11 port 8080 → 192.0.2.100 port 80',
    ])
    expect(walk).toMatchObject({ verdict: 'SERVED', served: true })
  })

  it('what answers a masqueraded one-packet request ends at the director, where nothing knows of it', () => {
    const [walk] = walkCluster(
      cluster(TWO_SEGMENTS, ['mode: nat,', 'mode: nat, protocol: udp, one-packet: true, masquerade: true,']),
    )
    expect(walk).toMatchObject({ verdict: 'REPLY_SKIPS_DIRECTOR', at: 'lb1', served: false, seen: 'timeout' })
    expect(walk?.hops.at(-1)).toMatchObject({ leg: 'reply', host: 'lb1', out: undefined })
  })

  it('errors about one-packet requests are of nothing that IPVS or the client knows', () => {
    const seen = [false, true].map((onePacket) => {
      const [walk] = walkCluster(
        cluster(
          TWO_SEGMENTS,
          ['10.0.0.11 } } }', '10.0.0.11 } }, listens: [] }'],
          ['mode: nat,', `mode: nat, protocol: udp, one-packet: ${onePacket},`],
        ),
      )
      expect(walk?.verdict).toBe('NOT_LISTENING')
      return walk?.seen
    })
    expect(seen).toEqual(['refused', 'timeout'])
  })

  it('no ARP suppression: whoever answers is walked', () => {
    const walks = walkCluster(cluster(ONE_SEGMENT, sysctls('rs1', 'net.ipv4.conf.all.arp_ignore: 0')))
    expect(ends(walks)).toEqual([
      'rs1 lb1 ARP_AMBIGUOUS',
      'rs2 lb1 ARP_AMBIGUOUS',
      'rs1 rs1 SERVED_BYPASSING_DIRECTOR',
    ])
    expect(walks.map(({ served }) => served)).toEqual([true, true, false])
  })

  it('arp_announce 0: neighbours learn the VIP from a real server', () => {
    const [first] = walkCluster(cluster(ONE_SEGMENT, sysctls('rs1', 'net.ipv4.conf.all.arp_announce: 0')))
    expect(first).toMatchObject({ realServer: 'rs1', verdict: 'ARP_POISONABLE', served: true, at: 'rs1' })
  })

  it.each([
    ['all 0, tunl0 0', 0, 0, 'SERVED'],
    ['all 1, tunl0 0', 1, 0, 'RP_FILTER_DROP'],
    ['all 0, tunl0 1', 0, 1, 'RP_FILTER_DROP'],
    ['all 2, tunl0 0', 2, 0, 'SERVED'],
    ['all 2, tunl0 1', 2, 1, 'SERVED'],
    ['all 1, tunl0 2', 1, 2, 'SERVED'],
    ['all 0, tunl0 2', 0, 2, 'SERVED'],
  ])('the larger rp_filter counts: %s', (_, all, own, verdict) => {
    const pins = `net.ipv4.conf.all.rp_filter: ${all}, net.ipv4.conf.tunl0.rp_filter: ${own}`
    const of = cluster(ONE_SEGMENT, ['mode: dr', 'mode: tun'], sysctls('rs1', pins))
    expect(walkCluster(of, { realServer: 'rs1' }).map((walk) => walk.verdict)).toEqual([verdict])
  })
})

describe('a walk', () => {
  it('shows every header on the way', () => {
    const [walk] = walkCluster(cluster(TWO_SEGMENTS))
    const brief = ({ eth, ip, l4 }: Packet) =>
      'icmp' in l4
        ? 'icmp'
        : `${eth?.src.slice(-2) ?? ''}>${eth?.dst.slice(-2) ?? ''} ${ip.src}:${l4.srcPort}>${ip.dst}:${l4.dstPort} ttl ${ip.ttl} ${l4.flags ?? ''}`
    expect(
      walk?.hops.map(
        ({ leg, host, in: from, out, packetOut }) =>
          `${leg} ${host} ${from ?? '-'}→${out ?? '-'} ${packetOut === undefined ? '' : brief(packetOut)}`,
      ),
    ).toEqual([
      'request alice -→eth0 01>02 192.0.2.50:40000>192.0.2.100:80 ttl 64 SYN',
      'request lb1 eth0→eth1 03>04 192.0.2.50:40000>10.0.0.11:8080 ttl 63 SYN',
      'request rs1 eth0→- ',
      'reply rs1 -→eth0 04>03 10.0.0.11:8080>192.0.2.50:40000 ttl 64 SYN ACK',
      'reply lb1 eth1→eth0 02>01 192.0.2.100:80>192.0.2.50:40000 ttl 63 SYN ACK',
      'reply alice eth0→- ',
    ])
  })

  it('is the same each time, and knows what each host has learned', () => {
    const of = cluster(TWO_SEGMENTS)
    expect(walkCluster(of)).toEqual(walkCluster(cluster(TWO_SEGMENTS)))
    const [walk] = walkCluster(of)
    const director = walk?.hops.filter(({ host }) => host === 'lb1').at(-1)
    expect(director?.knows.connections).toMatchObject([
      {
        client: '192.0.2.50',
        vip: '192.0.2.100',
        destination: '10.0.0.11',
        destinationPort: 8080,
        method: 'nat',
      },
    ])
    expect(director?.knows.neighbours.map(({ address, host }) => `${address} ${host}`)).toEqual([
      '192.0.2.50 alice',
      '10.0.0.11 rs1',
    ])
  })

  it('goes round until the TTL is used up, and is shown once', () => {
    const routed = cluster(
      `lvs: 1
name: loop
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  edge: { role: router, interfaces: { eth0: { network: front, address: 192.0.2.1 }, eth1: { network: back, address: 10.0.0.254 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 } }, gateway: 192.0.2.1 }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } }, gateway: 10.0.0.254 }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: { address: 10.0.0.11 } } }
`,
    )
    const [walk, again] = walkCluster(routed)
    expect(walk).toMatchObject({ verdict: 'NOT_SAME_L2', served: false, seen: 'timeout' })
    // What is sent again may not be redirected any more, and then there is room for the error.
    expect(again).toMatchObject({ verdict: 'NOT_SAME_L2', served: false, seen: 'unreachable' })
    expect(walk?.hops.length).toBeLessThan(10)
    expect(walk?.reason).toContain('lb1 → edge')
  })

  it.each([
    // The route back to the client leaves by eth0.
    ['IPv4', '192.0.2.', '10.0.0.', '10.9.0.', '0/24', '192.0.2.1'],
    // ipv6/icmp.c `icmp6_send` takes the interface that the packet came in by.
    ['IPv6', '2001:db8:1::', 'fd00:10::', 'fd00:9::', '/64', 'fd00:10::254'],
  ])('tells of a TTL that is used up from the address %s takes', (_, front, back, far, all, from) => {
    const routed = cluster(
      `lvs: 1
name: loop
networks:
  front: { subnet: "${front}${all}" }
  back: { subnet: "${back}${all}", gateway: "${back}254" }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: "${front}50" } } }
  edge: { role: router, interfaces: { eth0: { network: front, address: "${front}1" }, eth1: { network: back, address: "${back}254" } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: "${front}2" }, eth1: { network: back, address: "${back}2" } }, routes: [{ to: "${far}${all}", via: "${back}254" }] }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: "${back}11" } } }
services:
  web: { mode: dr, director: lb1, vip: "${front}100", port: 80, real-servers: { rs1: { address: "${far}11" } } }
`,
    )
    const [walk] = walkCluster(routed)
    expect(walk?.verdict).toBe('NOT_SAME_L2')
    const told = walk?.hops.map(({ packetOut }) => packetOut).find((each) => each && 'icmp' in each.l4)
    expect(told?.ip.src).toBe(from)
  })

  it('says of full-size packets where they are lost', () => {
    const deaf = cluster(
      ONE_SEGMENT,
      ['mode: dr', 'mode: tun'],
      ['192.0.2.50 } } }', '192.0.2.50 } }, drops: [{ protocol: icmp }] }'],
    )
    const [walk] = walkCluster(deaf, { realServer: 'rs1' })
    expect(walk).toMatchObject({ verdict: 'MTU_BLACKHOLE', at: 'lb1', served: false })
    expect(walk?.reason).toContain('1480')
    const [served] = walkCluster(cluster(ONE_SEGMENT, ['mode: dr', 'mode: tun']), { realServer: 'rs1' })
    expect(served?.reason).toContain('1480 bytes would fit')
  })

  it('loses full-size packets of IPv6 where less than 1280 bytes would fit, which no sender goes by', () => {
    const sixInFour = (mtu: number) =>
      cluster(
        ONE_SEGMENT.replaceAll(/address: 192\.0\.2\.(\d+)/g, "address: [192.0.2.$1, '2001:db8::$1']"),
        [
          'subnet: 192.0.2.0/24, gateway: 192.0.2.254',
          `subnet: [192.0.2.0/24, '2001:db8::/64'], mtu: ${mtu}`,
        ],
        ['mode: dr', 'mode: tun'],
        ['vip: 192.0.2.100', "vip: '2001:db8::100'"],
        ['rs1: {}, rs2: {}', 'rs1: { address: 192.0.2.11 }'],
      )
    const [lost] = walkCluster(sixInFour(1299))
    expect(lost).toMatchObject({ verdict: 'MTU_BLACKHOLE', at: 'lb1', served: false })
    expect(lost?.reason).toContain('told of 1279')
    const [served] = walkCluster(sixInFour(1300))
    expect(served?.verdict).toBe('SERVED')
    expect(served?.reason).toContain('1280 bytes would fit')
  })

  it('knows of no ARP that the one who is told of a shorter way may have been faster with', () => {
    const [asked, redirected] = [0, 1].map((redirects) => {
      const [walk] = walkCluster(
        cluster(
          ONE_SEGMENT,
          ['address: 192.0.2.50 } }', 'address: 192.0.2.50 } }, gateway: 192.0.2.254'],
          [
            'hosts:\n',
            `hosts:\n  edge: { role: router, interfaces: { eth0: { network: lan, address: 192.0.2.254 } }, routes: [ { to: 203.0.113.100/32, via: 192.0.2.2 } ], sysctls: { net.ipv4.conf.eth0.send_redirects: ${redirects}, net.ipv4.conf.all.send_redirects: ${redirects} } }\n`,
          ],
          ['vip: 192.0.2.100', 'vip: 203.0.113.100'],
          ['rs1: {}, rs2: {}', 'lb1: { address: 192.0.2.2 }'],
        ),
      )
      expect(walk?.verdict).toBe('SERVED')
      return walk?.hops.at(-1)?.knows.neighbours.map(({ address }) => address)
    })
    expect(asked).toEqual(['192.0.2.254', '203.0.113.100'])
    expect(redirected).toEqual(['192.0.2.254'])
  })

  it('says over IPv6 as the VIP that nobody has the real server', () => {
    const silent = cluster(
      ONE_SEGMENT.replaceAll('192.0.2.0/24', '2001:db8:1::/64').replaceAll(
        /192\.0\.2\.(\d+)/g,
        '"2001:db8:1::$1"',
      ),
      [', sysctls: {} }', ', drops: [{ protocol: icmpv6 }] }'],
      [', rs2: {}', ''],
    )
    const [walk] = walkCluster(silent)
    expect(walk).toMatchObject({ verdict: 'NEIGHBOUR_UNREACHABLE', seen: 'unreachable' })
    const told = walk?.hops.map(({ packetOut }) => packetOut).find((each) => each && 'icmp' in each.l4)
    expect(told?.ip.src).toBe('2001:db8:1::100')
  })

  it('tells a client of a real server that nobody reaches, but for one behind a tunnel of the director itself', () => {
    const seen = (['nat', 'dr', 'tun'] as const).map((mode) => {
      const silent = broken(
        cluster(ONE_SEGMENT, ['mode: dr', `mode: ${mode}`], [', rs2: {}', '']),
        'rs1',
        (state) => ({
          ...state,
          sysctls: new Map([...state.sysctls, ['net.ipv4.conf.all.arp_ignore', '8']]),
        }),
      )
      const [walk] = walkCluster(silent)
      expect(walk?.verdict, mode).toBe('NEIGHBOUR_UNREACHABLE')
      const told = walk?.hops.at(-1)?.steps.at(-1)?.detail
      if (mode === 'tun') expect(told).toContain('while the kernel sends one ICMP message it sends no other')
      return walk?.seen
    })
    expect(seen).toEqual(['unreachable', 'unreachable', 'timeout'])
  })

  it('walks a real server of weight 0 only where it is asked for', () => {
    const of = cluster(ONE_SEGMENT, ['rs1: {}', 'rs1: { weight: 0 }'])
    expect(ends(walkCluster(of))).toEqual(['rs2 SERVED'])
    expect(ends(walkCluster(of, { realServer: 'rs1' }))).toEqual(['rs1 SERVED'])
  })

  it('walks each director of a pair as the active one', () => {
    const pair = cluster(
      ONE_SEGMENT,
      [
        '  rs1: {',
        '  lb2: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.3 } } }\n  rs1: {',
      ],
      ['director: lb1', 'director: [lb1, lb2]'],
    )
    expect(walkCluster(pair).map(({ director, verdict }) => `${director ?? ''} ${verdict}`)).toEqual([
      'lb1 SERVED',
      'lb1 SERVED',
      'lb2 SERVED',
      'lb2 SERVED',
    ])
  })

  it('comes from outside by a drawn router, which tells what fits though its way out is not drawn', () => {
    const outside = cluster(
      TWO_SEGMENTS,
      ['front: { subnet: 192.0.2.0/24 }', 'front: { subnet: 192.0.2.0/24, gateway: 192.0.2.254, mtu: 1300 }'],
      [
        'alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }',
        'edge: { role: router, interfaces: { eth0: { network: front, address: 192.0.2.254 } } }',
      ],
    )
    const [walk] = walkCluster(outside)
    expect(walk).toMatchObject({ client: '(outside)', verdict: 'SERVED' })
    expect(walk?.reason).toContain('edge says that 1300 bytes would fit')
  })

  it('comes from outside where no client is drawn, and says what the drawing leaves open', () => {
    const outside = cluster(ONE_SEGMENT.replace(/ {2}alice: .*\n/, ''))
    const [walk] = walkCluster(outside)
    expect(walk).toMatchObject({ client: '(outside)', verdict: 'SERVED', served: true })
    expect(walk?.hops[0]?.host).toBe('(outside)')
    expect(walk?.hops[1]?.host).toBe('(router 192.0.2.254)')
    const [open] = walkCluster(cluster(ONE_SEGMENT, ['vip: 192.0.2.100, ', 'mark: 7, '], ['port: 80, ', '']))
    expect(open).toMatchObject({ verdict: 'UNDETERMINED', served: undefined, hops: [] })
  })
})
