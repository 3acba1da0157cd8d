import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { definitionAt } from './definition.js'
import { fixAllOf } from './fix-all.js'
import { foldsOf } from './folding.js'
import { formatRange, formatTopology } from './format.js'
import { EVERYWHERE, SAMPLES } from './language.test-kit.js'
import { lensesOf } from './lenses.js'
import { referencesAt } from './references.js'
import { renameAt, renameTarget } from './rename.js'
import { symbolsOf } from './symbols.js'
import { tokensOf } from './tokens.js'

/** Everything an editor may ask of a text, at some places of it. */
function askAll(text: string, thoroughly: boolean): unknown[] {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  const findings = thoroughly ? checkTopology(parsed, cluster) : []
  const offsets = [0, text.length >> 1, Math.max(0, text.length - 3), text.length, text.length + 9]
  const results: unknown[] = [
    foldsOf(parsed),
    symbolsOf(parsed, cluster),
    tokensOf(parsed, cluster),
    lensesOf(parsed, cluster, findings),
    ...offsets.flatMap((offset) => [
      definitionAt(parsed, offset),
      referencesAt(parsed, offset, true),
      renameTarget(parsed, offset),
    ]),
  ]
  if (thoroughly) {
    results.push(
      ...offsets.map((offset) => renameAt(parsed, offset, 'new')),
      formatTopology(parsed),
      formatRange(parsed, { first: 2, last: 20 }),
      ...[...new Set(findings.map(({ code }) => code))]
        .slice(0, 2)
        .map((code) => fixAllOf(parsed, findings, code)),
    )
  }
  return results
}

describe('whatever the text', () => {
  it.each(SAMPLES)('every beginning of %s is taken', (name, sample) => {
    // The samples of the product to the letter, larger files by and by.
    const step = name.startsWith('samples/') ? 1 : 29
    for (let end = 0; end <= sample.length; end += step) askAll(sample.slice(0, end), end % 59 === 0)
  })

  it('every line of a file with everything can be the last', () => {
    for (let end = 0; end <= EVERYWHERE.length; end += 13) askAll(EVERYWHERE.slice(0, end), end % 5 === 0)
  })

  it.each([
    ['nothing', ''],
    ['a mark', '\ufeff'],
    ['brackets', '[[{{'],
    ['deep nesting', '['.repeat(500)],
    ['a list', '- a\n- b: c\n'],
    ['a word', 'hosts'],
    ['several documents', 'lvs: 1\n---\nlvs: 2\n'],
    [
      'prototype keys',
      'hosts: { __proto__: { role: client }, constructor: {} }\nservices: { toString: { mode: nat } }\n',
    ],
    ['keys of every kind', 'hosts: { ? [a] : b, ? {c: d} : e, 1: {}, null: {}, ~: {}, : x }\n'],
    ['aliases of themselves', 'hosts: &h { a: *h, b: { interfaces: *h } }\nservices: *h\n'],
    [
      'lists of themselves',
      'services: { s: { director: &d [*d, [*d]], vip: *d } }\nhosts: { h: { routes: &r [*r], gateway: &g [[*g]] } }\n',
    ],
    ['aliases of nothing', 'hosts: *x\nservices: { s: { real-servers: *y, director: [*z] } }\n'],
    [
      'a bomb',
      `a: &a [x]\n${'b c d e f g h'
        .split(' ')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at] ?? ''},`.repeat(9)}]\n`)
        .join('')}hosts: *h\n`,
    ],
    ['tabs', 'hosts:\n\ta: {}\n\t\n  b:\t{\trole:\tclient\t}\t\n'],
    ['control characters', 'hosts: { a\u0000: \u0007 }\n'],
    [
      'values where maps belong',
      'hosts: 7\nnetworks: [a]\nservices: { s: 1, t: [2], u: { real-servers: 3, director: { a: b } } }\n',
    ],
  ])('%s', (_, text) => {
    for (const some of [text, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r')]) {
      const results = askAll(some, true)
      expect(structuredClone(results)).toEqual(results)
    }
  })
})
