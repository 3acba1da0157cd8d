import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { checkTopology } from './check.js'
import { DR } from './rules.test-kit.js'
import { parseCheckSettings, settingsSchema } from './settings.js'

const SCHEMA = 'media/settings.schema.json'
const WRONG = DR.replace('rs1: {}', 'rs1: { port: 8080 }')

function severities(settings: string): string[] {
  const parsed = parseTopology(WRONG)
  const read = parseCheckSettings(settings)
  expect(read.problems).toEqual([])
  return checkTopology(parsed, deriveCluster(parsed.topology), read.settings).map(
    ({ code, severity }) => `${code} ${severity}`,
  )
}

describe('settings of the checks', () => {
  it('judge findings otherwise, or not at all', () => {
    expect(severities('')).toEqual(['DR-PORT error'])
    expect(severities('# nothing\n')).toEqual(['DR-PORT error'])
    expect(severities('severity:\n')).toEqual(['DR-PORT error'])
    expect(severities('severity: { DR-PORT: warning, NAT-N: off }\n')).toEqual(['DR-PORT warning'])
    expect(severities('severity:\n  DR-PORT: off\n')).toEqual([])
  })

  it('that turn a rule off leave nothing for a comment to ignore, and that is no fault', () => {
    const parsed = parseTopology(`# lvs-ignore-file DR-PORT: redirected\n${WRONG}`)
    const { settings } = parseCheckSettings('severity: { DR-PORT: off }\n')
    expect(checkTopology(parsed, deriveCluster(parsed.topology), settings)).toEqual([])
  })

  it.each([
    [
      'severity: { DR-PROT: off }\n',
      'there is no rule DR-PROT whose severity can be set; did you mean DR-PORT?',
      12,
    ],
    ['severity: { KEY-UNKNOWN: off }\n', 'there is no rule KEY-UNKNOWN whose severity can be set', 12],
    [
      'severity: { DR-PORT: fatal }\n',
      '"fatal" is no value; known are error, warning, information, hint, off',
      21,
    ],
    ['severity: { dr-port: off }\n', '"dr-port" cannot be the name of a rule', 12],
    ['severities: {}\n', '"severities" is not a key here; did you mean "severity"?', 0],
    ['severity: { IGNORE-UNUSED: off }\n', 'there is no rule IGNORE-UNUSED whose severity can be set', 12],
    ['severity: [\n', 'this is not YAML: ', undefined],
    ['- a\n', 'this must be a map', 0],
  ])('say what cannot be used, and where: %j', (text, message, character) => {
    const [problem] = parseCheckSettings(text).problems
    expect(problem?.message).toContain(message)
    if (character !== undefined) expect(problem?.range.start).toEqual({ line: 0, character })
  })

  it('are read past a byte order mark and whatever ends their lines', () => {
    expect(severities('\ufeffseverity:\n  DR-PORT: hint\n')).toEqual(['DR-PORT hint'])
    expect(severities('severity:\r\n  DR-PORT: hint\r\n')).toEqual(['DR-PORT hint'])
    expect(severities('severity:\r  DR-PORT: hint\r')).toEqual(['DR-PORT hint'])
  })

  it('are one document, and say each rule once', () => {
    const [two] = parseCheckSettings('severity: {}\n---\nseverity: { DR-PORT: off }\n').problems
    expect(two?.message).toBe('settings are one document; what follows "---" is not read')
    expect(two?.range.start.line).toBe(2)
    expect(parseCheckSettings('---\n---\nseverity: { DR-PORT: off }\n').problems).toHaveLength(1)
    const [twice] = parseCheckSettings('severity:\n  DR-PORT: off\n  DR-PORT: error\n').problems
    expect(twice?.range.start).toEqual({ line: 2, character: 2 })
  })

  it('with faults judge by what can be used of them, and never less than is safe', () => {
    const { settings, problems } = parseCheckSettings(
      'severity: { DR-PORT: hint, KEY-UNKNOWN: off, NO-RULE: off, DR-ARP: fatal }\n',
    )
    expect(problems).toHaveLength(3)
    expect([...settings.severities]).toEqual([['DR-PORT', 'hint']])
  })

  it('never throw', () => {
    for (const text of [
      '[['.repeat(20_000),
      '&a [*a]',
      'a: &b {c: *b}',
      '\u0000',
      'severity: *x',
      `${'x'.repeat(200_000)}: 1`,
    ]) {
      expect(parseCheckSettings(text).problems.length).toBeGreaterThan(0)
    }
  })

  it('are described by media/settings.schema.json (after a change: npm run docs)', () => {
    const wanted = `${JSON.stringify(settingsSchema(), null, 2)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(SCHEMA, wanted)
    expect(readFileSync(SCHEMA, 'utf8')).toBe(wanted)
    const validate = new Ajv2020({ strict: true, unicodeRegExp: true }).compile(settingsSchema())
    expect(validate(parse('severity: { DR-PORT: off }'))).toBe(true)
    expect(validate(parse('severity: { DR-PORT: fatal }'))).toBe(false)
    expect(validate(parse('severity: { DR-PROT: off }'))).toBe(false)
  })
})
