import { describe, expect, it } from 'vitest'
import { drawing, expectFixesMend, expectMarked, findingsOf, fixed, marked } from './rules.test-kit.js'
import type { Changes } from './rules.test-kit.js'

/** A drawing that a rule finds fault with, and one beside it that it does not. */
export interface RuleCase {
  readonly code: string
  readonly what: string
  readonly base: string
  /** What is wrong, with the stretches that must be underlined, and nothing else. */
  readonly drawn: Changes
  readonly fixes: readonly string[]
  /** What the first fix does to the text: lines that go (`-`) and lines that come (`+`), as they are. */
  readonly mended: readonly string[]
  /** The same, nearly, where nothing is wrong. */
  readonly clean: Changes
}

/** A drawing that a rule finds fault with, and what its first fix makes of it. */
export interface MarkedCase {
  readonly code: string
  readonly what: string
  readonly base: string
  /** With the stretches marked that are underlined. */
  readonly drawn: Changes
  /** The titles of the fixes of the first finding. */
  readonly fixes: readonly string[]
  /** What the drawing is after the first fix. */
  readonly mended?: Changes
}

export const KEEPALIVED = 'manage: { director: keepalived }'

export function testRuleCases(cases: readonly RuleCase[]): void {
  describe.each(cases.map((one) => ({ ...one, name: `${one.code}: ${one.what}` })))('$name', (one) => {
    const { code, base, drawn, fixes, mended, clean } = one

    it('underlines the cause', () => {
      const findings = expectOnly(drawing(base, drawn), code)
      expect(findings[0]?.fixes.map(({ title }) => title)).toEqual(fixes)
    })

    it('has fixes that mend it', () => {
      const broken = marked(drawing(base, drawn)).text
      const findings = findingsOf(broken).filter((finding) => finding.code === code)
      expectFixesMend(broken, findings)
      const [fix] = findings[0]?.fixes ?? []
      expect(fix === undefined ? [] : lineChanges(broken, fixed(broken, fix))).toEqual(mended)
    })

    it('is silent where nothing is wrong', () => {
      expectOnly(drawing(base, clean), code)
    })
  })
}

/** Every marked stretch is of this code. */
function expectOnly(drawn: string, code: string) {
  const count = marked(drawn).spans.length
  return expectMarked(
    drawn,
    Array.from({ length: count }, () => code),
  )
}

/** The lines that differ, in their order: a longest common subsequence of two small texts. */
function lineChanges(before: string, after: string): string[] {
  const a = before.split('\n')
  const b = after.split('\n')
  const longest: number[][] = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  )
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = longest[i]
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const changes: string[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      changes.push(`-${a[i] ?? ''}`)
      i++
    } else {
      changes.push(`+${b[j] ?? ''}`)
      j++
    }
  }
  return changes
}
