import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMap, isScalar, stringify } from 'yaml'
import type { TopologyEdit } from './edit.js'
import { aimed, choices, edit, model } from './edits.arbitrary.test-kit.js'
import type { Model } from './edits.arbitrary.test-kit.js'
import { applyToModel, data } from './edits.model.test-kit.js'
import { attachments, inverseOf, lostSpans, notMinimal } from './edits.survival.test-kit.js'
import { FEATURES, writeAnyhow } from './edits.writer.test-kit.js'
import { editTopology } from './edits.js'
import { withLineFeeds } from './line-ends.js'
import { parseTopology } from './parse.js'
import type { ParsedTopology } from './parse.js'
import { pathOf, pathSteps } from './path.js'
import { applyTextEdits } from './position.js'

/** The same few seconds every time; EDIT_RUNS and EDIT_SEED are for a longer search. */
const RUNS = {
  seed: Number(process.env['EDIT_SEED'] ?? 20240607),
  numRuns: Number(process.env['EDIT_RUNS'] ?? 250),
}

/** What a model would allow and a text does not: it is said to a person, and is rare. */
const IN_THE_TEXT =
  /is a copy of &|what is marked &|is a pair without braces|a key written with "\?" has no place/

function syntaxProblems({ problems }: ParsedTopology) {
  return problems.filter(({ code }) => code === 'FILE-SYNTAX')
}

function says(root: Model): ParsedTopology {
  return parseTopology(stringify(root))
}

interface Step {
  readonly edit: TopologyEdit
  readonly before: ParsedTopology
  readonly result: ReturnType<typeof editTopology>
  readonly after: ParsedTopology
  readonly expected: Model
}

const tally = { made: 0, refusedByModel: 0, refusedByText: 0, undecided: 0, kinds: new Map<string, number>() }

/** What a person who mends this wants to see. */
function shown({ edit: one, before, after }: Step): string {
  const plain = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value)
  return [before.text, one, after.text].map((part) => JSON.stringify(part, plain)).join('\n')
}

/** As `toEqual`, which takes minutes for so many nested maps where they are equal. */
function expectEqual(actual: unknown, expected: unknown, step?: Step): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, step && shown(step)).toEqual(expected)
}

/** Makes the edits one after another, each on the text the one before it left. */
function* stepThrough(
  root: Model,
  numbers: readonly number[],
  text: string,
  edits: readonly TopologyEdit[],
): Generator<Step> {
  let before = parseTopology(text)
  let now = root
  for (const [at, anyhow] of edits.entries()) {
    const number = numbers[at % numbers.length] ?? 0
    const one = number % 4 === 0 ? anyhow : aimed(now, anyhow, number)
    const next = applyToModel(now, one)
    const result = editTopology(before, [one])
    if (next === 'undecided') {
      tally.undecided += 1
      continue
    }
    if (next === 'refused') {
      tally.refusedByModel += 1
      expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/\w+ \w+/) as unknown })
      continue
    }
    if (!result.ok) {
      tally.refusedByText += 1
      expect(result.reason).toMatch(IN_THE_TEXT)
      expect(before.text).toMatch(/[*&]s\d|\?|\[/)
      continue
    }
    tally.made += 1
    tally.kinds.set(one.kind, (tally.kinds.get(one.kind) ?? 0) + 1)
    const after = parseTopology(applyTextEdits(before.text, result.edits))
    yield { edit: one, before, result, after, expected: next }
    before = after
    now = next
  }
}

describe('random edits of random files', { timeout: 3_600_000 }, () => {
  it('reads what was written, and alters nothing by reading', () => {
    const counts = new Map(FEATURES.map((feature) => [feature, 0]))
    fc.assert(
      fc.property(model, choices, (root, numbers) => {
        const { text, features } = writeAnyhow(root, numbers)
        const parsed = parseTopology(text)
        expect(syntaxProblems(parsed)).toEqual([])
        expectEqual(data(parsed), data(says(root)))
        expect(parsed.text).toBe(text)
        const bytes = new TextEncoder().encode(text)
        expect(new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes)).toBe(text)
        for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1)
      }),
      RUNS,
    )
    if (RUNS.numRuns > 1000) console.log(`of ${RUNS.numRuns} texts`, counts)
    expect([...counts].filter(([, count]) => count === 0)).toEqual([])
  })

  it('makes the text say what the edits mean, one after another', () => {
    fc.assert(
      fc.property(model, choices, fc.array(edit, { minLength: 1, maxLength: 8 }), (root, numbers, edits) => {
        const { text } = writeAnyhow(root, numbers)
        for (const step of stepThrough(root, numbers, text, edits)) {
          const { before, after, expected, result } = step
          expect(syntaxProblems(after), shown(step)).toEqual([])
          expectEqual(data(after), data(says(expected)), step)
          expectEqual(after.topology, says(expected).topology, step)
          if (!result.ok) continue
          expect(notMinimal(withLineFeeds(before.text), result.edits), shown(step)).toBeUndefined()
          expect(applyTextEdits(after.text, inverseOf(before.text, result.edits))).toBe(before.text)
        }
      }),
      RUNS,
    )
    if (RUNS.numRuns > 1000) console.log(tally)
    // What a text refuses although its meaning would allow it is rare.
    expect(tally.refusedByText / tally.made).toBeLessThan(0.05)
    expect([...tally.kinds.keys()].sort()).toEqual(
      ['add', 'add-real-server', 'move', 'remove', 'remove-real-server', 'rename', 'rename-key', 'set', 'unset'], // prettier-ignore
    )
  })

  it('makes them all at once as one after another', () => {
    fc.assert(
      fc.property(model, choices, fc.array(edit, { minLength: 2, maxLength: 6 }), (root, numbers, edits) => {
        const { text } = writeAnyhow(root, numbers)
        const steps = [...stepThrough(root, numbers, text, edits)]
        const expected = steps.at(-1)?.expected ?? root
        const result = editTopology(parseTopology(text), steps.map((step) => step.edit)) // prettier-ignore
        if (!result.ok) {
          // A copy that was replaced by one edit can still be in the way of another on the one text.
          expect(result.reason).toMatch(IN_THE_TEXT)
          return
        }
        const after = parseTopology(applyTextEdits(text, result.edits))
        expect(syntaxProblems(after)).toEqual([])
        expectEqual(data(after), data(says(expected)))
        expect(applyTextEdits(after.text, inverseOf(text, result.edits))).toBe(text)
      }),
      RUNS,
    )
  })

  it('takes out nothing but what the edit is about, and leaves every other comment with what it is about', () => {
    fc.assert(
      fc.property(model, choices, fc.array(edit, { minLength: 1, maxLength: 3 }), (root, numbers, edits) => {
        const { text } = writeAnyhow(root, numbers)
        for (const step of stepThrough(root, numbers, text, edits)) {
          const { edit: one, before, result, after } = step
          if (!result.ok || meetsStalePosition(step)) continue
          const spans = lostSpans(before, data(after))
          const lost = (at: number) => spans.some(({ start, end }) => start <= at && at < end)
          for (const { span } of result.edits) {
            let rest = ''
            for (let at = span.start; at < span.end; at++) if (!lost(at)) rest += before.text.charAt(at)
            // Separators, the marks of anchors, tags and copies, and the empty value that makes room for a new one.
            expect(rest, shown(step)).toMatch(
              /^(?:[\s,]|\?|:|!!str|&u\d+|\*s\d+)*(\{[\s,?]*\}|\[[\s,?]*\]|null|~)?[\s,]*$/,
            )
          }
          const attachedBefore = attachments(before)
          const attachedAfter = attachments(after)
          const still = new Map(attachedAfter.map(({ comment, to }) => [comment, to]))
          const kept = attachedBefore.filter(({ comment }) => still.has(comment))
          expect(
            kept.map(({ comment }) => comment),
            shown(step),
          ).toEqual(attachedAfter.map(({ comment }) => comment))
          for (const { comment, to } of attachedBefore) {
            const at = before.text.indexOf(comment)
            if (lost(at)) continue
            expect(still.has(comment), `${comment} in ${shown(step)}`).toBe(true)
            const now = unnamed(still.get(comment) ?? '', one)
            const then = unnamed(to, one)
            // Between a key and its value: the first entry the value gets comes after it.
            const inside = now.startsWith(`${then.replace('below', 'above')}/`)
            if (hasSubject(to, after) && !inside) expect(now, `${comment} in ${shown(step)}`).toBe(then)
          }
        }
      }),
      RUNS,
    )
  })

  it('changes of a value and of names only their own characters', () => {
    fc.assert(
      fc.property(model, choices, edit, (root, numbers, anyhow) => {
        const { text } = writeAnyhow(root, numbers)
        for (const step of stepThrough(root, numbers, text, [anyhow])) {
          const { edit: one, before, result } = step
          if (!result.ok) continue
          if (one.kind === 'set' && typeof one.value !== 'object') {
            const node = before.document?.getIn(pathSteps(one.path), true)
            if (!isScalar(node) || node.value === null || node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' || node.tag !== undefined || !node.range) continue // prettier-ignore
            const [start, end] = node.range
            expect(
              result.edits.map(({ span }) => span),
              shown(step),
            ).toEqual(node.value === one.value ? [] : [{ start, end }])
          }
          if ((one.kind === 'rename' && !meetsStalePosition(step)) || one.kind === 'rename-key') {
            for (const { span } of result.edits) {
              if (span.end - span.start > 400) continue
              expect(before.text.slice(span.start, span.end), shown(step)).not.toMatch(/^\s|\s$|#|[{}[\],]/)
            }
          }
        }
      }),
      RUNS,
    )
  })

  it('changes nothing where the file says it already', () => {
    fc.assert(
      fc.property(model, choices, (root, numbers) => {
        const parsed = parseTopology(writeAnyhow(root, numbers).text)
        const edits = [...root].map(([key, value]) => ({ kind: 'set' as const, path: pathOf(key), value }))
        expect(editTopology(parsed, edits)).toEqual({ ok: true, edits: [] })
        expect(editTopology(parsed, [])).toEqual({ ok: true, edits: [] })
      }),
      { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 3) },
    )
  })
})

/** A stale position in the way of a renamed one is taken out: the key is there before and after, not its entry. */
function meetsStalePosition({ edit: one, before }: Step): boolean {
  return one.kind === 'rename' && before.source.has(pathOf('layout', `${one.what}s`, one.to))
}

/** Whether what a comment was attached to is still a map's entry in the text after. */
function hasSubject(to: string, after: ParsedTopology): boolean {
  const steps = to.replace(/^\w+ ?/, '').split('/')
  if (to === 'in brackets' || steps.includes('*')) return to === 'in brackets'
  let at: unknown = after.document?.contents
  for (const step of steps) {
    if (!isMap(at)) return false
    const found = at.items.find(({ key }) => isScalar(key) && String(key.value) === step)
    if (found === undefined) return false
    at = found.value
  }
  return true
}

/** An attachment without the name an edit changes. */
function unnamed(to: string, one: TopologyEdit): string {
  if (one.kind !== 'rename') return to
  return to.split(/[/ ]/).map((step) => (step === one.from || step === one.to ? '?' : step)).join('/') // prettier-ignore
}
