import { describe, expect, it } from 'vitest'
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
import type { Changes } from './rules.test-kit.js'

interface Case {
  readonly code: string
  readonly what: string
  readonly base: string
  readonly drawn: Changes
  readonly fixes: readonly string[]
  readonly mended?: Changes
}

const eth0 = (network: string, address: string) =>
  `interfaces: { eth0: { network: ${network}, address: ${address} } }`

const CASES: readonly Case[] = [
  {
    code: 'REF-HOST',
    what: 'a director that is not drawn',
    base: DR,
    drawn: { web: ['director: ⟦lb2⟧'] },
    fixes: ['Change to lb1'],
    mended: {},
  },
  {
    code: 'REF-HOST',
    what: 'a real server that is not drawn',
    base: DR,
    drawn: { web: ['real-servers: { rs1: {}, ⟦rs3⟧: { weight: 3 } }'] },
    fixes: ['Change to rs2'],
    mended: { web: ['real-servers: { rs1: {}, rs2: { weight: 3 } }'] },
  },
  {
    code: 'REF-NETWORK',
    what: 'an interface on a network that is not drawn',
    base: DR,
    drawn: { rs1: [eth0('⟦fram⟧', '192.0.2.11')] },
    fixes: ['Change to farm'],
    mended: { rs1: [eth0('farm', '192.0.2.11')] },
  },
  {
    code: 'ROLE',
    what: 'a real server as director',
    base: DR,
    drawn: { web: ['director: ⟦rs2⟧', 'real-servers: { rs1: {} }'] },
    fixes: ['Make rs2 a director'],
  },
  {
    code: 'ROLE',
    what: 'a router as real server',
    base: TUN,
    drawn: {
      core: [eth0('front', '192.0.2.1')],
      web: ['real-servers: { ⟦core⟧: {}, rs1: {} }'],
      front: ['gateway: []'],
    },
    fixes: ['Make core a real-server'],
  },
  {
    code: 'SVC-TARGET',
    what: 'neither VIP nor mark',
    base: DR,
    drawn: {
      '⟦other⟧': [],
    },
    fixes: [],
  },
  {
    code: 'SVC-TARGET',
    what: 'a multicast VIP',
    base: DR,
    drawn: { web: ['vip: ⟦224.0.0.80⟧'] },
    fixes: [],
  },
  {
    code: 'SVC-TARGET',
    what: 'the broadcast address of the director’s subnet as VIP',
    base: DR,
    drawn: { web: ['vip: ⟦192.0.2.255⟧'] },
    fixes: [],
  },
  {
    code: 'RS-ADDRESS',
    what: 'several possible RIPs',
    base: DR,
    drawn: {
      rs1: [eth0('farm', '[192.0.2.11, 192.0.2.21]')],
      web: ['real-servers: { ⟦rs1⟧: {}, rs2: {} }'],
    },
    fixes: ['Reach rs1 at 192.0.2.11', 'Reach rs1 at 192.0.2.21'],
    mended: {
      rs1: [eth0('farm', '[192.0.2.11, 192.0.2.21]')],
      web: ['real-servers: { rs1: { address: 192.0.2.11 }, rs2: {} }'],
    },
  },
  {
    code: 'RS-ADDRESS',
    what: 'no address',
    base: DR,
    drawn: {
      rs1: ['interfaces: { eth0: { network: farm } }'],
      web: ['real-servers: { ⟦rs1⟧: {}, rs2: {} }'],
    },
    fixes: [],
  },
  {
    code: 'RS-ADDRESS',
    what: 'a pinned RIP the host does not have',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { address: ⟦192.0.2.99⟧ }, rs2: {} }'] },
    fixes: ['Use the address of rs1, 192.0.2.11'],
    mended: { web: ['real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'RS-ADDR',
    what: 'a RIP that is not unicast',
    base: DR,
    drawn: { web: ['real-servers: { rs1: { address: ⟦224.0.0.11⟧ }, rs2: {} }'] },
    fixes: ['Take 224.0.0.11 out; the address of rs1 is derived'],
    mended: { web: ['real-servers: { rs1: {}, rs2: {} }'] },
  },
  {
    code: 'ADDR-SUBNET',
    what: 'an address of another network',
    base: TUN,
    drawn: { rs2: [eth0('front', '⟦10.1.0.12⟧')] },
    fixes: ['Put eth0 of rs2 on far'],
    mended: {},
  },
  {
    code: 'ADDR-SUBNET',
    what: 'the address of the subnet, and its broadcast address',
    base: DR,
    drawn: { rs1: [eth0('farm', '⟦192.0.2.0⟧')], rs2: [eth0('farm', '⟦192.0.2.255⟧')] },
    fixes: [],
  },
  {
    code: 'ADDR-SUBNET',
    what: 'a network without a subnet, said once',
    base: NAT,
    drawn: { '⟦back⟧': ['mtu: 1500'] },
    fixes: [],
  },
  {
    code: 'ADDR-DUP',
    what: 'one address on two hosts of a network',
    base: DR,
    drawn: { 'hosts/bob': ['role: client', eth0('outside', '⟦198.51.100.50⟧')] },
    fixes: ['Change it to 198.51.100.51, which is free'],
  },
  {
    code: 'ADDR-DUP',
    what: 'one address twice on a host',
    base: DR,
    drawn: {
      rs2: [eth0('farm', '[192.0.2.12, ⟦192.0.2.12⟧]')],
      web: ['real-servers: { rs1: {}, rs2: { address: 192.0.2.12 } }'],
    },
    fixes: ['Take the second 192.0.2.12 off eth0 of rs2'],
  },
  {
    code: 'SVC-VIP-DIRECTOR',
    what: 'one VIP with two directors',
    base: DR,
    drawn: {
      'hosts/lb2': ['role: director', eth0('farm', '192.0.2.3')],
      'services/other': [
        'mode: dr',
        'director: lb2',
        'vip: ⟦192.0.2.100⟧',
        'port: 443',
        'real-servers: { rs1: {} }',
      ],
    },
    fixes: ['Give "other" the director of "web"'],
  },
  {
    code: 'MAC-DUP',
    what: 'one MAC address on two hosts of a network',
    base: DR,
    drawn: {
      rs1: ['interfaces: { eth0: { network: farm, address: 192.0.2.11, mac: "02:00:00:00:00:0A" } }'],
      rs2: ['interfaces: { eth0: { network: farm, address: 192.0.2.12, mac: ⟦"02:00:00:00:00:0a"⟧ } }'],
    },
    fixes: ['Take the MAC address of rs2 out'],
  },
  {
    code: 'SUBNET-OVERLAP',
    what: 'a subnet within another network’s',
    base: DR,
    drawn: { 'networks/part': ['subnet: ⟦192.0.2.128/25⟧'] },
    fixes: [],
  },
  {
    code: 'GW-SUBNET',
    what: 'a pinned gateway on no link',
    base: DR,
    drawn: { rs1: ['gateway: ⟦10.9.0.1⟧'] },
    fixes: ["Lift the pin of rs1's gateway"],
    mended: {},
  },
  {
    code: 'GW-SUBNET',
    what: 'a host as its own gateway',
    base: DR,
    drawn: { rs1: ['gateway: ⟦192.0.2.11⟧'] },
    fixes: ["Lift the pin of rs1's gateway"],
  },
  {
    code: 'GW-SUBNET',
    what: 'a network’s gateway outside its subnets',
    base: DR,
    drawn: { aside: ['gateway: ⟦10.8.0.1⟧'] },
    fixes: [],
  },
  {
    code: 'GW-SUBNET',
    what: 'the next hop of a route on no link',
    base: DR,
    drawn: { rs1: ['routes: [ { to: 10.7.0.0/16, via: ⟦10.9.0.1⟧ } ]'] },
    fixes: [],
  },
  {
    code: 'GW-AMBIGUOUS',
    what: 'two networks that each offer a gateway',
    base: DR,
    drawn: {
      aside: ['gateway: 10.9.0.1'],
      '⟦rs1⟧': [
        'interfaces: { eth0: { network: farm, address: 192.0.2.11 }, eth1: { network: aside, address: 10.9.0.11 } }',
      ],
    },
    fixes: ['Make 192.0.2.1 the gateway of rs1', 'Make 10.9.0.1 the gateway of rs1'],
  },
  {
    code: 'VIP-HOST',
    what: 'the VIP as the director’s own address',
    base: DR,
    drawn: { lb1: [eth0('farm', '[192.0.2.2, ⟦192.0.2.100⟧]')] },
    fixes: ['Take 192.0.2.100 off eth0 of lb1'],
    mended: { lb1: [eth0('farm', '[192.0.2.2]')] },
  },
  {
    code: 'VIP-HOST',
    what: 'the VIP as the address of a host that has no part in the service',
    base: DR,
    drawn: { 'hosts/bob': ['role: client', eth0('farm', '⟦192.0.2.100⟧')] },
    fixes: ['Take 192.0.2.100 off eth0 of bob'],
  },
  {
    code: 'DUP-VS',
    what: 'two services with one protocol, VIP and port',
    base: DR,
    drawn: {
      'services/other': [
        'mode: dr',
        'director: lb1',
        'vip: ⟦192.0.2.100⟧',
        'port: 80',
        'real-servers: { rs1: {} }',
      ],
    },
    fixes: [],
  },
  {
    code: 'HEALTH-MANAGER',
    what: 'health checks with ipvsadm',
    base: DR,
    drawn: { web: ['⟦health⟧: { type: tcp }'] },
    fixes: ['Let keepalived manage the directors', 'Take the health checks of "web" out'],
  },
]

/** One service more that says nothing of itself but its director. */
const WITH_OTHER = (base: string) =>
  drawing(base, { 'services/other': ['mode: dr', 'director: lb1', 'real-servers: { rs1: {} }'] })

describe.each(
  CASES.map((one) => ({
    ...one,
    name: `${one.code}: ${one.what}`,
    base: one.what.startsWith('neither') ? WITH_OTHER(one.base) : one.base,
  })),
)('$name', ({ code, base, drawn, fixes, mended }) => {
  // A network without its subnet is a key taken out, which no line put in can say.
  const without = (text: string) =>
    drawn['⟦back⟧'] === undefined ? text : text.replace(/\n {4}subnet: \[10\.0.*\n/, '\n')

  it('underlines the cause', () => {
    const findings = expectMarked(without(drawing(base, drawn)), [code])
    expect(findings[0]?.fixes.map(({ title }) => title)).toEqual(fixes)
  })

  it('has fixes that mend it', () => {
    const broken = without(marked(drawing(base, drawn)).text)
    const findings = findingsOf(broken)
    expectFixesMend(broken, findings)
    const [fix] = findings[0]?.fixes ?? []
    if (mended !== undefined && fix !== undefined) expect(fixed(broken, fix)).toBe(drawing(base, mended))
  })
})

describe('DUP-RS', () => {
  it('is said of the second real server, beside the address that is there twice', () => {
    const drawn = drawing(DR, {
      rs2: [eth0('farm', '⟦192.0.2.11⟧')],
      web: ['real-servers: { rs1: {}, ⟦rs2⟧: {} }'],
    })
    const findings = expectMarked(drawn, ['ADDR-DUP', 'DUP-RS'])
    expect(findings[1]?.fixes.map(({ title }) => title)).toEqual(['Take rs2 out of "web"'])
    expectFixesMend(marked(drawn).text, findings)
  })

  it('is not said of one address with two ports, which only NAT can tell apart', () => {
    const ports = 'real-servers: { rs1: { port: 8080 }, rs2: { port: 8081 } }'
    const codes = (base: string, address: string, network: string) =>
      findingsOf(drawing(base, { rs2: [eth0(network, address)], web: [ports] })).map(({ code }) => code)
    expect(codes(NAT, "[10.0.0.11, 'fd00:10::11']", 'back')).not.toContain('DUP-RS')
    expect(codes(DR, '192.0.2.11', 'farm')).toContain('DUP-RS')
  })
})
