import { expect, it } from 'vitest'
import { USUAL_ASSUMPTIONS } from '../../core/compare/assumptions.js'
import { compareModes } from '../../core/compare/compare-modes.js'
import { DR } from '../../core/checks/rules.test-kit.js'
import { parseTopology } from '../../core/topology/parse.js'
import { comparisonMarkdown } from './comparison-markdown.js'

function compared(text: string): string {
  return comparisonMarkdown(compareModes(parseTopology(text), 'web', USUAL_ASSUMPTIONS))
}

function cells(markdown: string, title: string): string[] {
  const line = markdown.split('\n').find((each) => each.startsWith(`| ${title} |`)) ?? ''
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim())
}

it('is a table of the three methods, with what they carry and what bounds them', () => {
  const markdown = compared(DR)
  expect(markdown).toMatch(/^# NAT, TUN and DR for "web"\n/)
  expect(markdown).toContain('| NAT | TUN | DR (drawn) |')
  expect(cells(markdown, 'Of all bytes')[0]).toBe('100 %')
  const [nat = '', , dr = ''] = cells(markdown, 'Bytes out').map((cell) => cell.replaceAll(',', ''))
  expect(Number(nat)).toBeGreaterThan(3 * Number(dr))
  expect(cells(markdown, '2 (drawn)')).toHaveLength(3)
  // Every line of the table has as many cells as its head.
  const table = markdown.split('\n').filter((line) => line.startsWith('|'))
  expect(new Set(table.map((line) => line.split('|').length))).toEqual(new Set([6]))
})

it('says what prevents a method, by code and message', () => {
  const markdown = compared(
    DR.replace(
      'lb1:\n    role: director',
      'lb1:\n    sysctls: { net.ipv4.ip_forward: 0 }\n    role: director',
    ),
  )
  expect(markdown).toContain('## What prevents NAT')
  expect(markdown).toMatch(/- \*\*NAT-FWD\*\* lb1 does not forward/)
  expect(markdown).toContain('The figures of NAT are for when that is mended.')
  expect(markdown).not.toContain('## What prevents DR')
})

it('has nothing that Markdown takes for more than text', () => {
  const markdown = compared(DR.replaceAll('rs1', 'rs_1_'))
  expect(markdown).not.toMatch(/(?<!\\)rs_1/)
})
