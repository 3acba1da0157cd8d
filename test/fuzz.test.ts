import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../src/core/checks/check.js'
import { sceneOf } from '../src/core/diagram/scene-of.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { fixAsText } from '../src/core/language/fix-text.js'
import { hoverAt } from '../src/core/language/hover.js'
import { inspect } from '../src/core/language/inspect.js'
import { subjectAt } from '../src/core/language/subject-at.js'
import { renderCluster } from '../src/core/render/cluster.js'
import { edit } from '../src/core/topology/edits.arbitrary.test-kit.js'
import { inverseOf } from '../src/core/topology/edits.survival.test-kit.js'
import { editTopology } from '../src/core/topology/edits.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { applyTextEdits } from '../src/core/topology/position.js'
import { hostileMegabytes } from './hostile-megabytes.js'

const texts = readdirSync('samples').map((file) => readFileSync(`samples/${file}`, 'utf8'))

/** What gets into files by slips, by machines, and by people who mean harm. */
const scraps = [
  ...[
    '',
    ' ',
    '\t',
    '\r\n',
    '\n',
    ': ',
    '- ',
    '# ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '!!',
    '|',
    '>',
    '? ',
    '<<: *a',
  ],
  ...[
    'null',
    '~',
    'true',
    '-1',
    '0x7fffffffffffffff',
    '1e999',
    '99999999999999999999',
    '.nan',
    '0',
    '::',
    '::1',
    '0.0.0.0',
  ],
  ...[
    '255.255.255.255',
    'fe80::1%eth0',
    '10.0.0.1/33',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '"__proto__": ',
    '? ',
    '- - - ',
    '&a [*a, *a]',
    '*a : *a',
    '%YAML 1.2\n---\n',
    '\n...\n',
    '\r',
    '# \r',
    'lo',
    'all',
    '../..',
    '-rf',
    '$(reboot)',
  ],
  ...[
    '[['.repeat(40),
    '{a: '.repeat(70),
    '- '.repeat(70),
    '\n&x [*x, *x]\n',
    'x: &x [1]\ny: &y [*x, *x]\nz: [*y, *y]\n',
  ],
  ...['\ufffd', '9'.repeat(400), '0x' + 'f'.repeat(80), '-0', '1_000', '1e-999'],
  ...['\u0000', '\u202e', '\ud800', 'é', '名前', '\ufeff', 'a'.repeat(300)],
]

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  take: fc.integer({ min: 0, max: 40 }),
  put: fc.constantFrom(...scraps),
  again: fc.boolean(),
})

function mutate(
  text: string,
  { at, take, put, again }: { at: number; take: number; put: string; again: boolean },
): string {
  const from = Math.floor(at * text.length)
  const line = text.split('\n')[Math.floor(at * 30)] ?? ''
  return text.slice(0, from) + (again ? `\n${line}\n` : put) + text.slice(from + take)
}

/** Two stretches in each other's place. */
const swap = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  with: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 60 }),
})

function swapped(
  text: string,
  { at, with: other, length }: { at: number; with: number; length: number },
): string {
  const [first = 0, second = 0] = [at, other]
    .map((part) => Math.floor(part * text.length))
    .sort((a, b) => a - b)
  const size = Math.min(length, second - first)
  return (
    text.slice(0, first) +
    text.slice(second, second + size) +
    text.slice(first + size, second) +
    text.slice(first, first + size) +
    text.slice(second + size)
  )
}

/** Bytes of a file that are others than were written, read as every program here reads a file. */
const broken = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
})

function withBytes(text: string, { at, bytes }: { at: number; bytes: Uint8Array }): string {
  const file = new TextEncoder().encode(text)
  file.set(bytes.subarray(0, file.length), Math.floor(at * Math.max(0, file.length - bytes.length)))
  return new TextDecoder().decode(file)
}

/** A longer search is FUZZ_RUNS=100000 FUZZ_SEED=1. */
const RUNS = {
  seed: Number(process.env['FUZZ_SEED'] ?? 20261123),
  numRuns: Number(process.env['FUZZ_RUNS'] ?? 700),
}

/** Names that are properties of every object. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf']

/** Everything the product says of a text, short of the wire. */
function everything(text: string, offset: number): void {
  const parsed = parseTopology(text)
  expect(parsed.text).toBe(text)
  const cluster = deriveCluster(parsed.topology)
  const findings = checkTopology(parsed, cluster)
  renderCluster(cluster)
  sceneOf(cluster, findings)
  hoverAt(parsed, findings, offset)
  const subject = subjectAt(parsed, offset)
  if (subject !== undefined) inspect(parsed, cluster, subject)
  for (const { message, range, span, fixes } of findings) {
    expect(message).not.toBe('')
    expect(span.start).toBeLessThanOrEqual(span.end)
    expect(span.end).toBeLessThanOrEqual(text.length)
    expect(range.start.line).toBeLessThanOrEqual(range.end.line)
    for (const fix of fixes) {
      const asText = fixAsText(parsed, fix)
      if (asText !== undefined) parseTopology(applyTextEdits(text, asText.edits))
    }
  }
}

/** Texts that are made to take long: much of one thing. */

describe('whatever the text', () => {
  const mutated = fc
    .tuple(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 5 }))
    .map(([text, mutations]) => mutations.reduce(mutate, text))
  const shuffled = fc
    .tuple(fc.constantFrom(...texts), fc.array(swap, { maxLength: 3 }), fc.array(broken, { maxLength: 3 }))
    .map(([text, swaps, faults]) => faults.reduce(withBytes, swaps.reduce(swapped, text)))

  it('everything ends, in findings and never in an exception', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, shuffled), fc.double({ min: 0, max: 1, noNaN: true }), (text, at) => {
        everything(text, Math.floor(at * text.length))
      }),
      RUNS,
    )
  }, 240_000)

  /*
   * How long anything takes follows from how much there is of it: words that are read, elements they stand for, findings
   * that are told. All three have a bound, which is what keeps a text that is made to hurt within a second or so.
   */
  it.each(hostileMegabytes())(
    'a megabyte of %s is read within bounds, or refused',
    (_, text) => {
      expect(text.length).toBeGreaterThan(900_000)
      const parsed = parseTopology(text)
      const refused = parsed.problems.some(({ code }) => code === 'FILE-LIMIT' || code === 'FILE-EMPTY')
      if (parsed.document === undefined) expect(refused).toBe(true)
      expect(parsed.problems.length).toBeLessThan(10_010)
      const elements = [...parsed.topology.hosts.values()].reduce(
        (sum, { interfaces }) => sum + 1 + interfaces.size,
        0,
      )
      expect(elements).toBeLessThan(50_000)
      const findings = checkTopology(parsed)
      // Those of a file, and those of its own comments.
      expect(findings.length).toBeLessThan(11_020)
      expect(parsed.text).toBe(text)
    },
    120_000,
  )

  it('an edit is refused with a reason, or leaves a text that can be read as before, and can be undone', () => {
    fc.assert(
      fc.property(mutated, edit, (text, one) => {
        const result = editTopology(parseTopology(text), [one])
        if (!result.ok) {
          expect(result.reason).toMatch(/\w+ \w+/)
          return
        }
        const after = applyTextEdits(text, result.edits)
        expect(parseTopology(after).problems.filter(({ code, span }) => code === 'FILE-SYNTAX' && span)).toEqual([]) // prettier-ignore
        expect(applyTextEdits(after, inverseOf(text, result.edits))).toBe(text)
      }),
      RUNS,
    )
  }, 240_000)

  it.each(INHERITED)(
    '%s is a name like any other, wherever a name can stand',
    (name) => {
      for (const text of texts) {
        const words = new Set(text.match(/[\w./-]+(?=:)/g))
        for (const word of words) {
          const renamed = text.replaceAll(new RegExp(`(?<![\\w./-])${word.replaceAll('.', '\\.')}(?![\\w./-])`, 'g'), name) // prettier-ignore
          everything(renamed, renamed.indexOf(name))
        }
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    },
    60_000,
  )
})
