import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { placeOf, subjectAt } from './subject-at.js'

const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

function at(marked: string) {
  const subject = subjectAt(parseTopology(marked.replace('@', '')), marked.indexOf('@'))
  return subject && `${subject.what} ${subject.name}`
}

describe('the thing a caret stands in', () => {
  it.each([
    ['  front: { sub@net', '  front: { subnet', 'network front'],
    ['  ba@ck:', '  back:', 'network back'],
    ['    role: dire@ctor', '    role: director', 'host lb1'],
    ['      rs1: { po@rt', '      rs1: { port', 'service web'],
    ['  web6@:', '  web6:', 'service web6'],
    ['name: shop@-nat', 'name: shop-nat', undefined],
    ['hosts@:', 'hosts:', undefined],
  ])('at "%s"', (marked, plain, expected) => {
    expect(nat).toContain(plain)
    expect(at(nat.replace(plain, marked))).toBe(expected)
  })

  it('is still it in a line that is being written, and in a comment', () => {
    expect(at('hosts:\n  a:\n    role: client\n    @\n  b: {}\n')).toBe('host a')
    expect(at('hosts:\n  a:\n    role: client\n    # wh@y\n  b: {}\n')).toBe('host a')
    expect(at('hosts:\n  a:\n    role: client\n    @')).toBe('host a')
  })

  it('ends in brackets where its words end', () => {
    expect(at('hosts: { a: { role: client }@, b: {} }')).toBe('host a')
    expect(at('hosts: { a: { role: client }, @ b: {} }')).toBeUndefined()
  })

  it('is found again in the text', () => {
    const parsed = parseTopology(nat)
    for (const subject of [
      { what: 'host', name: 'rs1' },
      { what: 'network', name: 'back' },
      { what: 'service', name: 'web6' },
    ] as const) {
      const span = placeOf(parsed, subject)
      expect(nat.slice(span?.start, span?.end)).toMatch(new RegExp(`^${subject.name}:`))
      expect(subjectAt(parsed, span?.start ?? -1)).toEqual(subject)
    }
    expect(placeOf(parsed, { what: 'host', name: 'gone' })).toBeUndefined()
  })

  it('never throws', () => {
    for (const text of ['', '[', 'hosts: 3', '- a', 'hosts: { : }', '? [a] : b', nat.slice(0, 700)]) {
      const parsed = parseTopology(text)
      for (let offset = -1; offset < text.length + 2; offset += 1) subjectAt(parsed, offset)
    }
  })
})
