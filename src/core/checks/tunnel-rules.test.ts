import { describe, expect, it } from 'vitest'
import {
  DR,
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

const GRE = ['tunnel: { type: gre }']
const GUE = ['tunnel: { type: gue, port: 6080 }']
const RPF = 'net.ipv4.conf'
const dual = (four: string, six: string) =>
  `interfaces: { eth0: { network: farm, address: [${four}, '${six}'] } }`
const six = "interfaces: { eth0: { network: farm, address: '2001:db8:1::12' } }"

const CASES: readonly MarkedCase[] = [
  {
    code: 'TUN-GUE',
    what: 'no port for a service',
    base: TUN,
    drawn: { web: ['tunnel: { type: ⟦gue⟧ }'] },
    fixes: ['Use UDP port 6080'],
    mended: { web: ['tunnel: { type: gue, port: 6080 }'] },
  },
  {
    code: 'TUN-GUE',
    what: 'no port for one real server',
    base: TUN,
    drawn: { web: ['real-servers: { rs1: {}, rs2: { tunnel: { type: ⟦gue⟧ } } }'] },
    fixes: ['Use UDP port 6080'],
    mended: { web: ['real-servers: { rs1: {}, rs2: { tunnel: { type: gue, port: 6080 } } }'] },
  },
  {
    code: 'TUN-CSUM',
    what: 'a checksum in IPIP',
    base: TUN,
    drawn: { web: ['tunnel: { type: ipip, checksum: ⟦csum⟧ }'] },
    fixes: ['Take the checksum out'],
    mended: { web: ['tunnel: { type: ipip }'] },
  },
  {
    code: 'TUN-CSUM',
    what: 'a remote checksum in GRE',
    base: TUN,
    drawn: { web: ['tunnel: { type: gre, checksum: ⟦remcsum⟧ }'] },
    fixes: ['Change the checksum to csum', 'Take the checksum out'],
    mended: { web: ['tunnel: { type: gre, checksum: csum }'] },
  },
  {
    code: 'TUN-UDP-PORT',
    what: 'a port for GRE',
    base: TUN,
    drawn: { web: ['tunnel: { type: gre, port: ⟦6080⟧ }'] },
    fixes: ['Take the port out', 'Change the type to gue'],
    mended: { web: ['tunnel: { type: gre }'] },
  },
  {
    code: 'TUN-GRE-MIX',
    what: 'two services, one with a checksum',
    base: TUN,
    drawn: {
      web: [...GRE, 'real-servers: { ⟦rs1⟧: {}, rs2: {} }'],
      'services/other': [
        'mode: tun',
        'director: lb1',
        'vip: 192.0.2.101',
        'port: 80',
        'tunnel: { type: gre, checksum: csum }',
        'real-servers: { rs1: {} }',
      ],
    },
    fixes: ['Let the tunnel of "web" have a checksum too'],
  },
  {
    code: 'TUN-DECAP',
    what: 'a host that has no GRE',
    base: TUN,
    drawn: { web: GRE, rs1: ['supports: { gre: ⟦false⟧, ipip: false }'] },
    fixes: ['Lift the pin: let the next plan find out whether rs1 can', 'Change rs1 of "web" to mode dr'],
    mended: { web: GRE, rs1: ['supports: { ipip: false }'] },
  },
  {
    code: 'TUN-DECAP',
    what: 'a host that has no GUE',
    base: TUN,
    drawn: { web: GUE, rs2: ['supports: { gue: ⟦false⟧ }'] },
    fixes: ['Lift the pin: let the next plan find out whether rs2 can'],
  },
  {
    code: 'TUN-DECAP',
    what: 'a host that takes GUE apart, and not what comes out of it',
    base: TUN,
    drawn: { web: GUE, rs2: ['supports: { gue: true, ipip: ⟦false⟧ }'] },
    fixes: ['Lift the pin: let the next plan find out whether rs2 can'],
  },
  {
    code: 'TUN-RPF',
    what: 'strict on the GRE device',
    base: TUN,
    drawn: { web: GRE, rs2: [`sysctls: { ${RPF}.gre0.rp_filter: ⟦1⟧, ${RPF}.tunl0.rp_filter: 1 }`] },
    fixes: [`Lift the pin of ${RPF}.gre0.rp_filter`],
    mended: { web: GRE, rs2: [`sysctls: { ${RPF}.tunl0.rp_filter: 1 }`] },
  },
  {
    code: 'TUN-RPF',
    what: 'strict where what was in GUE comes out',
    base: TUN,
    drawn: { web: GUE, rs2: [`sysctls: { ${RPF}.tunl0.rp_filter: ⟦1⟧ }`] },
    fixes: [`Lift the pin of ${RPF}.tunl0.rp_filter`],
  },
  {
    code: 'TUN-FW',
    what: 'a firewall that refuses GRE',
    base: TUN,
    drawn: { web: GRE, rs2: ['drops: [ ⟦{ protocol: gre }⟧, { protocol: ipip } ]'] },
    fixes: ['Let rs2 accept IP protocol 47 (gre)'],
  },
  {
    code: 'TUN-FW',
    what: 'a firewall that refuses the UDP port of GUE',
    base: TUN,
    drawn: { web: GUE, rs2: ['drops: [ { protocol: udp, port: 6081 }, ⟦{ protocol: udp, port: 6080 }⟧ ]'] },
    fixes: ['Let rs2 accept udp port 6080 (gue)'],
  },
  {
    code: 'TUN-FW',
    what: 'a firewall that refuses IPv4 in IPv6',
    base: DR,
    drawn: {
      rs1: [dual('192.0.2.11', '2001:db8:1::11'), 'drops: [ { protocol: ipv6 }, ⟦{ protocol: ipip }⟧ ]'],
      web: ['mode: tun', "real-servers: { rs1: { address: '2001:db8:1::11' }, rs2: {} }"],
    },
    fixes: ['Let rs1 accept IP protocol 4 (ipip)'],
  },
  {
    code: 'TUN-FAM',
    what: 'a real server without an address of the family, for DR',
    base: DR,
    drawn: { rs2: [six], web: ['real-servers: { rs1: {}, ⟦rs2⟧: {} }'] },
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

const MARK = ['vip: 192.0.2.100', 'mark: 17', 'ports: [80, 443]']
/** DR by mark instead of by port. */
const MARKED = drawing(DR.replace('    port: 80\n', ''), { web: MARK })

describe('drawings without a fault', () => {
  it.each([
    ['GRE', TUN, { web: GRE }],
    ['GRE with a checksum', TUN, { web: ['tunnel: { type: gre, checksum: csum }'] }],
    ['GUE with each checksum', TUN, { web: ['tunnel: { type: gue, port: 6080, checksum: remcsum }'] }],
    ['a port of no tunnel that is used', DR, { web: ['tunnel: { type: gre, port: 6080 }'] }],
    [
      'what the real servers need not unpack',
      TUN,
      { web: GRE, rs1: ['supports: { ipip: false, gue: false }'] },
    ],
    ['a firewall that refuses other tunnels', TUN, { web: GUE, rs1: ['drops: [ { protocol: gre } ]'] }],
    [
      'IPv4 in IPv6, where the real server is told by it',
      DR,
      {
        rs1: [dual('192.0.2.11', '2001:db8:1::11')],
        web: ['mode: tun', "real-servers: { rs1: { address: '2001:db8:1::11' }, rs2: {} }"],
      },
    ],
    ['a service by mark with ports', MARKED, {}],
    ['a service by mark for every port', MARKED, { web: ['ports: []'] }],
  ] satisfies [string, string, Changes][])('finds nothing: %s', (_, base, changes) => {
    expectMarked(drawing(base, changes), [])
  })

  it('looks at a service by mark as at any other', () => {
    expectMarked(drawing(MARKED, { rs1: ['sysctls: { net.ipv4.conf.all.arp_ignore: ⟦0⟧ }'] }), ['DR-ARP'])
    expectMarked(drawing(MARKED, { rs1: ['gateway: ⟦192.0.2.2⟧'] }), ['DR-GW'])
  })

  it('says where the reply of a tunnelled real server has no way back in the family of the VIP', () => {
    // It can be reached by IPv6, but has no IPv4 of its own to route anything by.
    const findings = findingsOf(drawing(DR, { rs2: [six], web: ['mode: tun'] }))
    expect(findings.map(({ code }) => code)).toEqual(['REPLY-ROUTE'])
  })
})
