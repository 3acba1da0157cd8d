import { describe, expect, it } from 'vitest'
import { testRuleCases } from './rule-cases.test-kit.js'
import { DR, NAT, drawing, expectMarked, findingsOf } from './rules.test-kit.js'

/** A service by mark, without the port that the drawings give theirs. */
const byMark = (base: string) => base.replace('\n    port: 80', '').replace(/port: 8080/g, '')

testRuleCases([
  {
    code: 'FWMARK',
    what: 'a mark that others set',
    base: byMark(DR).replace('    vip: 192.0.2.100\n', ''),
    drawn: { web: ['mark: ⟦17⟧'] },
    fixes: [],
    mended: [],
    clean: { web: ['mark: 17', 'vip: 192.0.2.100'] },
  },
  {
    code: 'MARK-PORTS',
    what: 'a port beside a mark',
    base: DR,
    drawn: { web: ['mark: 17', '⟦port⟧: 80'] },
    fixes: ['Let only port 80 of the VIP of "web" get the mark', 'Take the port out of "web"'],
    mended: ['-    port: 80', '+    ports: [80]'],
    clean: { web: [] },
  },
  {
    code: 'MARK-PORTS',
    what: 'ports without a mark',
    base: DR,
    drawn: { web: ['⟦ports⟧: [80, 443]'] },
    fixes: ['Take ports out of "web"'],
    mended: ['-    ports: [80, 443]'],
    clean: { web: [] },
  },
  {
    code: 'MARK-PORTS',
    what: 'a port of a real server, with NAT',
    base: byMark(NAT),
    drawn: { web: ['mark: 17', 'ports: [80, 443]', 'real-servers: { rs1: { port: ⟦8080⟧ }, rs2: {} }'] },
    fixes: ['Take the port of rs1 out'],
    mended: [
      '-    real-servers: { rs1: { port: 8080 }, rs2: {} }',
      '+    real-servers: { rs1: {}, rs2: {} }',
    ],
    clean: { web: ['mark: 17', 'ports: [80, 443]', 'real-servers: { rs1: {}, rs2: {} }'] },
  },
])

describe('what has no effect where others set the mark', () => {
  it('is said of ports and protocol, beside what is to be done by hand', () => {
    const base = byMark(DR).replace('    vip: 192.0.2.100\n', '')
    const text = drawing(base, { web: ['mark: ⟦17⟧', '⟦protocol⟧: udp', '⟦ports⟧: [53]'] })
    const findings = expectMarked(text, ['FWMARK', 'MARK-PORTS', 'MARK-PORTS'])
    expect(findings[0]?.message).toContain('ip rule add fwmark 17 lookup 100')
    expect(findings.flatMap(({ fixes }) => fixes.map(({ title }) => title))).toEqual([
      'Take the protocol out of "web"',
      'Take ports out of "web"',
    ])
  })

  it('names the commands of IPv6 for real servers of IPv6', () => {
    const base = byMark(DR)
      .replace('    vip: 192.0.2.100\n', '')
      .replace('address: 192.0.2.11', "address: '2001:db8:1::11'")
      .replace('address: 192.0.2.12', "address: '2001:db8:1::12'")
    const [finding] = findingsOf(drawing(base, { web: ['mark: 17'] }))
    expect(finding?.message).toContain('ip -6 route add local ::/0 dev lo table 100')
  })
})

describe('DUP-VS', () => {
  const mark = (name: string, value: string, ...more: string[]) => ({
    [`services/${name}`]: [
      'mode: dr',
      'director: lb1',
      `mark: ${value}`,
      ...more,
      'real-servers: { rs1: {} }',
    ],
  })

  it('is said of a mark that two services of a director have', () => {
    const text = drawing(DR, {
      ...mark('one', '17', 'vip: 192.0.2.101'),
      ...mark('two', '⟦17⟧', 'vip: 192.0.2.102'),
    })
    expect(expectMarked(text, ['DUP-VS'])[0]?.message).toBe(
      '"two" takes mark 17 of IPv4 on lb1, and so does "one"',
    )
  })

  it('is not said of one mark in two families, which are two services', () => {
    const text = drawing(DR, {
      rs2: ["interfaces: { eth0: { network: farm, address: [192.0.2.12, '2001:db8:1::12'] } }"],
      ...mark('one', '17', 'vip: 192.0.2.101'),
      'services/two': [
        'mode: dr',
        'director: lb1',
        'mark: 17',
        "vip: '2001:db8:1::101'",
        'real-servers: { rs2: {} }',
      ],
    })
    expect(findingsOf(text)).toEqual([])
  })

  it('is not said of one mark on two directors', () => {
    const text = drawing(DR, {
      'hosts/lb2': ['role: director', 'interfaces: { eth0: { network: farm, address: 192.0.2.3 } }'],
      ...mark('one', '17', 'vip: 192.0.2.101'),
      'services/two': [
        'mode: dr',
        'director: lb2',
        'mark: 17',
        'vip: 192.0.2.102',
        'real-servers: { rs1: {} }',
      ],
    })
    expect(findingsOf(text)).toEqual([])
  })

  it('is said of a service by address whose packets get a mark', () => {
    const shadowed = (ports: string) =>
      drawing(DR, { web: ['port: ⟦80⟧'], ...mark('all', '17', 'vip: 192.0.2.100', `ports: ${ports}`) })
    expectMarked(shadowed('[80, 443]'), ['DUP-VS'])
    expectMarked(shadowed('[]'), ['DUP-VS'])
    expectMarked(shadowed('[443]').replace(/[⟦⟧]/g, ''), ['DUP-VS'])
  })

  it('is said of packets that are to get two marks', () => {
    const two = (first: string, second: string, value: string) =>
      drawing(DR, {
        ...mark('one', '17', 'vip: 192.0.2.101', `ports: ${first}`),
        ...mark('two', value, 'vip: 192.0.2.101', `ports: ${second}`),
      })
    expectMarked(two('[80, 443]', '[443]', '⟦18⟧'), ['DUP-VS'])
    expectMarked(two('[]', '[443]', '⟦18⟧'), ['DUP-VS'])
    expectMarked(two('[80]', '[]', '⟦18⟧'), ['DUP-VS'])
    expectMarked(two('[80]', '[443]', '18'), ['DUP-VS'])
  })
})
