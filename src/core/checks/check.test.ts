import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { checkTopology } from './check.js'
import { DR, NAT, TUN, drawing, expectMarked, findingsOf } from './rules.test-kit.js'

const samples = readdirSync('samples').map((file) => ({
  file,
  text: readFileSync(`samples/${file}`, 'utf8'),
}))

/** Whatever the text is: no walk is asked what it says of drawings that are noise, or huge. */
const checked = (text: string) => checkTopology(parseTopology(text))

describe('a file with more findings than anybody reads', () => {
  it('has so many told, and it is said that there are others', () => {
    const names = Array.from({ length: 5_100 }, (_, at) => `h${at}`)
    const service = (name: string) => `${name}: { mode: dr, director: [${names.join(',')}] }`
    const findings = checkTopology(
      parseTopology(`lvs: 1\nname: x\nservices:\n  ${service('s')}\n  ${service('t')}\n`),
    )
    expect(findings).toHaveLength(10_001)
    expect(findings.filter(({ code }) => code === 'FILE-LIMIT').map(({ message }) => message)).toEqual([
      'there are more than 10,000 findings; the rest is not told before these are mended',
    ])
  })
})

describe('checking a file', () => {
  it.each(samples)('finds nothing in the sample $file', ({ text }) => {
    expect(findingsOf(text)).toEqual([])
  })

  it('does not say twice that a value is missing which could not be read', () => {
    expectMarked(drawing(DR, { web: ['vip: ⟦192.0.2.300⟧'] }), ['ADDR-SYNTAX'])
    expectMarked(drawing(DR, { web: ['director: ⟦{}⟧'] }), ['VALUE-TYPE'])
    expectMarked(drawing(NAT, { back: ['subnet: ⟦10.0.0.0⟧'] }), ['ADDR-SYNTAX'])
  })

  it('leaves it to one finding where a name or the VIP is missing', () => {
    expectMarked(drawing(NAT, { web: ['director: ⟦nobody⟧'], rs1: ['gateway: 10.0.0.254'] }), ['REF-HOST'])
    expectMarked(drawing(DR, { rs1: ['interfaces: { eth0: { network: ⟦nowhere⟧, address: 10.3.3.3 } }'] }), [
      'REF-NETWORK',
    ])
  })

  it('gives findings in the order of the text', () => {
    const findings = findingsOf(
      drawing(TUN, {
        rs1: ['supports: { ipip: false }'],
        rs2: ['sysctls: { net.ipv4.conf.tunl0.rp_filter: 1 }'],
        web: ['scheduler: dh'],
      }),
    )
    expect(findings.map(({ code }) => code)).toEqual(['TUN-DECAP', 'TUN-RPF', 'SCHED-DST'])
    expect(findings[0]?.range.start).toEqual({ line: 19, character: 22 })
  })

  it('gives the same findings for one cluster, however often it is asked', () => {
    const parsed = parseTopology(drawing(DR, { web: ['director: lb2', 'real-servers: { rs3: {} }'] }))
    expect(checkTopology(parsed)).toEqual(checkTopology(parsed))
  })
})

describe('whatever the file', () => {
  it.each([...samples.map(({ text }) => text), DR, NAT, TUN])('has findings with a range (%#)', (text) => {
    const lines = text.split('\n')
    fc.assert(
      fc.property(
        fc.array(fc.nat(lines.length - 1), { maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1)), { maxLength: 3 }),
        (dropped, swapped) => {
          const changed = lines.filter((_, index) => !dropped.includes(index))
          for (const [from, to] of swapped) {
            const line = changed[from % changed.length] ?? ''
            changed.splice(to % changed.length, 0, line)
          }
          const broken = changed.join('\n')
          for (const { span, message } of checked(broken)) {
            expect(span.start).toBeGreaterThanOrEqual(0)
            expect(span.end).toBeLessThanOrEqual(broken.length)
            expect(message).not.toMatch(/undefined|\[object/)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has results for five thousand real servers, clean or broken in every one', () => {
    const many = (mode: string, extra: string) => {
      const names = Array.from({ length: 5000 }, (_, index) => `rs${index}`)
      return [
        'lvs: 1',
        'name: many',
        'networks: { farm: { subnet: 10.0.0.0/16, gateway: 10.0.255.1 } }',
        'hosts:',
        '  lb1: { role: director, interfaces: { eth0: { network: farm, address: 10.0.255.2 } } }',
        ...names.map(
          (name, index) =>
            `  ${name}: { role: real-server, interfaces: { eth0: { network: farm, address: 10.0.${Math.floor(index / 250)}.${(index % 250) + 1} } }${extra} }`,
        ),
        'services:',
        `  web: { mode: ${mode}, director: lb1, vip: 10.0.255.100, port: 80, real-servers: { ${names.map((name) => `${name}: {}`).join(', ')} } }`,
      ].join('\n')
    }
    expect(checked(many('dr', ''))).toEqual([])
    expect(checked(many('tun', ', sysctls: { net.ipv4.conf.all.arp_ignore: 0 }')).length).toBe(5000)
    expect(checked(many('nat', ', gateway: 10.0.255.1')).filter(({ code }) => code === 'NAT-GW').length).toBe(
      5000,
    )
  }, 120_000)
})
