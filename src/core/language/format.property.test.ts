import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choices, model } from '../topology/edits.arbitrary.test-kit.js'
import { data } from '../topology/edits.model.test-kit.js'
import { writeAnyhow } from '../topology/edits.writer.test-kit.js'
import { withLineFeeds } from '../topology/line-ends.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { indentEdits } from './format-indent.js'
import { linesInWords, linesOf, wordsOverLines } from './format-lines.js'
import { lexemesOf } from './format-spacing.js'
import { formatRange, formatTopology } from './format.js'
import { writeCrooked } from './format.writer.test-kit.js'

/** The same every time; FORMAT_RUNS and FORMAT_SEED are for a longer search. */
const RUNS = {
  seed: Number(process.env['FORMAT_SEED'] ?? 20261124),
  numRuns: Number(process.env['FORMAT_RUNS'] ?? 250),
}

/** Texts of both writers: one has every way of writing, the other every indentation. */
const text = fc
  .tuple(model, choices, fc.boolean())
  .map(([root, numbers, crooked]) =>
    crooked ? writeCrooked(root, numbers) : writeAnyhow(root, numbers).text,
  )

const withoutBlanks = (some: string) => some.replace(/\s+/g, '')

/** Whether some block is still indented otherwise than most. */
function isCrooked(some: string): boolean {
  const { document } = parseTopology(some)
  const lines = linesOf(some)
  const inWords = linesInWords(lines, wordsOverLines(lexemesOf(withLineFeeds(some))))
  return indentEdits(withLineFeeds(some), document?.contents?.srcToken, lines, inWords, 2).length > 0
}

describe('bringing random files into shape', () => {
  it('changes blanks only, says the same, and has nothing to do a second time', () => {
    const tally = { changed: 0, crooked: 0, stillCrooked: 0 }
    fc.assert(
      fc.property(text, fc.constantFrom(2, 4), (before, tabSize) => {
        const parsed = parseTopology(before)
        const result = formatTopology(parsed, { tabSize })
        if (!result.ok) throw new Error(result.reason)
        const after = applyTextEdits(before, result.edits)
        expect(withoutBlanks(after)).toBe(withoutBlanks(before))
        expect(data(parseTopology(after)), after).toEqual(data(parsed))
        for (const { span, newText } of result.edits) {
          const old = before.slice(span.start, span.end)
          expect(old).not.toBe(newText)
          expect(old + newText).toMatch(/^\s+$/)
        }
        expect(formatTopology(parseTopology(after), { tabSize }), after).toEqual({ ok: true, edits: [] })
        // One way to end a line, no blanks at the end of one, no gap of two lines, but in words that have them.
        if (/\S/.test(after) && !/[|>][-+\s]|"[^"]*\n|'[^']*\n/.test(withLineFeeds(after))) {
          expect(new Set(after.match(/\r\n|\r|\n/g) ?? []).size).toBeLessThan(2)
          expect(withLineFeeds(after).replaceAll('\r', '')).not.toMatch(/[ \t]\n|\n\n\n|[^\n]$/)
        }
        tally.changed += after === before ? 0 : 1
        tally.crooked += isCrooked(before) ? 1 : 0
        tally.stillCrooked += isCrooked(after) ? 1 : 0
      }),
      RUNS,
    )
    expect(tally.changed).toBeGreaterThan(RUNS.numRuns / 2)
    expect(tally.crooked).toBeGreaterThan(RUNS.numRuns / 8)
    // A comment below a literal may be in the way.
    expect(tally.stillCrooked).toBeLessThan(tally.crooked / 20)
  })

  it('does it for some lines with edits in those lines only', () => {
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(10), (before, first, more) => {
        const parsed = parseTopology(before)
        const result = formatRange(parsed, { first, last: first + more })
        if (!result.ok) throw new Error(result.reason)
        const lines = linesOf(before)
        for (const { span } of result.edits) {
          expect(span.start).toBeGreaterThanOrEqual(lines[first]?.start ?? Infinity)
          expect(span.end).toBeLessThanOrEqual(lines[first + more]?.next ?? before.length)
        }
        expect(data(parseTopology(applyTextEdits(before, result.edits)))).toEqual(data(parsed))
      }),
      RUNS,
    )
  })
})
