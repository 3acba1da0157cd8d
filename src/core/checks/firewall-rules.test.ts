import { expect, it } from 'vitest'
import { DR, NAT, TUN, drawing, expectMarked } from './rules.test-kit.js'
import { testRuleCases } from './rule-cases.test-kit.js'

/** A second way out of the farm, which requests do not come by. */
const EDGE2 = [
  'role: router',
  'interfaces: { eth0: { network: outside, address: 198.51.100.2 }, eth1: { network: farm, address: 192.0.2.3 } }',
  'gateway: 198.51.100.1',
]
const CLIENT_IN_FRONT = ['role: client', 'interfaces: { eth0: { network: front, address: 192.0.2.50 } }']

const SIX = [
  "vip: '2001:db8:1::100'",
  "real-servers: { rs1: { address: 'fd00:10::11' }, rs2: { address: 'fd00:10::12' } }",
]
/** Clients behind a router, and jumbo frames before it and behind the director. */
const SIZES = {
  'networks/outside': ['subnet: 198.51.100.0/24', 'gateway: 198.51.100.1', 'mtu: 9000'],
  front: ['gateway: 192.0.2.254'],
  back: ['mtu: 9000'],
  edge: [
    'interfaces: { eth0: { network: outside, address: 198.51.100.1 }, eth1: { network: front, address: 192.0.2.254 } }',
  ],
}
const FAR_CLIENT = 'interfaces: { eth0: { network: outside, address: 198.51.100.50 } }'
const NO_ICMP = 'drops: [ { protocol: icmp } ]'

/** The front offers no gateway: who needs one says so. */
const UNROUTED = TUN.replace('    gateway: 192.0.2.1\n', '')
const ROUTED = { lb1: ['routes: [ { to: 10.1.0.0/24, via: 192.0.2.1 } ]'] }
const OUTSIDE = {
  'networks/outside': ['subnet: 198.51.100.0/24', 'gateway: 198.51.100.1'],
  'hosts/alice': ['role: client', FAR_CLIENT],
  core: [
    'interfaces: { eth0: { network: front, address: 192.0.2.1 }, eth1: { network: far, address: 10.1.0.1 }, eth2: { network: outside, address: 198.51.100.1 } }',
  ],
  rs1: ['gateway: 192.0.2.1'],
}

/** The VIP is of another subnet of the link than a client's, which therefore sends by the router. */
const TWO_SUBNETS = {
  front: ['subnet: [192.0.2.0/24, 203.0.113.0/24]'],
  core: [
    'interfaces: { eth0: { network: front, address: [192.0.2.1, 203.0.113.1] }, eth1: { network: far, address: 10.1.0.1 } }',
  ],
  lb1: ['interfaces: { eth0: { network: front, address: [192.0.2.2, 203.0.113.2] } }'],
  'hosts/alice': [...CLIENT_IN_FRONT, 'sysctls: { net.ipv4.conf.eth0.arp_ignore: 2 }'],
  web: ['vip: 203.0.113.100'],
}

/** IPv4 in IPv6 to rs2, behind the router. */
const FAR_IPV6 = ["subnet: [10.1.0.0/24, 'fd00:9::/64']", "gateway: [10.1.0.1, 'fd00:9::1']"]
const OVER_IPV6 = {
  front: ["subnet: [192.0.2.0/24, '2001:db8:1::/64']", "gateway: [192.0.2.1, '2001:db8:1::1']"],
  core: [
    "interfaces: { eth0: { network: front, address: [192.0.2.1, '2001:db8:1::1'] }, eth1: { network: far, address: [10.1.0.1, 'fd00:9::1'] } }",
  ],
  lb1: [
    "interfaces: { eth0: { network: front, address: [192.0.2.2, '2001:db8:1::2'] } }",
    'sysctls: { net.ipv4.vs.pmtu_disc: 0 }',
  ],
  rs2: ["interfaces: { eth0: { network: far, address: [10.1.0.12, 'fd00:9::12'] } }"],
  web: ["real-servers: { rs2: { address: 'fd00:9::12' } }"],
}
const NEAR_IPV6 = { ...OVER_IPV6, far: FAR_IPV6, 'hosts/alice': CLIENT_IN_FRONT }

testRuleCases([
  {
    code: 'FW-ND',
    what: 'a real server that refuses ICMPv6',
    base: NAT,
    drawn: { rs2: ['drops: [ ⟦{ protocol: icmpv6 }⟧ ]'], web: SIX },
    fixes: ['Let rs2 accept icmpv6'],
    mended: ['-    drops: [ { protocol: icmpv6 } ]', '+    drops: []'],
    // IPv4 asks by ARP, which no such firewall sees.
    clean: { rs2: ['drops: [ { protocol: icmpv6 } ]'] },
  },
  {
    code: 'FW-ND',
    what: 'a client that does not hear what it asks for',
    base: NAT,
    drawn: {
      alice: ['drops: [ { protocol: tcp, chain: forward }, ⟦{ protocol: icmpv6, chain: input }⟧ ]'],
      web: SIX,
    },
    fixes: ['Let alice accept icmpv6'],
    mended: [
      '-    drops: [ { protocol: tcp, chain: forward }, { protocol: icmpv6, chain: input } ]',
      '+    drops: [ { protocol: tcp, chain: forward } ]',
    ],
    clean: { alice: ['drops: [ { protocol: icmpv6, chain: forward } ]'], web: SIX },
  },
  {
    code: 'FW-PMTU',
    what: 'a client that does not hear what fits behind its router',
    base: NAT,
    drawn: { ...SIZES, alice: [FAR_CLIENT, NO_ICMP.replace(/{.*}/, '⟦$&⟧')] },
    fixes: ['Let alice accept ICMP'],
    mended: [`-    ${NO_ICMP}`, '+    drops: []'],
    clean: { ...SIZES, back: ['mtu: 1500'], alice: [FAR_CLIENT, NO_ICMP] },
  },
  {
    code: 'NAT-CT',
    what: 'conntrack pinned to 0 with a stateful firewall',
    base: NAT,
    drawn: {
      lb1: ['drops: [ { chain: forward, state: invalid } ]', 'sysctls: { net.ipv4.vs.conntrack: ⟦0⟧ }'],
    },
    fixes: ['Lift the pin of net.ipv4.vs.conntrack'],
    mended: ['-    sysctls: { net.ipv4.vs.conntrack: 0 }', '+    sysctls: {}'],
    clean: { lb1: ['drops: [ { chain: forward, state: invalid } ]'] },
  },
  {
    code: 'NAT-CT',
    what: 'of one protocol, on both ways',
    base: NAT,
    drawn: {
      lb1: ['drops: [ { protocol: tcp, state: invalid } ]', 'sysctls: { net.ipv4.vs.conntrack: ⟦0⟧ }'],
    },
    fixes: ['Lift the pin of net.ipv4.vs.conntrack'],
    mended: ['-    sysctls: { net.ipv4.vs.conntrack: 0 }', '+    sysctls: {}'],
    // Of UDP every packet can be the first.
    clean: {
      lb1: ['drops: [ { state: invalid } ]', 'sysctls: { net.ipv4.vs.conntrack: 0 }'],
      web: ['protocol: udp'],
    },
  },
  {
    code: 'DR-FW',
    what: 'invalid packets dropped wherever they go',
    base: DR,
    drawn: { lb1: ['drops: [ ⟦{ state: invalid }⟧ ]'] },
    fixes: ['Let lb1 drop invalid packets only on their way through it', 'Let lb1 accept invalid packets'],
    mended: ['-    drops: [ { state: invalid } ]', '+    drops: [ { state: invalid, chain: forward } ]'],
    clean: { lb1: ['drops: [ { state: invalid, chain: forward } ]'] },
  },
  {
    code: 'DR-FW',
    what: 'invalid packets for the service’s port, in a TUN service',
    base: TUN,
    drawn: { lb1: ['drops: [ ⟦{ protocol: tcp, port: 80, chain: input, state: invalid }⟧ ]'] },
    fixes: ['Let lb1 accept invalid packets'],
    mended: ['-    drops: [ { protocol: tcp, port: 80, chain: input, state: invalid } ]', '+    drops: []'],
    clean: { lb1: ['drops: [ { protocol: tcp, port: 443, chain: input, state: invalid } ]'] },
  },
  {
    code: 'DR-FW',
    what: 'invalid packets of SCTP, of which only an INIT is valid',
    base: DR,
    drawn: { lb1: ['drops: [ ⟦{ state: invalid, chain: input }⟧ ]'], web: ['protocol: sctp'] },
    fixes: ['Let lb1 accept invalid packets'],
    mended: ['-    drops: [ { state: invalid, chain: input } ]', '+    drops: []'],
    clean: { lb1: ['drops: [ { protocol: tcp, state: invalid } ]'], web: ['protocol: sctp'] },
  },
  {
    code: 'DR-FW',
    what: 'invalid packets of what the director serves itself, which is in no conntrack either',
    base: DR,
    drawn: {
      lb1: ['drops: [ ⟦{ state: invalid, chain: input }⟧ ]'],
      web: ['real-servers: { lb1: {} }'],
    },
    fixes: ['Let lb1 accept invalid packets'],
    mended: ['-    drops: [ { state: invalid, chain: input } ]', '+    drops: []'],
    // Its own conntrack sees both directions, once IPVS leaves them there.
    clean: {
      lb1: ['drops: [ { state: invalid, chain: input } ]', 'sysctls: { net.ipv4.vs.conntrack: 1 }'],
      web: ['real-servers: { lb1: {} }'],
    },
  },
  {
    code: 'FW-HALF',
    what: 'a stateful router that only replies pass',
    base: DR,
    drawn: {
      'hosts/edge2': [...EDGE2, 'drops: [ ⟦{ chain: forward, state: invalid }⟧ ]'],
      rs1: ['gateway: 192.0.2.3'],
    },
    fixes: ['Let edge2 pass invalid packets on'],
    mended: ['-    drops: [ { chain: forward, state: invalid } ]', '+    drops: []'],
    clean: { edge: ['drops: [ { chain: forward, state: invalid } ]'], 'hosts/edge2': EDGE2 },
  },
  {
    code: 'FW-FORWARD',
    what: 'a router that does not pass requests on',
    base: DR,
    drawn: { edge: ['drops: [ ⟦{ protocol: tcp, port: 80 }⟧ ]'] },
    fixes: ['Let edge pass tcp port 80 on'],
    mended: ['-    drops: [ { protocol: tcp, port: 80 } ]', '+    drops: []'],
    clean: { edge: ['drops: [ { protocol: tcp, port: 80, chain: input }, { protocol: udp } ]'] },
  },
  {
    code: 'FW-FORWARD',
    what: 'the forward chain of a NAT director',
    base: NAT,
    drawn: { lb1: ['drops: [ ⟦{ protocol: tcp, chain: forward }⟧ ]'] },
    fixes: ['Let lb1 pass tcp on'],
    mended: ['-    drops: [ { protocol: tcp, chain: forward } ]', '+    drops: []'],
    // Requests are for the director itself, and replies go to another port.
    clean: { lb1: ['drops: [ { protocol: tcp, port: 80, chain: forward } ]'] },
  },
  {
    code: 'FW-FORWARD',
    what: 'a router that does not pass the tunnel on',
    base: TUN,
    drawn: { core: ['drops: [ ⟦{ protocol: ipip, chain: forward }⟧ ]'] },
    fixes: ['Let core pass ipip on'],
    mended: ['-    drops: [ { protocol: ipip, chain: forward } ]', '+    drops: []'],
    clean: { core: ['drops: [ { protocol: gre, chain: forward } ]'] },
  },
  {
    code: 'FW-FORWARD',
    what: 'the gateway of clients beyond the drawing',
    base: TUN,
    drawn: { core: ['drops: [ ⟦{ protocol: tcp, port: 80, chain: forward }⟧ ]'] },
    fixes: ['Let core pass tcp port 80 on'],
    mended: ['-    drops: [ { protocol: tcp, port: 80, chain: forward } ]', '+    drops: []'],
    clean: { core: ['drops: [ { protocol: tcp, port: 443, chain: forward } ]'] },
  },
  {
    code: 'FW-FORWARD',
    what: 'a client that takes no replies',
    base: DR,
    drawn: { alice: ['drops: [ ⟦{ protocol: tcp }⟧ ]'] },
    fixes: ['Let alice accept tcp'],
    mended: ['-    drops: [ { protocol: tcp } ]', '+    drops: []'],
    clean: { alice: ['drops: [ { protocol: tcp, port: 80 } ]'] },
  },
  {
    code: 'DROP-ALL',
    what: 'an entry that says nothing',
    base: DR,
    drawn: {
      'hosts/spare': [
        'role: router',
        'interfaces: { eth0: { network: aside, address: 10.9.0.9 } }',
        'drops: [ ⟦{}⟧, ⟦{ chain: forward }⟧ ]',
      ],
    },
    fixes: ['Take the entry out of the drops of spare'],
    mended: ['-    drops: [ {}, { chain: forward } ]', '+    drops: [ { chain: forward } ]'],
    clean: { lb1: ['drops: [ { chain: forward, state: invalid } ]'] },
  },
  {
    code: 'DROP-PORT',
    what: 'a port of ICMP',
    base: DR,
    drawn: { rs1: ['drops: [ { protocol: icmp, port: ⟦80⟧ } ]'] },
    fixes: ['Refuse icmp altogether'],
    mended: ['-    drops: [ { protocol: icmp, port: 80 } ]', '+    drops: [ { protocol: icmp } ]'],
    clean: { rs1: ['drops: [ { protocol: sctp, port: 80 }, { port: 81 } ]'] },
  },
  {
    code: 'NAT-LOOP127',
    what: 'a real server at 127.0.0.1',
    base: NAT,
    drawn: { web: ['real-servers: { rs1: { address: ⟦127.0.0.1⟧ }, rs2: {} }'] },
    fixes: ['Take 127.0.0.1 out; the address of rs1 is derived'],
    mended: [
      '-    real-servers: { rs1: { address: 127.0.0.1 }, rs2: {} }',
      '+    real-servers: { rs1: {}, rs2: {} }',
    ],
    clean: { web: ['real-servers: { rs1: { address: 10.0.0.11 }, rs2: {} }'] },
  },
  {
    code: 'NAT-LOOP127',
    what: 'the director itself at its loopback address',
    base: NAT,
    drawn: { web: ["real-servers: { lb1: { address: ⟦'127.0.0.2'⟧ }, rs2: {} }"] },
    fixes: ['Reach lb1 at 192.0.2.2', 'Reach lb1 at 10.0.0.1'],
    mended: [
      "-    real-servers: { lb1: { address: '127.0.0.2' }, rs2: {} }",
      "+    real-servers: { lb1: { address: '192.0.2.2' }, rs2: {} }",
    ],
    // DR leaves the packet as it is, and the director takes it.
    clean: { web: ['real-servers: { lb1: { address: 127.0.0.2, mode: dr }, rs2: {} }'] },
  },
  {
    code: 'RS-ADDR',
    what: 'a loopback address for DR',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { address: ⟦127.0.0.1⟧ }, rs2: {} }'] },
    fixes: ['Take 127.0.0.1 out; the address of rs1 is derived'],
    mended: [
      '-    real-servers: { rs1: { address: 127.0.0.1 }, rs2: {} }',
      '+    real-servers: { rs1: {}, rs2: {} }',
    ],
    clean: { web: ['real-servers: { lb1: { address: 127.0.0.1 }, rs2: {} }'] },
  },
  {
    code: 'NAT-FTP',
    what: 'FTP by DR',
    base: DR,
    drawn: { web: ['port: ⟦21⟧'] },
    fixes: ['Make "web" persistent for 360 seconds'],
    mended: ['+    persistence: { timeout: 360 }'],
    clean: { web: ['port: 21', 'persistence: {}'] },
  },
  {
    code: 'NAT-FTP',
    what: 'FTP by DR beside NAT',
    base: NAT,
    drawn: {
      rs1: ['gateway: 10.0.0.254'],
      web: ['port: ⟦21⟧', 'real-servers: { rs1: { mode: dr }, rs2: {} }'],
    },
    fixes: ['Make "web" persistent for 360 seconds'],
    mended: ['+    persistence: { timeout: 360 }'],
    clean: { web: ['port: 21'] },
  },
  {
    code: 'PROXYARP',
    what: 'a router that answers for neighbours on the VIP’s network',
    base: DR,
    drawn: { edge: ['sysctls: { net.ipv4.conf.eth1.proxy_arp_pvlan: ⟦1⟧ }'] },
    fixes: ['Lift the pin of net.ipv4.conf.eth1.proxy_arp_pvlan'],
    mended: ['-    sysctls: { net.ipv4.conf.eth1.proxy_arp_pvlan: 1 }', '+    sysctls: {}'],
    // The VIP is where the question comes from.
    clean: { edge: ['sysctls: { net.ipv4.conf.eth1.proxy_arp: 1, net.ipv4.conf.eth0.proxy_arp_pvlan: 1 }'] },
  },
  {
    code: 'TUN-MTU',
    what: 'a network that carries no header beside a full packet',
    base: TUN,
    drawn: { far: ['mtu: ⟦1500⟧'] },
    fixes: ['Let far carry 1520 bytes'],
    mended: ['-    mtu: 1500', '+    mtu: 1520'],
    clean: { far: ['mtu: 1520'] },
  },
  {
    code: 'TUN-MTU',
    what: 'an interface of a router on the way, smaller than its network',
    base: TUN,
    drawn: {
      far: ['mtu: 1600'],
      web: ['tunnel: { type: gre, checksum: csum }'],
      core: [
        'interfaces: { eth0: { network: front, address: 192.0.2.1 }, eth1: { network: far, address: 10.1.0.1, mtu: 1600 } }',
      ],
      front: ['mtu: ⟦1527⟧'],
    },
    fixes: ['Let front carry 1528 bytes'],
    mended: ['-    mtu: 1527', '+    mtu: 1528'],
    clean: { far: ['mtu: 1528'], front: ['mtu: 1528'], web: ['tunnel: { type: gre, checksum: csum }'] },
  },
  {
    code: 'TUN-MTU',
    what: 'a director that cannot tell the client, having no way to it',
    base: UNROUTED,
    drawn: { '⟦lb1⟧': ROUTED.lb1, ...OUTSIDE },
    fixes: [],
    mended: [],
    clean: {
      ...OUTSIDE,
      lb1: ['routes: [ { to: 10.1.0.0/24, via: 192.0.2.1 }, { to: 198.51.100.0/24, via: 192.0.2.1 } ]'],
    },
  },
  {
    code: 'TUN-MTU',
    what: 'a director that cannot tell the client, which answers no ARP for the VIP',
    base: TUN,
    drawn: { ...TWO_SUBNETS, '⟦lb1⟧': TWO_SUBNETS.lb1 },
    fixes: [],
    mended: [],
    clean: { ...TWO_SUBNETS, lb1: [...TWO_SUBNETS.lb1, 'sysctls: { net.ipv4.conf.eth0.arp_announce: 2 }'] },
  },
  {
    code: 'TUN-MTU',
    what: 'a client that refuses ICMP',
    base: TUN,
    drawn: { 'hosts/alice': [...CLIENT_IN_FRONT, 'drops: [ ⟦{ protocol: icmp }⟧ ]'] },
    fixes: ['Let alice accept icmp'],
    mended: ['-    drops: [ { protocol: icmp } ]', '+    drops: []'],
    clean: {
      'hosts/alice': [...CLIENT_IN_FRONT, 'drops: [ { protocol: icmp } ]'],
      lb1: ['sysctls: { net.ipv4.vs.pmtu_disc: 0 }'],
    },
  },
  {
    code: 'TUN-MTU',
    what: 'a tunnel over IPv6, which no router cuts in pieces though the director would',
    base: TUN,
    drawn: { ...OVER_IPV6, far: [...FAR_IPV6, 'mtu: ⟦1400⟧'] },
    fixes: ['Let far carry 1540 bytes'],
    mended: ['-    mtu: 1400', '+    mtu: 1540'],
    clean: { ...OVER_IPV6, far: [...FAR_IPV6, 'mtu: 1540'] },
  },
  {
    code: 'TUN-MTU',
    what: 'a tunnel over IPv6 with less room than IPv6 must have',
    base: TUN,
    drawn: { ...NEAR_IPV6, front: [...OVER_IPV6.front, 'mtu: ⟦1319⟧'] },
    fixes: ['Let front carry 1320 bytes'],
    mended: ['-    mtu: 1319', '+    mtu: 1320'],
    clean: { ...NEAR_IPV6, front: [...OVER_IPV6.front, 'mtu: 1320'] },
  },
  {
    code: 'TUN-MTU',
    what: 'a director that does not hear what a router behind it says',
    base: TUN,
    drawn: { far: ['mtu: ⟦1400⟧'], lb1: ['drops: [ ⟦{ protocol: icmp }⟧ ]'] },
    fixes: ['Let far carry 1520 bytes'],
    mended: ['-    mtu: 1400', '+    mtu: 1520'],
    clean: { lb1: ['drops: [ { protocol: icmp } ]'] },
  },
])

it('TUN-MTU says that nobody who sends IPv6 goes by less than 1280 bytes', () => {
  const sixInFour = (mtu: number) =>
    drawing(TUN, {
      'hosts/alice': [
        'role: client',
        "interfaces: { eth0: { network: front, address: [192.0.2.50, '2001:db8:1::50'] } }",
      ],
      front: [...OVER_IPV6.front, `mtu: ⟦${mtu}⟧`],
      lb1: ["interfaces: { eth0: { network: front, address: [192.0.2.2, '2001:db8:1::2'] } }"],
      rs1: ["interfaces: { eth0: { network: front, address: [192.0.2.11, '2001:db8:1::11'] } }"],
      web: ["vip: '2001:db8:1::100'", 'real-servers: { rs1: { address: 192.0.2.11 } }'],
    })
  const [stalls] = expectMarked(sixInFour(1299), ['TUN-MTU'])
  expect(stalls?.message).toContain('told by ICMP that 1279 would fit')
  expect(stalls?.message).toContain('nothing below 1280')
  const [learns] = expectMarked(sixInFour(1300), ['TUN-MTU'])
  expect(learns?.message).toContain('must learn by ICMP to send 1280 at most')
})
