import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { EVERYWHERE, SAMPLES } from './language.test-kit.js'
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './token-types.js'
import { tokensOf } from './tokens.js'

/** Tokens as `word type`, declared ones with a `!`. */
function tokens(text: string): string[] {
  const parsed = parseTopology(text)
  return tokensOf(parsed, deriveCluster(parsed.topology)).map(
    ({ span, type, modifiers }) =>
      `${text.slice(span.start, span.end)} ${type}${modifiers.length > 0 ? '!' : ''}`,
  )
}

describe('semantic highlighting', () => {
  it('tells hosts by their role, networks, services, VIPs, methods and schedulers', () => {
    const found = tokens(EVERYWHERE)
    expect(found.slice(0, 4)).toEqual(['front network!', '"back" network!', 'alice client!', 'front network'])
    expect(found).toContain('edge router!')
    expect(found.slice(found.indexOf('web service!'))).toEqual([
      'web service!',
      'nat mode',
      'lb1 director',
      "'lb2' director",
      '192.0.2.100 vip!',
      '"wlc" scheduler',
      'rs1 realServer',
      'nat mode',
      'back network',
      'rs1 realServer',
      'front network',
      'web service',
    ])
  })

  it('leaves what leads nowhere without colour, and keys of no meaning', () => {
    expect(
      tokens('networks: { n: {} }\nhosts: { a: { interfaces: { e: { network: m } } } }\nx: nat\nservices: { s: { mode: na, director: b, scheduler: rrr, nat: dr } }\n'), // prettier-ignore
    ).toEqual(['n network!', 's service!'])
  })

  it('shows a VIP wherever it is told, however it is written', () => {
    const text =
      "hosts: { r: { role: real-server, listens: [{ address: '0::1', port: 1 }] } }\nservices: { s: { vip: '::1' } }\n"
    expect(tokens(text)).toEqual(['r realServer!', "'0::1' vip", 's service!', "'::1' vip!"])
  })

  it('knows an alias for what it is: nothing is said there', () => {
    expect(tokens('services: { s: { mode: &m nat }, t: { mode: *m, scheduler: *m } }\n')).toEqual([
      's service!',
      'nat mode',
      't service!',
    ])
  })

  it('cuts a word over several lines into lines', () => {
    expect(tokens('networks:\n  ? "über\n    uns"\n  : {}\n')).toEqual(['"über network!', 'uns" network!'])
  })

  it('is in order, on one line each, none over another, and of the legend', () => {
    for (const [, sample] of [...SAMPLES, ['', EVERYWHERE] as const]) {
      for (const text of [sample, sample.replaceAll('\n', '\r\n'), sample.slice(0, sample.length >> 1)]) {
        const parsed = parseTopology(text)
        let last = 0
        const found = tokensOf(parsed, deriveCluster(parsed.topology))
        expect(found.length).toBeGreaterThan(3)
        for (const { span, type, modifiers } of found) {
          expect(span.start).toBeGreaterThanOrEqual(last)
          expect(text.slice(span.start, span.end)).toMatch(/^[^\r\n]+$/)
          expect(TOKEN_TYPES).toContain(type)
          for (const modifier of modifiers) expect(TOKEN_MODIFIERS).toContain(modifier)
          last = span.end
        }
      }
    }
  })
})
