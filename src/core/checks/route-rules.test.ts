import { describe, expect, it } from 'vitest'
import { observedFindings } from './observed.test-kit.js'
import { DR, NAT, TUN, drawing, expectFixesMend, findingsOf } from './rules.test-kit.js'
import { testRuleCases } from './rule-cases.test-kit.js'

/** A way out of the farm by a second network. */
const EDGE = [
  'interfaces: { eth0: { network: outside, address: 198.51.100.1 }, eth1: { network: farm, address: [192.0.2.1, "2001:db8:1::1"] }, eth2: { network: aside, address: 10.9.0.1 } }',
]
const two = (own: string, aside: string) =>
  `interfaces: { eth0: { network: farm, address: ${own} }, eth1: { network: aside, address: ${aside} } }`
const RS1 = [two('192.0.2.11', '10.9.0.11'), 'gateway: 10.9.0.1']
const bonded = (more: string, bond = 'eth0, eth1') =>
  `interfaces: { bond0: { network: farm, address: 192.0.2.11, bond: [${bond}] }${more} }`

testRuleCases([
  {
    code: 'DR-URPF',
    what: 'a strict router that replies come into from another network',
    base: DR,
    drawn: { edge: [...EDGE, 'sysctls: { net.ipv4.conf.all.rp_filter: ⟦1⟧ }'], rs1: RS1 },
    fixes: ['Let edge filter loosely on eth2'],
    mended: [
      '-    sysctls: { net.ipv4.conf.all.rp_filter: 1 }',
      '+    sysctls: { net.ipv4.conf.all.rp_filter: 2 }',
    ],
    clean: {
      edge: [...EDGE, 'sysctls: { net.ipv4.conf.all.rp_filter: 1, net.ipv4.conf.eth2.rp_filter: 2 }'],
      rs1: RS1,
    },
  },
  {
    code: 'TUN-URPF',
    what: 'a strict router at the real server’s site',
    base: TUN,
    drawn: { core: ['sysctls: { net.ipv4.conf.eth1.rp_filter: ⟦1⟧ }'] },
    fixes: ['Let core filter loosely on eth1'],
    mended: [
      '-    sysctls: { net.ipv4.conf.eth1.rp_filter: 1 }',
      '+    sysctls: { net.ipv4.conf.eth1.rp_filter: 2 }',
    ],
    clean: { core: ['sysctls: { net.ipv4.conf.eth0.rp_filter: 1 }'] },
  },
  {
    code: 'NAT-URPF',
    what: 'a strict router that knows the VIP elsewhere than replies come from',
    base: NAT,
    drawn: {
      'networks/far': ['subnet: 198.51.100.0/24', 'gateway: 198.51.100.1'],
      alice: ['interfaces: { eth0: { network: far, address: 198.51.100.50 } }'],
      'hosts/out': [
        'role: router',
        'interfaces: { eth0: { network: far, address: 198.51.100.1 }, eth1: { network: front, address: 192.0.2.1 }, eth2: { network: back, address: 10.0.0.2 } }',
        'sysctls: { net.ipv4.conf.eth2.rp_filter: ⟦1⟧ }',
      ],
      lb1: ['gateway: 10.0.0.2'],
    },
    fixes: ['Let out filter loosely on eth2'],
    mended: [
      '-    sysctls: { net.ipv4.conf.eth2.rp_filter: 1 }',
      '+    sysctls: { net.ipv4.conf.eth2.rp_filter: 2 }',
    ],
    clean: {
      'networks/far': ['subnet: 198.51.100.0/24', 'gateway: 198.51.100.1'],
      alice: ['interfaces: { eth0: { network: far, address: 198.51.100.50 } }'],
      'hosts/out': [
        'role: router',
        'interfaces: { eth0: { network: far, address: 198.51.100.1 }, eth1: { network: front, address: 192.0.2.1 } }',
        'sysctls: { net.ipv4.conf.all.rp_filter: 1 }',
      ],
      lb1: ['gateway: 192.0.2.1'],
    },
  },
  {
    code: 'REQUEST-RPF',
    what: 'a strict director whose way back is another',
    base: DR,
    drawn: {
      edge: EDGE,
      lb1: [
        two('192.0.2.2', '10.9.0.2'),
        'gateway: 10.9.0.1',
        'sysctls: { net.ipv4.conf.all.rp_filter: 1, net.ipv4.conf.eth0.rp_filter: ⟦1⟧ }',
      ],
    },
    fixes: ['Let lb1 filter loosely on eth0'],
    mended: [
      '-    sysctls: { net.ipv4.conf.all.rp_filter: 1, net.ipv4.conf.eth0.rp_filter: 1 }',
      '+    sysctls: { net.ipv4.conf.all.rp_filter: 1, net.ipv4.conf.eth0.rp_filter: 2 }',
    ],
    clean: {
      edge: EDGE,
      lb1: [two('192.0.2.2', '10.9.0.2'), 'sysctls: { net.ipv4.conf.all.rp_filter: 1 }'],
    },
  },
  {
    code: 'ROUTE-IFACE',
    what: 'an interface that is not there',
    base: DR,
    drawn: { edge: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.9, interface: ⟦eth7⟧ } ]'] },
    fixes: ['Change to eth1', 'Let it leave where 192.0.2.9 is'],
    mended: [
      '-    routes: [ { to: 203.0.113.0/24, via: 192.0.2.9, interface: eth7 } ]',
      '+    routes: [ { to: 203.0.113.0/24, via: 192.0.2.9, interface: eth1 } ]',
    ],
    clean: { edge: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.9, interface: eth1 } ]'] },
  },
  {
    code: 'ROUTE-IFACE',
    what: 'a member of a bond',
    base: DR,
    drawn: { rs1: [bonded(''), 'routes: [ { to: 203.0.113.0/24, interface: ⟦eth0⟧ } ]'] },
    fixes: ['Change to bond0'],
    mended: [
      '-    routes: [ { to: 203.0.113.0/24, interface: eth0 } ]',
      '+    routes: [ { to: 203.0.113.0/24, interface: bond0 } ]',
    ],
    clean: { rs1: [bonded(''), 'routes: [ { to: 203.0.113.0/24, interface: bond0 } ]'] },
  },
  {
    code: 'ROUTE-IFACE',
    what: 'neither router nor interface',
    base: DR,
    drawn: { rs1: ['routes: [ ⟦{ to: 203.0.113.0/24 }⟧ ]'] },
    fixes: [],
    mended: [],
    clean: { rs1: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.9 } ]'] },
  },
  {
    code: 'ROUTE-DUP',
    what: 'one destination twice',
    base: DR,
    drawn: {
      rs1: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.1 }, ⟦{ to: 203.0.113.0/24, via: 192.0.2.9 }⟧ ]'],
    },
    fixes: ['Take out the route of rs1'],
    mended: [
      '-    routes: [ { to: 203.0.113.0/24, via: 192.0.2.1 }, { to: 203.0.113.0/24, via: 192.0.2.9 } ]',
      '+    routes: [ { to: 203.0.113.0/24, via: 192.0.2.1 } ]',
    ],
    clean: {
      rs1: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.1 }, { to: 203.0.113.0/25, via: 192.0.2.9 } ]'],
    },
  },
  {
    code: 'ROUTE-DUP',
    what: 'a subnet on the own link',
    base: DR,
    drawn: { rs1: ['routes: [ ⟦{ to: 192.0.2.0/24, via: 192.0.2.1 }⟧ ]'] },
    fixes: ['Take out the route of rs1'],
    mended: ['-    routes: [ { to: 192.0.2.0/24, via: 192.0.2.1 } ]', '+    routes: []'],
    clean: { rs1: ['routes: [ { to: 192.0.2.128/25, via: 192.0.2.1 } ]'] },
  },
  {
    code: 'ROUTE-DUP',
    what: 'a default route beside the gateway',
    base: DR,
    drawn: { rs1: ['routes: [ ⟦{ to: 0.0.0.0/0, via: 192.0.2.9 }⟧ ]'] },
    fixes: ['Take out the route of rs1', 'Make 192.0.2.9 the gateway of rs1'],
    mended: ['-    routes: [ { to: 0.0.0.0/0, via: 192.0.2.9 } ]', '+    routes: []'],
    clean: {
      farm: ['gateway: []'],
      rs1: ['routes: [ { to: 0.0.0.0/0, via: 192.0.2.1 } ]'],
      rs2: ['gateway: 192.0.2.1'],
    },
  },
  {
    code: 'GW-SUBNET',
    what: 'a next hop on another interface than the route’s',
    base: DR,
    drawn: { edge: ['routes: [ { to: 203.0.113.0/24, via: ⟦192.0.2.9⟧, interface: eth0 } ]'] },
    fixes: [],
    mended: [],
    clean: { edge: ['routes: [ { to: 203.0.113.0/24, via: 192.0.2.9, interface: eth1 } ]'] },
  },
])

describe('strict filtering that nothing in the file says', () => {
  it('is told of the host it was found on, and nothing is offered', () => {
    const drawn = drawing(DR, {
      edge: EDGE,
      lb1: [
        two('192.0.2.2', '10.9.0.2'),
        'gateway: 10.9.0.1',
        'sysctls: { net.ipv4.conf.eth0.rp_filter: 0 }',
      ],
    })
    const strict = (value: string) =>
      observedFindings(drawn, { lb1: [['conf.eth0.rp_filter\t0', `conf.eth0.rp_filter\t${value}`]] })
        .filter(({ code }) => code === 'REQUEST-RPF')
        .map(({ span, fixes }) => ({ at: drawn.slice(span.start, span.end), fixes }))
    expect(strict('1')).toEqual([{ at: 'lb1', fixes: [] }])
    expect(strict('2')).toEqual([])
  })
})

describe('who is asked in the name of a VIP of another subnet', () => {
  const routed = {
    web: ['vip: 203.0.113.9'],
    edge: [
      'routes: [{ to: 203.0.113.9/32, via: 192.0.2.2 }]',
      'sysctls: { net.ipv4.conf.all.arp_ignore: 2 }',
    ],
  }
  const silent = (rs1: readonly string[]) =>
    findingsOf(drawing(DR, { ...routed, rs1 })).filter(({ code }) => code === 'ARP-IGNORE2')

  it('keeps silent with arp_ignore 2', () => {
    const announces = ['sysctls: { net.ipv4.conf.all.arp_announce: 0 }']
    const found = silent(announces)
    expect(found.map(({ path, message }) => [path, message])).toEqual([
      [
        '/hosts/edge/sysctls/net.ipv4.conf.all.arp_ignore',
        'edge answers no ARP of rs1 for 192.0.2.1 on eth1, since arp_ignore is 2 there and they ask with an address of another subnet, so packets of "web" are not sent',
      ],
    ])
    expectFixesMend(drawing(DR, { ...routed, rs1: announces }), found)
  })

  it('answers who asks with an address of the link, which is derived', () => {
    expect(silent([])).toEqual([])
  })
})
