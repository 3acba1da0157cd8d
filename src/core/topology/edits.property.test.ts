import fc from 'fast-check'
import type { TopologyEdit } from './edit.js'
import { describe, expect, it } from 'vitest'
import { isMap, isNode, isScalar, isSeq, stringify } from 'yaml'
import { choices, edit, model, writeAnyhow } from './edits.arbitrary.test-kit.js'
import { applyToModel, data } from './edits.model.test-kit.js'
import { editTopology } from './edits.js'
import { parseTopology } from './parse.js'
import type { ParsedTopology } from './parse.js'
import { pathOf } from './path.js'
import { applyTextEdits } from './position.js'
import type { Span } from './position.js'

/** The same few seconds every time; EDIT_RUNS and EDIT_SEED are for a longer search. */
const RUNS = {
  seed: Number(process.env['EDIT_SEED'] ?? 20240607),
  numRuns: Number(process.env['EDIT_RUNS'] ?? 600),
}

function syntaxProblems({ problems }: ParsedTopology) {
  return problems.filter(({ code }) => code === 'FILE-SYNTAX')
}

describe('random edits of random files', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(model, choices, (root, numbers) => {
        const parsed = parseTopology(writeAnyhow(root, numbers))
        expect(syntaxProblems(parsed)).toEqual([])
        expect(data(parsed)).toEqual(data(parseTopology(stringify(root))))
      }),
      RUNS,
    )
  })

  it('makes the text say what the edits mean', () => {
    fc.assert(
      fc.property(model, choices, fc.array(edit, { minLength: 1, maxLength: 5 }), (root, numbers, edits) => {
        const text = writeAnyhow(root, numbers)
        const parsed = parseTopology(text)
        let expected = root
        const accepted: TopologyEdit[] = []
        for (const one of edits) {
          const next = applyToModel(structuredClone(expected), [one])
          if (next === undefined) {
            expect(editTopology(parsed, [...accepted, one])).toMatchObject({ ok: false })
          } else {
            accepted.push(one)
            expected = next
          }
        }
        const result = editTopology(parsed, accepted)
        expect(result).toMatchObject({ ok: true })
        const after = parseTopology(result.ok ? applyTextEdits(text, result.edits) : '')
        expect(syntaxProblems(after)).toEqual([])
        expect(data(after)).toEqual(data(parseTopology(stringify(expected))))
        expect(after.topology).toEqual(parseTopology(stringify(expected)).topology)
      }),
      RUNS,
    )
  })

  it('takes out nothing but what the edit is about, and no comment that is not its own', () => {
    fc.assert(
      fc.property(model, choices, edit, (root, numbers, one) => {
        const text = writeAnyhow(root, numbers)
        const before = parseTopology(text)
        const result = editTopology(before, [one])
        // A stale position in the way of a renamed one: the key is there before and after, not its entry.
        const stale = one.kind === 'rename' && before.source.has(pathOf('layout', `${one.what}s`, one.to))
        if (!result.ok || stale) return
        const after = applyTextEdits(text, result.edits)
        const spans = lostSpans(before, data(parseTopology(after)))
        for (const { span } of result.edits) {
          let rest = ''
          for (let at = span.start; at < span.end; at++) {
            if (!spans.some(({ start, end }) => start <= at && at < end)) rest += text.charAt(at)
          }
          // Separators, and the empty value that makes room for a new one.
          expect(rest).toMatch(/^[\s,]*(\{[\s,]*\}|\[[\s,]*\]|null)?[\s,]*$/)
        }
        for (const { 0: comment, index } of text.matchAll(/# c\d+\./g)) {
          if (!spans.some(({ start, end }) => start <= index && index < end)) expect(after).toContain(comment)
        }
      }),
      RUNS,
    )
  })

  it('changes nothing where the file says it already', () => {
    fc.assert(
      fc.property(model, choices, (root, numbers) => {
        const parsed = parseTopology(writeAnyhow(root, numbers))
        const edits = [...root].map(([key, value]) => ({
          kind: 'set' as const,
          path: pathOf(key),
          value,
        }))
        expect(editTopology(parsed, edits)).toEqual({ ok: true, edits: [] })
        expect(editTopology(parsed, [])).toEqual({ ok: true, edits: [] })
      }),
      { ...RUNS, numRuns: RUNS.numRuns / 3 },
    )
  })
})

/** Where the text says what `after` no longer says: entries with their lines and comments, values by themselves. */
function lostSpans({ text, document }: ParsedTopology, after: unknown): Span[] {
  const spans: Span[] = []
  const isEmpty = (node: unknown) =>
    !isNode(node) || (isScalar(node) && node.value === null) || (isMap(node) && node.items.length === 0)
  const look = (node: unknown, now: unknown, whole: Span): void => {
    if (isMap(node) && now instanceof Map) {
      for (const { key, value } of node.items) {
        if (!isScalar(key) || !isNode(key)) continue
        const start = key.range?.[0] ?? 0
        const own = {
          start,
          end: isNode(value)
            ? Math.max(value.range?.[1] ?? start, key.range?.[1] ?? start)
            : (key.range?.[1] ?? start),
        }
        const name = String(key.value)
        if (now.has(name)) look(value, now.get(name), own)
        else spans.push(withComments(text, own))
      }
    } else if (isSeq(node) && Array.isArray(now) && now.length === node.items.length) {
      for (const [at, item] of node.items.entries()) look(item, now[at], whole)
    } else if (isEmpty(node)) {
      spans.push({ start: 0, end: 0 })
    } else if (isScalar(node) && node.range) {
      if (node.value !== now) spans.push({ start: node.range[0], end: node.range[1] })
    } else {
      spans.push(withComments(text, whole))
    }
  }
  look(document?.contents, after, { start: 0, end: text.length })
  return spans
}

/** A span with the rest of its lines and the comment lines around it, if it has lines of its own. */
function withComments(text: string, { start, end }: Span): Span {
  const line = text.lastIndexOf('\n', start - 1) + 1
  if (!/^[\ufeff\s-]*$/.test(text.slice(line, start))) return { start, end }
  let top = line
  for (let next = line; next > 0; top = next) {
    next = text.lastIndexOf('\n', next - 2) + 1
    if (next >= top) break
    if (!/^\s*#/.test(text.slice(next, top))) break
  }
  const below = /^[^\n]*(?:\n[ \t]*#[^\n]*)*\n?/.exec(text.slice(end))?.[0] ?? ''
  return { start: top, end: end + below.length }
}
