import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../src/core/checks/check.js'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import { renderCluster } from '../src/core/render/cluster.js'
import { editTopology } from '../src/core/topology/edits.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { applyTextEdits } from '../src/core/topology/position.js'

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
    'toString',
    'lo',
    'all',
    '../..',
    '-rf',
    '$(reboot)',
  ],
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

describe('whatever the text', () => {
  it('everything ends, in findings and never in an exception, and fixes do what they say', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(mutation, { minLength: 1, maxLength: 5 }),
        (text, mutations) => {
          const mutated = mutations.reduce(mutate, text)
          const parsed = parseTopology(mutated)
          const cluster = deriveCluster(parsed.topology)
          const findings = checkTopology(parsed, cluster)
          renderCluster(cluster)
          for (const { range, fixes } of findings) {
            expect(range.start.line).toBeLessThanOrEqual(range.end.line)
            for (const { edits } of fixes) {
              const result = editTopology(parsed, edits)
              if (result.ok) parseTopology(applyTextEdits(mutated, result.edits))
              else expect(result.reason).not.toBe('')
            }
          }
        },
      ),
      { seed: 20261123, numRuns: 1500 },
    )
  }, 240_000)
})
