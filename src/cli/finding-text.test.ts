import { describe, expect, it } from 'vitest'
import type { Finding } from '../core/checks/check.js'
import { checkTopology } from '../core/checks/check.js'
import { DR } from '../core/checks/rules.test-kit.js'
import { parseTopology } from '../core/topology/parse.js'
import { textLines } from '../core/topology/position.js'
import { columnsOf } from './columns.js'
import { findingsPage, findingsText } from './finding-text.js'
import { markedLine } from './marked-line.js'

/** A line with what is between ⟦ and ⟧ marked, as it is shown. */
function shown(line: string, columns = 80): readonly [string, string] {
  const text = line.replace(/[⟦⟧]/g, '')
  const span = { start: line.indexOf('⟦'), end: line.indexOf('⟧') - 1 }
  const lines = textLines(text)
  const marked = markedLine(lines, lines.range(span), columns)
  return [marked.line, marked.caret]
}

/** What stands above the carets. */
function above([line, caret]: readonly [string, string]): string {
  const before = caret.indexOf('^')
  const length = caret.lastIndexOf('^') + 1 - before
  let at = 0
  let result = ''
  for (const char of line) {
    const wide = columnsOf(char)
    if (at >= before && (at < before + length || (wide === 0 && at === before + length))) result += char
    at += wide
  }
  return result
}

describe('a line with a place marked', () => {
  it.each([
    ['plain', '  a: ⟦value⟧ # c', 'value'],
    ['wide before', '  名前: ⟦value⟧', 'value'],
    ['wide within', '  "⟦名前⟧": 1', '名前'],
    ['marks over letters', '  ключ\u0301: e\u0301 ⟦e\u0301x⟧', 'e\u0301x'],
    ['emoji', '  😀: ⟦😀😀⟧ 1', '😀😀'],
    ['tabs', '\ta:\t⟦value⟧\t# c', 'value'],
    ['controls', '\u001b[1m: ⟦\u0007x⟧', '␇x'],
  ])('%s', (_, line, marked) => {
    expect(above(shown(line))).toBe(marked)
    for (const columns of [20, 24, 30]) {
      const cut = shown(`${'名e\u0301\t'.repeat(500)}${line}${' more 名前'.repeat(500)}`, columns)
      expect(above(cut)).toBe(marked)
      expect(columnsOf(cut[0])).toBeLessThanOrEqual(columns)
      expect(cut[0]).toMatch(/^…[^]*…$/)
    }
  })

  it('is cut around the place, and only where it is too long', () => {
    expect(shown('0123456789⟦ab⟧cdefghij', 22)).toEqual(['0123456789abcdefghij', '          ^^'])
    expect(shown('0123456789⟦ab⟧cdefghijklmnopqrstuvw', 20)).toEqual(['…456789abcdefghijkl…', '       ^^'])
    expect(shown('0123456789012345678901234⟦ab⟧c', 20)).toEqual([
      '…9012345678901234abc',
      `${' '.repeat(17)}^^`,
    ])
    expect(shown(`ab: ⟦${'x'.repeat(5_000_000)}⟧`, 20)).toEqual([
      `ab: ${'x'.repeat(15)}…`,
      `    ${'^'.repeat(16)}`,
    ])
  })

  it('marks a place without width, at the end of a line and beyond it', () => {
    expect(shown('abc⟦⟧')).toEqual(['abc', '   ^'])
    expect(shown('⟦⟧')).toEqual(['', '^'])
    expect(shown('a⟦⟧bc')).toEqual(['abc', ' ^'])
  })

  it('says how far a range goes that is on several lines', () => {
    const lines = textLines('a: {\n  b: 1,\n}\n')
    expect(markedLine(lines, lines.range({ start: 3, end: 14 }), 80)).toEqual({
      line: 'a: {',
      caret: '   ^ to line 3',
    })
  })
})

describe('findings as text', () => {
  const WRONG = DR.replace('rs1: {}, rs2: {}', 'rs1: { port: 8080 }, rs2: { port: 8081 }')
  const of = (text: string, page = findingsPage({ colour: false })) => {
    const parsed = parseTopology(text)
    return findingsText('a.lvs.yaml', parsed, checkTopology(parsed), page)
  }

  it('tell the reason once on a page, whatever number of files it has', () => {
    const page = findingsPage({ colour: false })
    const [first, second] = [of(WRONG, page), of(WRONG, page)]
    expect(first.match(/= why:/g)).toHaveLength(1)
    expect(second).not.toContain('= why:')
    expect(second.match(/= fix:/g)).toHaveLength(2)
  })

  it('show what a fix writes where that stands by itself, and never a piece of a list or an entry', () => {
    const fixesOf = (text: string) =>
      of(text)
        .split('\n')
        .flatMap((line) => /= fix: (.*)/.exec(line)?.[1] ?? [])
    const hashed = DR.replace('port: 80', 'port: 80\n    scheduler: sh\n    flags: [sh-port]').replace(
      'rs1: {}',
      'rs1: { weight: 0 }',
    )
    expect(fixesOf(hashed)).toContain('Add sh-fallback')
    expect(fixesOf(hashed.replace('scheduler: sh', 'scheduler: shh'))).toContain('Change to sh')
  })

  it('are no wider than the terminal, but for the line that others read', () => {
    const text = of(WRONG, findingsPage({ colour: false, columns: 50 }))
    const read = text.split('\n').filter((line) => !line.startsWith('a.lvs.yaml:'))
    expect(Math.max(...read.map(columnsOf))).toBeLessThanOrEqual(50)
    expect(Math.max(...read.map(columnsOf))).toBeGreaterThan(40)
  })

  it('are one line each at the head, whatever the file holds', () => {
    const text = of(`${DR}"a\\nb\\e[31m\\u202e": 1\n`)
    expect(text.split('\n')[0]).toMatch(
      /^a\.lvs\.yaml:\d+:1: warning KEY-UNKNOWN: "a␊b␛\[31m<U\+202E>" is not/,
    )
    expect(text).not.toContain('\u001b')
  })

  it('are coloured without a change of what they say', () => {
    const coloured = of(WRONG, findingsPage({ colour: true }))
    expect(coloured).toContain('\u001b[31merror\u001b[0m')
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(of(WRONG))
  })

  it('take no longer than is waited for, of thousands', () => {
    const parsed = parseTopology(`${DR}${Array.from({ length: 3000 }, (_, at) => `key${at}: 1\n`).join('')}`)
    const findings: readonly Finding[] = checkTopology(parsed)
    expect(findings).toHaveLength(3000)
    const text = findingsText('a.lvs.yaml', parsed, findings, findingsPage({ colour: false }))
    expect(text.match(/KEY-UNKNOWN/g)).toHaveLength(3000)
  })
})
