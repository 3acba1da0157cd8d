import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { EVERYWHERE, shown, within } from './language.test-kit.js'
import { MENTION_PATTERNS } from './mention-places.js'
import { mentionsIn } from './mentions.js'
import { referencesAt } from './references.js'
import { schemaPlace } from './schema-place.js'

const everywhere = parseTopology(EVERYWHERE)

function all(before: string, word: string, includeDeclaration = true): string[] {
  const spans = referencesAt(everywhere, within(EVERYWHERE, before, word), includeDeclaration)
  return spans.map((span) => shown(everywhere, span))
}

describe('everything that stands for the same', () => {
  it('is found for hosts, networks, services and interfaces', () => {
    expect(all('  ', 'rs1:\n')).toEqual(['19 rs1', '38 rs1', '41 rs1'])
    expect(all("network: '", 'front')).toEqual([
      '4 front',
      '7 front',
      "8 'front'",
      '12 front',
      '17 front',
      '41 front',
    ])
    expect(all('  "', 'back')).toEqual(
      [5, 8, 13, 22, 23, 24, 40].map((line) => (line === 5 ? '5 "back"' : `${line} back`)),
    )
    expect(all('services: { ', 'web')).toEqual(['31 web', '41 web'])
    expect(all('interface: ', 'eth0')).toEqual(['22 eth0', '24 eth0', '27 eth0', '28 eth0'])
  })

  it('leaves the declaration out where that is asked', () => {
    expect(all('  ', 'rs1:\n', false)).toEqual(['38 rs1', '41 rs1'])
  })

  it('is found for addresses, and for an anchor and its copies', () => {
    expect(all('via: ', '10.0.0.254')).toEqual(['8 10.0.0.254', '25 10.0.0.254', '27 10.0.0.254'])
    expect(all('&', 'segment')).toEqual(['13 &segment', '18 *segment'])
    expect(all('*', 'segment', false)).toEqual(['18 *segment'])
  })

  it('tells interfaces of one name on two hosts apart', () => {
    expect(all('', 'eth1: &')).toEqual(['13 eth1'])
  })

  it('is nothing where nothing is named', () => {
    expect(all('role: ', 'client')).toEqual([])
    expect(referencesAt(everywhere, EVERYWHERE.length + 5, true)).toEqual([])
  })

  it('looks at places the language has', () => {
    for (const pattern of MENTION_PATTERNS) expect(schemaPlace(pattern.split('/'))?.pattern).toBe(pattern)
  })

  it('can be sent to another thread', () => {
    const { all: mentions } = mentionsIn(everywhere)
    expect(structuredClone(mentions)).toEqual(mentions)
  })

  it('ends where a file multiplies itself', () => {
    const hosts = Array.from({ length: 400 }, (_, at) => `  h${at}: { interfaces: *i }`).join('\n')
    const nics = Array.from({ length: 300 }, (_, at) => `e${at}: { address: 10.0.0.1 }`).join(', ')
    const parsed = parseTopology(`x: &i { ${nics} }\nhosts:\n${hosts}\n`)
    expect(mentionsIn(parsed).all.length).toBeLessThan(100_000)
  })
})
