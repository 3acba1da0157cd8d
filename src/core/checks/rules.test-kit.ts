import { expect } from 'vitest'
import { editTopology } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import type { Span } from '../topology/position.js'
import type { Fix } from '../topology/problem.js'
import { agreementOf, disagreementText } from './agreement.test-kit.js'
import type { Finding } from './check.js'

/** Direct routing behind a router: a client outside, director and two real servers on one segment. */
export const DR = `lvs: 1
name: test
networks:
  outside:
    subnet: 198.51.100.0/24
    gateway: 198.51.100.1
  farm:
    subnet: [192.0.2.0/24, '2001:db8:1::/64']
    gateway: [192.0.2.1, '2001:db8:1::1']
  aside:
    subnet: 10.9.0.0/24
hosts:
  alice:
    role: client
    interfaces: { eth0: { network: outside, address: 198.51.100.50 } }
  edge:
    role: router
    interfaces:
      eth0: { network: outside, address: 198.51.100.1 }
      eth1: { network: farm, address: [192.0.2.1, '2001:db8:1::1'] }
  lb1:
    role: director
    interfaces: { eth0: { network: farm, address: [192.0.2.2, '2001:db8:1::2'] } }
  rs1:
    role: real-server
    interfaces: { eth0: { network: farm, address: 192.0.2.11 } }
  rs2:
    role: real-server
    interfaces: { eth0: { network: farm, address: 192.0.2.12 } }
services:
  web:
    mode: dr
    director: lb1
    vip: 192.0.2.100
    port: 80
    real-servers: { rs1: {}, rs2: {} }
`

/** NAT between two networks: clients in front, real servers behind. */
export const NAT = `lvs: 1
name: test
networks:
  front:
    subnet: [192.0.2.0/24, '2001:db8:1::/64']
  back:
    subnet: [10.0.0.0/24, 'fd00:10::/64']
hosts:
  alice:
    role: client
    interfaces: { eth0: { network: front, address: [192.0.2.50, '2001:db8:1::50'] } }
  edge:
    role: router
    interfaces: { eth0: { network: back, address: [10.0.0.254, 'fd00:10::254'] }, eth1: { network: front, address: [192.0.2.254, '2001:db8:1::254'] } }
  lb1:
    role: director
    interfaces:
      eth0: { network: front, address: [192.0.2.2, '2001:db8:1::2'] }
      eth1: { network: back, address: [10.0.0.1, 'fd00:10::1'] }
  rs1:
    role: real-server
    interfaces: { eth0: { network: back, address: [10.0.0.11, 'fd00:10::11'] } }
  rs2:
    role: real-server
    interfaces: { eth0: { network: back, address: [10.0.0.12, 'fd00:10::12'] } }
services:
  web:
    mode: nat
    director: lb1
    vip: 192.0.2.100
    port: 80
    real-servers: { rs1: { port: 8080 }, rs2: { port: 8080 } }
`

/** Tunnels: one real server on the director's network, one behind a router. No client is drawn. */
export const TUN = `lvs: 1
name: test
networks:
  front:
    subnet: 192.0.2.0/24
    gateway: 192.0.2.1
  far:
    subnet: 10.1.0.0/24
    gateway: 10.1.0.1
hosts:
  core:
    role: router
    interfaces: { eth0: { network: front, address: 192.0.2.1 }, eth1: { network: far, address: 10.1.0.1 } }
  lb1:
    role: director
    interfaces: { eth0: { network: front, address: 192.0.2.2 } }
  rs1:
    role: real-server
    interfaces: { eth0: { network: front, address: 192.0.2.11 } }
  rs2:
    role: real-server
    interfaces: { eth0: { network: far, address: 10.1.0.12 } }
services:
  web:
    mode: tun
    director: lb1
    vip: 192.0.2.100
    port: 80
    real-servers: { rs1: {}, rs2: {} }
`

/** What is changed in a drawing: by the name of a host, network or service, lines of its keys. */
export type Changes = Readonly<Record<string, readonly string[]>>

/**
 * A drawing with keys put in: a line `key: value` takes the place of that key's line, or comes last in the block. A
 * name that is not there yet is added to the section its name begins with, as in `networks/dmz`; '' is the document.
 */
export function drawing(base: string, changes: Changes): string {
  let lines = base.trimEnd().split('\n')
  for (const [name, added] of Object.entries(changes)) {
    const [section, fresh] = name.split('/')
    if (fresh !== undefined) {
      const at = lines.indexOf(`${section ?? ''}:`)
      const next = lines.findIndex((line, index) => index > at && !line.startsWith(' '))
      const end = next < 0 ? lines.length : next
      lines.splice(end, 0, `  ${fresh}:`, ...added.map((line) => `    ${line}`))
      continue
    }
    if (name === '') {
      lines = [...lines, ...added]
      continue
    }
    const start = lines.findIndex((line) => unmarked(line) === `  ${unmarked(name)}:`)
    expect(start, `no ${name} in the drawing`).toBeGreaterThan(0)
    lines[start] = `  ${name}:`
    for (const line of added) {
      const key = unmarked(line).split(':')[0] ?? ''
      const next = lines.findIndex((other, index) => index > start && !other.startsWith('    '))
      const end = next < 0 ? lines.length : next
      const at = lines.findIndex(
        (other, index) => index > start && index < end && other.startsWith(`    ${key}:`),
      )
      if (at < 0) {
        lines.splice(end, 0, `    ${line}`)
        continue
      }
      const more = lines.findIndex((other, index) => index > at && !other.startsWith('      '))
      lines.splice(at, (more < 0 ? lines.length : more) - at, `    ${line}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function unmarked(text: string): string {
  return text.replaceAll(/[⟦⟧]/g, '')
}

/** Text with `⟦…⟧` round stretches, as plain text and the stretches, in order. */
export function marked(text: string): { readonly text: string; readonly spans: readonly Span[] } {
  const spans: Span[] = []
  let plain = ''
  let start: number | undefined
  for (const part of text.split(/([⟦⟧])/)) {
    if (part === '⟦') start = plain.length
    else if (part === '⟧') {
      if (start === undefined) throw new Error('⟧ without ⟦')
      spans.push({ start, end: plain.length })
      start = undefined
    } else plain += part
  }
  return { text: plain, spans }
}

const agreed = new Map<string, readonly Finding[]>()

/** What rules say of a drawing. Whatever they say, no walk through it says otherwise (agreement.test-kit.ts). */
export function findingsOf(text: string): readonly Finding[] {
  const known = agreed.get(text)
  if (known !== undefined) return known
  const { judged, disagreements } = agreementOf(text)
  expect(disagreements.map((one) => disagreementText(one, judged)).join('\n\n')).toBe('')
  agreed.set(text, judged.findings)
  return judged.findings
}

/** Checks a drawing whose marked stretches must be underlined by findings of these codes, and nothing else. */
export function expectMarked(drawn: string, codes: readonly string[]): readonly Finding[] {
  const { text, spans } = marked(drawn)
  const findings = findingsOf(text)
  expect(
    findings.map(({ code, span, message }) => ({
      code,
      underlined: text.slice(span.start, span.end),
      at: span.start,
      message,
    })),
  ).toEqual(
    spans.map(({ start, end }, index) => ({
      code: codes[index] ?? codes[0],
      underlined: text.slice(start, end),
      at: start,
      message: expect.stringMatching(/\S/) as string,
    })),
  )
  return findings
}

/** The text after a fix. */
export function fixed(text: string, fix: Fix): string {
  const parsed = parseTopology(text)
  const result = editTopology(parsed, fix.edits)
  if (!result.ok) throw new Error(`"${fix.title}" is refused: ${result.reason}`)
  return applyTextEdits(text, result.edits)
}

/** Every fix must mend what it is offered for, and bring no error or warning of a code that was not there. */
export function expectFixesMend(text: string, findings: readonly Finding[]): void {
  const before = new Set(findings.map(({ code }) => code))
  for (const finding of findings) {
    for (const fix of finding.fixes) {
      const after = findingsOf(fixed(text, fix))
      const mended = after.filter(({ code }) => code === finding.code).length
      expect(mended, `"${fix.title}" does not mend ${finding.code}`).toBeLessThan(
        findings.filter(({ code }) => code === finding.code).length,
      )
      expect(
        after
          // Advice about what a person chose is no fault of the choice.
          .filter(({ code, severity }) => !before.has(code) && severity !== 'information')
          .map(({ code, message }) => `${code}: ${message}`),
        `"${fix.title}" brings something new`,
      ).toEqual([])
    }
  }
}
