import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXPLANATIONS, explainRule, explanationMarkdown, explanationText, rulesDocument } from './explain.js'
import { RULES } from './rules.js'

const DOCUMENT = 'docs/rules.md'

describe('explanations', () => {
  it('has one for every code, once', () => {
    const codes = EXPLANATIONS.map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(RULES.length).toBe(
      readdirSync('src/core/checks/rules').filter((file) => file.endsWith('.ts')).length,
    )
    for (const code of codes) expect(explainRule(code)?.code).toBe(code)
    expect(explainRule('DR-NOTHING')).toBeUndefined()
  })

  it.each(RULES)('says what a person needs of $code', ({ code, title, why, mend, source }) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/)
    expect(title).toMatch(/^\S.*[^.\s]$/)
    expect(why).toMatch(/\.$/)
    expect(mend).toMatch(/\.$/)
    expect(source).not.toBe('')
    expect(`${title}${why}${mend}`).not.toContain('!')
  })

  it('has a drawing in the tests that shows it', () => {
    const drawings = readdirSync('src/core/checks')
      .filter((file) => file.endsWith('-rules.test.ts'))
      .map((file) => readFileSync(`src/core/checks/${file}`, 'utf8'))
      .join('')
    expect(RULES.filter(({ code }) => !drawings.includes(`'${code}'`)).map(({ code }) => code)).toEqual([])
  })

  it('writes one for a terminal, within 80 columns', () => {
    const rule = explainRule('DR-ARP-LO')
    expect(rule).toBeDefined()
    const text = rule === undefined ? '' : explanationText(rule)
    expect(text).toMatch(/^DR-ARP-LO \(error\): /)
    expect(
      text
        .split('\n')
        .slice(1)
        .every((line) => line.length <= 80),
    ).toBe(true)
  })

  it('writes one as Markdown that shows names of the kernel as they are', () => {
    const rule = explainRule('DR-L2')
    expect(rule === undefined ? '' : explanationMarkdown(rule)).toContain('ip\\_vs\\_dr\\_xmit')
  })

  it('is all in docs/rules.md (after a change: npm run docs)', () => {
    const wanted = rulesDocument()
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(DOCUMENT, wanted)
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(wanted)
  })
})
