import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import { parseTopology } from '../topology/parse.js'
import {
  DR,
  NAT,
  TUN,
  drawing,
  expectFixesMend,
  expectMarked,
  findingsOf,
  fixed,
  marked,
} from './rules.test-kit.js'
import type { MarkedCase } from './rule-cases.test-kit.js'
import type { Changes } from './rules.test-kit.js'

const ARP_ALL = 'net.ipv4.conf.all.arp_ignore'
const RPF = 'net.ipv4.conf'
const two = (first: string, second = 'aside') =>
  `interfaces: { eth0: { network: farm, address: 192.0.2.11 }, eth1: { network: ${second}, address: ${first} } }`

const CASES: readonly MarkedCase[] = [
  {
    code: 'DR-L2',
    what: 'a real server behind a router',
    base: TUN,
    drawn: { web: ['mode: dr', 'real-servers: { rs1: {}, ⟦rs2⟧: {} }'] },
    fixes: ['Change rs2 of "web" to mode tun'],
    mended: { web: ['mode: dr', 'real-servers: { rs1: {}, rs2: { mode: tun } }'] },
  },
  {
    code: 'DR-L2',
    what: 'a pinned route of the director that leads over a router',
    base: DR,
    drawn: { lb1: ['routes: [ ⟦{ to: 192.0.2.11/32, via: 192.0.2.1 }⟧ ]'] },
    fixes: ['Take out the route of lb1'],
    mended: { lb1: ['routes: []'] },
  },
  {
    code: 'DR-L2',
    what: 'a RIP on the wrong one of two networks',
    base: DR,
    drawn: {
      rs1: [two('10.9.0.11')],
      web: ['real-servers: { ⟦rs1⟧: { address: 10.9.0.11 }, rs2: {} }'],
    },
    fixes: ['Use 192.0.2.11, which is on a network of lb1'],
    mended: {
      rs1: [two('10.9.0.11')],
      web: ['real-servers: { rs1: { address: 192.0.2.11 }, rs2: {} }'],
    },
  },
  {
    code: 'DR-PORT',
    what: 'another port than the VIP',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { port: ⟦8080⟧ }, rs2: { port: 80 } }'] },
    fixes: ["Change the port to 80, the VIP's"],
    mended: { web: ['real-servers: { rs1: { port: 80 }, rs2: { port: 80 } }'] },
  },
  {
    code: 'TUN-PORT',
    what: 'another port than the VIP',
    base: TUN,
    drawn: { web: ['real-servers: { rs1: {}, rs2: { port: ⟦8080⟧ } }'] },
    fixes: ["Change the port to 80, the VIP's"],
    mended: { web: ['real-servers: { rs1: {}, rs2: { port: 80 } }'] },
  },
  {
    code: 'DR-PORT',
    what: 'a port of its own in a service for every port',
    base: DR,
    drawn: {
      web: ['port: 0', 'persistence: { timeout: 300 }', 'real-servers: { rs1: { port: ⟦8080⟧ }, rs2: {} }'],
    },
    fixes: ['Take the port out'],
    mended: { web: ['port: 0', 'persistence: { timeout: 300 }', 'real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'TUN-PORT',
    what: 'a port of its own in a service for every port',
    base: TUN,
    drawn: {
      web: ['port: 0', 'persistence: { timeout: 300 }', 'real-servers: { rs1: {}, rs2: { port: ⟦8080⟧ } }'],
    },
    fixes: ['Take the port out'],
    mended: { web: ['port: 0', 'persistence: { timeout: 300 }', 'real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'DR-ARP',
    what: 'arp_ignore pinned to 0 on all',
    base: DR,
    drawn: { rs1: [`sysctls: { ${ARP_ALL}: ⟦0⟧ }`] },
    fixes: [`Lift the pin of ${ARP_ALL}`],
    mended: { rs1: ['sysctls: {}'] },
  },
  {
    code: 'DR-ARP',
    what: 'a reserved value, which means 0, on the interface',
    base: DR,
    drawn: { rs1: [`sysctls: { ${RPF}.eth0.arp_ignore: ⟦4⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.eth0.arp_ignore`],
  },
  {
    code: 'TUN-ARP',
    what: 'arp_ignore pinned to 0 on a real server of the same segment',
    base: TUN,
    drawn: { rs1: [`sysctls: { ${ARP_ALL}: ⟦0⟧ }`], rs2: [`sysctls: { ${ARP_ALL}: 0 }`] },
    fixes: [`Lift the pin of ${ARP_ALL}`],
  },
  {
    code: 'DR-ARP-LO',
    what: 'arp_ignore on lo alone',
    base: DR,
    drawn: { rs1: [`sysctls: { ${RPF}.lo.arp_ignore: ⟦1⟧, ${ARP_ALL}: 0 }`] },
    fixes: [`Lift the pin of ${ARP_ALL}`],
    mended: { rs1: [`sysctls: { ${RPF}.lo.arp_ignore: 1 }`] },
  },
  {
    code: 'DR-ARP3',
    what: 'arp_ignore 3 on the interface',
    base: DR,
    drawn: { rs2: [`sysctls: { ${RPF}.eth0.arp_ignore: ⟦3⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.eth0.arp_ignore`],
  },
  {
    code: 'DR-ARP8',
    what: 'arp_ignore 8 on a real server',
    base: DR,
    drawn: { rs1: [`sysctls: { ${ARP_ALL}: ⟦8⟧ }`] },
    fixes: [`Lift the pin of ${ARP_ALL}`],
  },
  {
    code: 'DR-ARP8',
    what: 'arp_ignore 8 on the director of a NAT service',
    base: NAT,
    drawn: { lb1: [`sysctls: { ${RPF}.eth0.arp_ignore: ⟦8⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.eth0.arp_ignore`],
  },
  {
    code: 'DR-ARP8',
    what: 'arp_ignore 8 on a client beside the real servers, which nothing of the kind has asked',
    base: DR,
    drawn: {
      alice: [
        'interfaces: { eth0: { network: farm, address: 192.0.2.50 } }',
        `sysctls: { ${RPF}.eth0.arp_ignore: ⟦8⟧ }`,
      ],
    },
    fixes: [`Lift the pin of ${RPF}.eth0.arp_ignore`],
  },
  {
    code: 'DR-ARP8',
    what: 'arp_ignore 8 on the router that clients send requests to',
    base: DR,
    drawn: { edge: [`sysctls: { ${RPF}.eth0.arp_ignore: ⟦8⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.eth0.arp_ignore`],
  },
  {
    code: 'DR-ARP-ETH',
    what: 'the VIP on the network interface of a real server',
    base: DR,
    drawn: { rs1: ['interfaces: { eth0: { network: farm, address: [192.0.2.11, ⟦192.0.2.100⟧] } }'] },
    fixes: ['Take 192.0.2.100 off eth0 of rs1'],
    mended: { rs1: ['interfaces: { eth0: { network: farm, address: [192.0.2.11] } }'] },
  },
  {
    code: 'DR6-NA',
    what: 'the IPv6 VIP on the network interface of a real server',
    base: DR,
    drawn: {
      web: ["vip: '2001:db8:1::100'", 'real-servers: { rs1: {} }'],
      rs1: ["interfaces: { eth0: { network: farm, address: ['2001:db8:1::11', ⟦'2001:db8:1::100'⟧] } }"],
    },
    fixes: ['Take 2001:db8:1::100 off eth0 of rs1'],
  },
  {
    code: 'DR-ANNOUNCE',
    what: 'arp_announce pinned to 0',
    base: DR,
    drawn: { rs1: ['sysctls: { net.ipv4.conf.all.arp_announce: ⟦0⟧ }'] },
    fixes: ['Lift the pin of net.ipv4.conf.all.arp_announce'],
    mended: { rs1: ['sysctls: {}'] },
  },
  {
    code: 'DR-GW',
    what: 'the director as the gateway of a real server',
    base: DR,
    drawn: { rs1: ['gateway: ⟦192.0.2.2⟧'] },
    fixes: ["Lift the pin of rs1's gateway; 192.0.2.1 is derived"],
    mended: {},
  },
  {
    code: 'DR-GW',
    what: 'a pinned route through the director',
    base: DR,
    drawn: { rs1: ['routes: [ ⟦{ to: 198.51.100.0/24, via: 192.0.2.2 }⟧ ]'] },
    fixes: ['Take out the route of rs1'],
  },
  {
    code: 'DR-GW',
    what: 'a network whose gateway is the director',
    base: DR,
    drawn: { farm: ['gateway: ⟦192.0.2.2⟧'], lb1: ['gateway: 192.0.2.1'] },
    fixes: [],
  },
  {
    code: 'DR-GW',
    what: 'a real server that is also in a NAT service of this director',
    base: DR,
    drawn: {
      'services/nat': [
        'mode: nat',
        'director: lb1',
        'vip: 192.0.2.101',
        'port: 81',
        'real-servers: { rs1: {} }',
      ],
      web: ['real-servers: { ⟦rs1⟧: {}, rs2: {} }'],
    },
    fixes: ['Let the director masquerade "nat"'],
  },
  {
    code: 'DR-GW',
    what: 'the director pinned as gateway for the sake of a NAT service',
    base: DR,
    drawn: {
      'services/nat': [
        'mode: nat',
        'director: lb1',
        'vip: 192.0.2.101',
        'port: 81',
        'real-servers: { rs1: {} }',
      ],
      rs1: ['gateway: ⟦192.0.2.2⟧'],
    },
    fixes: ['Change the gateway of rs1 to 192.0.2.1, and let the director masquerade "nat"'],
  },
  {
    code: 'DR-RPF',
    what: 'strict on all, with the interface at 0',
    base: DR,
    drawn: {
      rs1: [
        two('10.9.0.11'),
        'gateway: 10.9.0.1',
        `sysctls: { ${RPF}.all.rp_filter: ⟦1⟧, ${RPF}.eth0.rp_filter: 0 }`,
      ],
    },
    fixes: [`Lift the pin of ${RPF}.all.rp_filter`],
    mended: { rs1: [two('10.9.0.11'), 'gateway: 10.9.0.1', `sysctls: { ${RPF}.eth0.rp_filter: 0 }`] },
  },
  {
    code: 'DR-RPF',
    what: 'strict on the interface',
    base: DR,
    drawn: { rs1: [two('10.9.0.11'), 'gateway: 10.9.0.1', `sysctls: { ${RPF}.eth0.rp_filter: ⟦1⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.eth0.rp_filter`],
  },
  {
    code: 'DR-BIND',
    what: 'bound to the RIP only',
    base: DR,
    drawn: { rs1: ['listens: [ { address: ⟦192.0.2.11⟧, port: 80 } ]'] },
    fixes: ['Listen on every address', 'Listen on 192.0.2.100'],
    mended: { rs1: ['listens: [ { port: 80 } ]'] },
  },
  {
    code: 'DR-BIND',
    what: 'bound to another port in a TUN service',
    base: TUN,
    drawn: { rs2: ['listens: [ { port: ⟦8080⟧ } ]'] },
    fixes: ['Listen on port 80'],
  },
  {
    code: 'DR-BIND',
    what: 'bound for another protocol',
    base: DR,
    drawn: { web: ['protocol: udp'], rs1: ['listens: [ ⟦{ port: 80 }⟧ ]'] },
    fixes: ['Listen for udp'],
  },
  {
    code: 'DR-BIND',
    what: 'bound to nothing',
    base: DR,
    drawn: { rs1: ['⟦listens⟧: []'] },
    fixes: [],
  },
  {
    code: 'NAT-BIND',
    what: 'bound to another port than a service for every port is sent to',
    base: NAT,
    drawn: {
      rs1: ['listens: [ { address: 10.0.0.11, port: ⟦80⟧ } ]'],
      web: ['port: 0', 'persistence: { timeout: 300 }'],
    },
    fixes: ['Send "web" to port 80 of rs1', 'Listen on port 8080'],
  },
  {
    code: 'NAT-BIND',
    what: 'bound to another port than the real server is given',
    base: NAT,
    drawn: { rs1: ['listens: [ { address: 10.0.0.11, port: ⟦80⟧ } ]'] },
    fixes: ['Send "web" to port 80 of rs1', 'Listen on port 8080'],
    mended: {
      rs1: ['listens: [ { address: 10.0.0.11, port: 80 } ]'],
      web: ['real-servers: { rs1: { port: 80 }, rs2: { port: 8080 } }'],
    },
  },
  {
    code: 'TUN-DECAP',
    what: 'a host that cannot unpack IPIP',
    base: TUN,
    drawn: { rs1: ['supports: { ipip: ⟦false⟧ }'] },
    fixes: ['Lift the pin: let the next plan find out whether rs1 can', 'Change rs1 of "web" to mode dr'],
    mended: { rs1: ['supports: {}'] },
  },
  {
    code: 'TUN-RPF',
    what: 'strict on the tunnel device',
    base: TUN,
    drawn: { rs2: [`sysctls: { ${RPF}.tunl0.rp_filter: ⟦1⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.tunl0.rp_filter`],
  },
  {
    code: 'TUN-RPF',
    what: 'strict on all, with the tunnel device at 0',
    base: TUN,
    drawn: { rs2: [`sysctls: { ${RPF}.all.rp_filter: ⟦1⟧, ${RPF}.tunl0.rp_filter: 0 }`] },
    fixes: [`Lift the pin of ${RPF}.all.rp_filter`],
  },
  {
    code: 'TUN-FW',
    what: 'a firewall that refuses IPIP, and one that refuses the port',
    base: TUN,
    drawn: {
      rs1: ['drops: [ ⟦{ protocol: ipip }⟧ ]'],
      rs2: ['drops: [ { protocol: icmp }, ⟦{ protocol: tcp, port: 80 }⟧ ]'],
    },
    fixes: ['Let rs1 accept IP protocol 4 (ipip)'],
  },
  {
    code: 'FW-SERVICE',
    what: 'a firewall on the director',
    base: NAT,
    drawn: { lb1: ['drops: [ ⟦{ protocol: tcp, port: 80 }⟧ ]'] },
    fixes: ['Let lb1 accept tcp port 80'],
    mended: { lb1: ['drops: []'] },
  },
  {
    code: 'FW-SERVICE',
    what: 'a firewall on a NAT real server, at its own port',
    base: NAT,
    drawn: { rs1: ['drops: [ ⟦{ protocol: tcp, port: 8080 }⟧, { protocol: tcp, port: 80 } ]'] },
    fixes: ['Let rs1 accept tcp port 8080'],
  },
  {
    code: 'TUN-FAM',
    what: 'a RIP of the other family without a tunnel',
    base: NAT,
    drawn: { web: ["real-servers: { rs1: { address: ⟦'fd00:10::11'⟧ }, rs2: {} }"] },
    fixes: ['Use 10.0.0.11 of rs1'],
    mended: { web: ['real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'TUN-FAM',
    what: 'a real server that has only the other family',
    base: NAT,
    drawn: {
      rs1: ["interfaces: { eth0: { network: back, address: 'fd00:10::11' } }"],
      web: ['real-servers: { ⟦rs1⟧: {}, rs2: {} }'],
    },
    fixes: [],
  },
  {
    code: 'NAT-FWD',
    what: 'ip_forward pinned to 0',
    base: NAT,
    drawn: { lb1: ['sysctls: { net.ipv4.ip_forward: ⟦0⟧ }'] },
    fixes: ['Lift the pin of net.ipv4.ip_forward'],
    mended: { lb1: ['sysctls: {}'] },
  },
  {
    code: 'NAT-FWD',
    what: 'forwarding pinned to 0 on the inside interface',
    base: NAT,
    drawn: { lb1: ['sysctls: { net.ipv4.conf.eth1.forwarding: ⟦0⟧, net.ipv4.conf.eth0.forwarding: 0 }'] },
    fixes: ['Lift the pin of net.ipv4.conf.eth1.forwarding'],
  },
  {
    code: 'NAT-FWD6',
    what: 'IPv6 forwarding pinned to 0',
    base: NAT,
    drawn: {
      web: ["vip: '2001:db8:1::100'"],
      lb1: [
        'sysctls: { net.ipv6.conf.all.forwarding: ⟦0⟧, net.ipv6.conf.eth1.forwarding: 1, net.ipv4.ip_forward: 0 }',
      ],
    },
    fixes: ['Lift the pin of net.ipv6.conf.all.forwarding'],
  },
  {
    code: 'NAT-GW',
    what: 'another router as the gateway of a real server',
    base: NAT,
    drawn: { rs1: ['gateway: ⟦10.0.0.254⟧'] },
    fixes: [
      'Lift the pin of rs1\'s gateway; 10.0.0.1 is derived for "web"',
      'Let the director masquerade "web"',
    ],
    mended: {},
  },
  {
    code: 'NAT-GW',
    what: 'one of two pinned gateways',
    base: NAT,
    drawn: { rs1: ["gateway: ['fd00:10::254', ⟦10.0.0.254⟧]"] },
    fixes: [
      'Lift the pin of rs1\'s gateway; 10.0.0.1 is derived for "web"',
      'Let the director masquerade "web"',
    ],
    mended: { rs1: ["gateway: ['fd00:10::254']"] },
  },
  {
    code: 'NAT-GW',
    what: 'a pinned route past the director',
    base: NAT,
    drawn: { rs1: ['routes: [ ⟦{ to: 192.0.2.0/24, via: 10.0.0.254 }⟧ ]'] },
    fixes: ['Take out the route of rs1', 'Let the director masquerade "web"'],
  },
  {
    code: 'NAT-ONLINK',
    what: 'a client on the network of the real servers',
    base: DR,
    drawn: {
      alice: ['interfaces: { eth0: { network: farm, address: 192.0.2.50 } }'],
      web: ['mode: nat', 'real-servers: { ⟦rs1⟧: {}, ⟦rs2⟧: {} }'],
    },
    fixes: ['Change "web" to mode dr', 'Let the director masquerade "web"'],
    mended: { alice: ['interfaces: { eth0: { network: farm, address: 192.0.2.50 } }'] },
  },
  {
    code: 'NAT-REDIR',
    what: 'redirects on the only interface',
    base: DR,
    drawn: {
      web: ['mode: nat'],
      lb1: ['sysctls: { net.ipv4.conf.eth0.send_redirects: ⟦1⟧ }'],
    },
    fixes: ['Lift the pin of net.ipv4.conf.eth0.send_redirects'],
  },
  {
    code: 'NAT-OPS',
    what: 'one-packet scheduling with NAT',
    base: NAT,
    drawn: { web: ['protocol: udp', 'one-packet: ⟦true⟧'] },
    fixes: ['Take one-packet out of "web"'],
    mended: { web: ['protocol: udp'] },
  },
  {
    code: 'OPS-UDP',
    what: 'one-packet scheduling of TCP',
    base: DR,
    drawn: { web: ['one-packet: ⟦true⟧'] },
    fixes: ['Take one-packet out of "web"', 'Make "web" a UDP service'],
    mended: {},
  },
  {
    code: 'PERSIST0',
    what: 'every port without persistence',
    base: DR,
    drawn: { web: ['port: ⟦0⟧'] },
    fixes: ['Make "web" persistent for 360 seconds'],
  },
  {
    code: 'THRESH',
    what: 'a lower threshold above the upper one',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { thresholds: { upper: 10, lower: ⟦20⟧ } }, rs2: {} }'] },
    fixes: ['Take the lower threshold out; it is then three quarters of the upper one'],
  },
  {
    code: 'SCHED-DST',
    what: 'a scheduler by destination',
    base: DR,
    drawn: { web: ['scheduler: ⟦dh⟧'] },
    fixes: ['Change the scheduler to wlc', 'Change the scheduler to sh'],
  },
  {
    code: 'SCHED-W',
    what: 'weights with rr',
    base: DR,
    drawn: { web: ['scheduler: ⟦rr⟧', 'real-servers: { rs1: { weight: 2 }, rs2: { weight: 1 } }'] },
    fixes: ['Change the scheduler to wrr'],
  },
  {
    code: 'NORS',
    what: 'no real server',
    base: DR,
    drawn: { web: ['⟦real-servers⟧: {}'] },
    fixes: [],
  },
  {
    code: 'NORS',
    what: 'every weight 0',
    base: DR,
    drawn: { web: ['⟦real-servers⟧: { rs1: { weight: 0 }, rs2: { weight: 0 } }'] },
    fixes: ['Give every real server of "web" weight 1 again'],
    mended: {},
  },
  {
    code: 'CLIENT-ROUTE',
    what: 'a client without a way to the VIP',
    base: DR,
    drawn: { outside: ['gateway: []'], '⟦alice⟧': [] },
    fixes: [],
  },
  {
    code: 'REPLY-ROUTE',
    what: 'a real server whose network has no gateway',
    base: DR,
    drawn: { farm: ['gateway: []'], web: ['real-servers: { ⟦rs1⟧: {}, ⟦rs2⟧: {} }'] },
    fixes: [],
  },
  {
    code: 'REPLY-ROUTE',
    what: 'a gateway that is another real server',
    base: DR,
    drawn: { rs1: ['gateway: ⟦192.0.2.12⟧'] },
    fixes: [],
  },
  {
    code: 'RS-ROUTE',
    what: 'a tunnel to where the director has no way',
    base: TUN,
    drawn: { front: ['gateway: []'], web: ['real-servers: { rs1: {}, ⟦rs2⟧: {} }'] },
    fixes: [],
  },
]

describe.each(CASES.map((one) => ({ ...one, name: `${one.code}: ${one.what}` })))(
  '$name',
  ({ code, base, drawn, fixes, mended }) => {
    const broken = marked(drawing(base, drawn)).text

    it('underlines the cause', () => {
      const findings = expectMarked(drawing(base, drawn), [code])
      expect(findings[0]?.fixes.map(({ title }) => title)).toEqual(fixes)
    })

    it('has fixes that mend it', () => {
      const findings = findingsOf(broken)
      expectFixesMend(broken, findings)
      const [fix] = findings[0]?.fixes ?? []
      if (mended !== undefined && fix !== undefined) expect(fixed(broken, fix)).toBe(drawing(base, mended))
    })
  },
)

describe('drawings without a fault', () => {
  it.each([
    ['DR', DR, {}],
    ['NAT', NAT, {}],
    ['TUN', TUN, {}],
    [
      'DR with every sysctl pinned to what is needed',
      DR,
      { rs1: [`sysctls: { ${ARP_ALL}: 1, net.ipv4.conf.all.arp_announce: 2 }`] },
    ],
    [
      'arp_ignore on the receiving interface alone',
      DR,
      { rs1: [`sysctls: { ${ARP_ALL}: 0, ${RPF}.eth0.arp_ignore: 1 }`] },
    ],
    ['arp_ignore on lo while all is derived', DR, { rs1: [`sysctls: { ${RPF}.lo.arp_ignore: 1 }`] }],
    ['arp_ignore 2 on all', DR, { rs1: [`sysctls: { ${ARP_ALL}: 2 }`] }],
    ['strict filtering with one interface', DR, { rs1: [`sysctls: { ${RPF}.all.rp_filter: 1 }`] }],
    [
      'strict on all, the interface derived',
      DR,
      { rs1: [two('10.9.0.11'), 'gateway: 10.9.0.1', `sysctls: { ${RPF}.all.rp_filter: 1 }`] },
    ],
    ['strict on all, the tunnel device derived', TUN, { rs2: [`sysctls: { ${RPF}.all.rp_filter: 1 }`] }],
    [
      'the director as gateway, with accept_local and forwarding',
      DR,
      {
        rs1: ['gateway: 192.0.2.2'],
        lb1: ['sysctls: { net.ipv4.conf.all.accept_local: 1, net.ipv4.ip_forward: 1 }'],
      },
    ],
    [
      'forwarding off on the outside interface of a NAT director',
      NAT,
      { lb1: ['sysctls: { net.ipv4.conf.eth0.forwarding: 0 }'] },
    ],
    ['forwarding off on the director of a DR service', DR, { lb1: ['sysctls: { net.ipv4.ip_forward: 0 }'] }],
    ['a daemon on every address', DR, { rs1: ["listens: [ { address: '::', port: 80 } ]"] }],
    ['a daemon at the port it is given', NAT, { rs1: ['listens: [ { address: 10.0.0.11, port: 8080 } ]'] }],
    ['a director that is its own real server', DR, { web: ['real-servers: { lb1: {}, rs1: {} }'] }],
    ['one-packet scheduling of UDP', DR, { web: ['protocol: udp', 'one-packet: true'] }],
    ['every port with persistence', DR, { web: ['port: 0', 'persistence: {}'] }],
    ['weight 0 with rr', DR, { web: ['scheduler: rr', 'real-servers: { rs1: { weight: 0 }, rs2: {} }'] }],
    [
      'a firewall that refuses what does not matter',
      DR,
      { rs1: ['drops: [ { protocol: icmp }, { protocol: tcp, port: 22 } ]'] },
    ],
    [
      'a port that says nothing where the daemon hears the VIP’s',
      DR,
      {
        rs1: ['listens: [{ port: 80 }]'],
        web: ['real-servers: { rs1: { port: 8080 }, rs2: {} }'],
      },
    ],
    ['an unknown tunnel support', TUN, { rs1: ['supports: {}'] }],
  ] satisfies [string, string, Changes][])('finds nothing: %s', (_, base, changes) => {
    expectMarked(drawing(base, changes), [])
  })

  it('says that a VIP outside every subnet must be routed, and asks for no ARP there', () => {
    expectMarked(
      drawing(DR, {
        web: ['vip: ⟦203.0.113.80⟧'],
        edge: ['routes: [ { to: 203.0.113.80/32, via: 192.0.2.2 } ]'],
        rs1: [`sysctls: { ${ARP_ALL}: 0, net.ipv4.conf.all.arp_announce: 0 }`],
      }),
      ['VIP-ROUTE'],
    )
  })

  it('leaves replies to who says that the director’s gateway is ambiguous', () => {
    const drawn = drawing(NAT, {
      front: ['gateway: [192.0.2.254]'],
      back: ['gateway: [10.0.0.254]'],
      'networks/away': ['subnet: 198.51.100.0/24'],
      alice: ['interfaces: { eth0: { network: away, address: 198.51.100.50 } }', 'gateway: 198.51.100.1'],
      edge: [
        'interfaces: { eth0: { network: back, address: 10.0.0.254 }, eth1: { network: front, address: 192.0.2.254 }, eth2: { network: away, address: 198.51.100.1 } }',
      ],
    })
    const codes = findingsOf(drawn).map(({ code }) => code)
    expect(codes).toContain('GW-AMBIGUOUS')
    expect(codes).not.toContain('REPLY-ROUTE')
    // The request is answered, and the director does not know where to send that.
    expect(verdictsOf(drawn)).toEqual(['NO_ROUTE', 'NO_ROUTE'])
  })

  it('knows that a reply of SCTP comes from the RIP, and an INIT ACK names the VIP', () => {
    const announced = { rs1: ['sysctls: { net.ipv4.conf.all.arp_announce: 0 }'] }
    expectMarked(drawing(DR, { ...announced, web: ['protocol: sctp'] }), [])
    const local = { alice: ['interfaces: { eth0: { network: farm, address: 192.0.2.50 } }'] }
    const also = (port: number, realServers: string) => ({
      'services/also': [
        'mode: nat',
        'director: lb1',
        'vip: 192.0.2.100',
        `port: ${port}`,
        'protocol: sctp',
        `real-servers: ${realServers}`,
      ],
    })
    expectMarked(drawing(DR, { ...local, ...also(81, '{ rs1: {} }') }), [])
    expectMarked(drawing(DR, { ...local, ...also(81, '{ ⟦rs1⟧: { port: 82 } }') }), ['NAT-ONLINK'])
  })

  it('calls a NAT service of more than twenty real servers many, and no fewer', () => {
    const many = (count: number) =>
      drawing(NAT, {
        ...Object.fromEntries(
          Array.from({ length: count - 2 }, (_, index) => [
            `hosts/extra${index}`,
            ['role: real-server', `interfaces: { eth0: { network: back, address: 10.0.0.${100 + index} } }`],
          ]),
        ),
        web: [
          `mode: ${count > 20 ? '⟦nat⟧' : 'nat'}`,
          `real-servers: { rs1: {}, rs2: {}, ${Array.from({ length: count - 2 }, (_, index) => `extra${index}: {}`).join(', ')} }`,
        ],
      })
    expectMarked(many(20), [])
    expectMarked(many(21), ['NAT-N'])
  })
})

function verdictsOf(text: string): string[] {
  return walkCluster(deriveCluster(parseTopology(text).topology)).map(({ verdict }) => verdict)
}
