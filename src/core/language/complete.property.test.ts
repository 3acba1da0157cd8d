import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { completeAt } from './complete.js'
import { applied } from './complete.test-kit.js'
import type { Completion } from './completion.js'

const SAMPLES = ['nat', 'dr', 'tun'].map((name) => readFileSync(`samples/${name}.lvs.yaml`, 'utf8'))

/** The same few seconds every time; COMPLETE_RUNS and COMPLETE_SEED are for a longer search. */
const RUNS = {
  seed: Number(process.env['COMPLETE_SEED'] ?? 20240607),
  numRuns: Number(process.env['COMPLETE_RUNS'] ?? 60),
}

function syntaxProblems(text: string): number {
  return parseTopology(text).problems.filter(({ code }) => code === 'FILE-SYNTAX').length
}

/** A word of no meaning, and a key of none, at the very place of a completion. */
function placeholder({ insert }: Completion): string {
  const [, before = '', dash = ''] = /^(\s*)(- )?/.exec(insert) ?? []
  const isEntry = /^(["']?)[^\s"'[{]+\1:(\s|$)/.test(insert.slice(before.length + dash.length))
  return `${before}${dash}${isEntry ? 'x: ' : 'x'}`
}

/** What is wrong with what is offered at an offset; `tried` are written into the text. */
function faults(
  text: string,
  offset: number,
  found: readonly Completion[],
  tried: readonly Completion[],
): string[] {
  const line = { start: lastBreak(text, offset) + 1, end: nextBreak(text, offset) }
  const at = `${JSON.stringify(text.slice(line.start, offset))}|${JSON.stringify(text.slice(offset, line.end))}`
  const misplaced = found.filter(
    ({ span: { start, end } }) => start > offset || end < offset || start < line.start || end > line.end,
  )
  const breaking = tried.filter((completion) => {
    const plain = { ...completion, insert: placeholder(completion), snippet: false }
    return syntaxProblems(applied(text, completion)) > syntaxProblems(applied(text, plain))
  })
  return [
    ...misplaced.map(({ label, span }) => `${label} replaces ${span.start}-${span.end} at ${at}`),
    ...breaking.map(({ label, insert }) => `${label} breaks ${at} with ${JSON.stringify(insert)}`),
  ]
}

function lastBreak(text: string, offset: number): number {
  return offset === 0 ? -1 : Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1))
}

function nextBreak(text: string, offset: number): number {
  const length = text.slice(offset).search(/[\r\n]/)
  return length < 0 ? text.length : offset + length
}

/** The first, one of each kind, and the last. */
function some(found: readonly Completion[]): Completion[] {
  const kinds = (['key', 'value', 'name', 'snippet'] as const).map((kind) =>
    found.find((completion) => completion.kind === kind),
  )
  return [...new Set([...kinds, found.at(-1)])].flatMap((completion) => completion ?? [])
}

describe('completion, wherever the caret is', () => {
  it('stays on its line, touches the caret and keeps the samples readable', () => {
    for (const text of SAMPLES) {
      const parsed = parseTopology(text)
      const cluster = deriveCluster(parsed.topology)
      for (let offset = 0; offset <= text.length; offset++) {
        const found = completeAt(parsed, cluster, offset)
        // Within a word the same is offered again and again.
        const tried = /\w\w/.test(text.slice(offset - 1, offset + 1)) || offset % 3 > 0 ? [] : some(found)
        expect(faults(text, offset, found, tried)).toEqual([])
      }
    }
  }, 120_000)

  it('does so in texts that are half written', () => {
    fc.assert(
      fc.property(mutated(), ({ text, offset }) => {
        const parsed = parseTopology(text)
        const found = completeAt(parsed, deriveCluster(parsed.topology), offset)
        expect(faults(text, offset, found, some(found))).toEqual([])
      }),
      { ...RUNS, numRuns: RUNS.numRuns * 10 },
    )
  }, 120_000)

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 60 }), (text) => {
        const parsed = parseTopology(text)
        const cluster = deriveCluster(parsed.topology)
        for (let offset = 0; offset <= text.length; offset++) {
          const found = completeAt(parsed, cluster, offset)
          expect(faults(text, offset, found, [])).toEqual([])
        }
      }),
      { ...RUNS, numRuns: RUNS.numRuns * 10 },
    )
  }, 120_000)

  it('never throws on brackets without end', () => {
    for (const text of ['['.repeat(50_000), '{ a: '.repeat(20_000), '- '.repeat(20_000), '"'.repeat(9_999)]) {
      const parsed = parseTopology(text)
      completeAt(parsed, deriveCluster(parsed.topology), text.length)
    }
  })
})

/** What YAML gives a meaning to, and a little of what it does not. */
const CHARACTERS = [
  ' ',
  ' ',
  '\n',
  '\t',
  ':',
  '-',
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  "'",
  '"',
  '|',
  '>',
  '&',
  '*',
  '!',
  '?',
  'a',
  '1',
]

/** A sample with a few changes as typing makes them, and a caret where the last one was. */
function mutated(): fc.Arbitrary<{ readonly text: string; readonly offset: number }> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 12 }),
    insert: fc.constantFrom(
      '',
      '',
      '\n',
      '\n  ',
      '\n    ',
      '\n      ',
      ' ',
      ': ',
      '- ',
      '{ ',
      ' }',
      '[',
      ', ',
      '"',
      "'",
      '# ',
      '\t',
      'ro',
      'net',
      'net: ',
    ),
  })
  return fc
    .record({
      sample: fc.constantFrom(...SAMPLES),
      newline: fc.constantFrom('\n', '\n', '\r\n', '\r'),
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    })
    .map(({ sample, newline, changes }) => {
      let text = sample
      let offset = 0
      for (const { at, cut, insert } of changes) {
        const start = Math.floor(at * text.length)
        text = text.slice(0, start) + insert + text.slice(start + cut)
        offset = start + insert.length
      }
      const before = text.slice(0, offset).replaceAll('\n', newline)
      return { text: before + text.slice(offset).replaceAll('\n', newline), offset: before.length }
    })
}
