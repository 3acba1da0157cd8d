import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Log, Result } from 'sarif'
import { describe, expect, it } from 'vitest'
import { judgeTopology } from '../core/checks/check.js'
import { EXPLANATIONS } from '../core/checks/explain.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import { sarifLog, sarifResults, sarifUnread } from './sarif.js'
import type { FileResults } from './sarif.js'

/** As OASIS has it, from @microsoft/sarif-multitool-linux 5.7.0 (MIT). */
const SCHEMA = JSON.parse(readFileSync('test/fixtures/sarif/sarif-2.1.0.schema.json', 'utf8')) as object
const validate = new Ajv2020({
  strict: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'file:///') && !/[\s\\"<>]/.test(text),
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
}).compile<Log>(SCHEMA)

const GOOD = readFileSync('samples/dr.lvs.yaml', 'utf8')
const WRONG = GOOD.replace('      rs1: {}', '      rs1: { port: 8080 } # 備考')

function checked(text: string, file = 'a.lvs.yaml'): FileResults {
  const parsed = parseTopology(text)
  return sarifResults({ file, parsed, ...judgeTopology(parsed, deriveCluster(parsed.topology)) })
}

function resultsOf(text: string, file?: string): readonly Result[] {
  return checked(text, file).results
}

function valid(log: Log): Log {
  // As it is written: without what is undefined.
  const written: unknown = JSON.parse(JSON.stringify(log))
  validate(written)
  expect(validate.errors ?? []).toEqual([])
  return log
}

describe('SARIF', () => {
  it.each([
    ['nothing to mend', GOOD],
    ['a finding with a fix', WRONG],
    ['an ignored finding', WRONG.replace('# 備考', '# lvs-ignore DR-PORT: nft redirects')],
    ['comments with faults', `${GOOD}# lvs-ignore-file DR-PORT, NO-RULE\n`],
    ['nothing in the file', ''],
    ['no YAML', '[{"\u0000\ud800\n\t- }'],
    ['more than is read', '['.repeat(1000)],
    ['keys and values that are none', `\ufeff${WRONG.replaceAll('10.', 'x.')}"a\\nb\\e": 1\r\n`],
  ])('of a file with %s is as the schema has it', (_, text) => {
    valid(sarifLog(resultsOf(text)))
  })

  it('that breaks the schema would be noticed', () => {
    const [result] = resultsOf(WRONG)
    if (result === undefined) throw new Error('no result')
    const region = { startLine: 0 }
    const locations = [{ physicalLocation: { artifactLocation: { uri: 'a b' }, region } }]
    expect(validate(sarifLog([{ ...result, locations, level: 'information' as 'note' }]))).toBe(false)
    expect(validate.errors?.length).toBeGreaterThan(0)
  })

  it('describes every rule there is, as a code host shows it', () => {
    const log = valid(sarifLog(EXPLANATIONS.map(({ code }) => ({ ruleId: code, message: { text: code } }))))
    const rules = log.runs[0]?.tool.driver.rules ?? []
    expect(rules.map(({ id }) => id)).toEqual(EXPLANATIONS.map(({ code }) => code).sort())
    for (const rule of rules) {
      expect(rule.shortDescription?.text).toMatch(/\S/)
      expect(rule.fullDescription?.text).toMatch(/\S/)
      expect(rule.help?.text).toMatch(/\S/)
      expect(rule.help?.markdown).toContain(rule.id)
      // One identifier without spaces; GitHub cuts what it shows of a rule at 255 and 1024 characters.
      expect(rule.name).toMatch(/^[A-Z][A-Za-z0-9]*$/)
      expect(rule.shortDescription?.text.length).toBeLessThanOrEqual(255)
      expect(rule.fullDescription?.text.length).toBeLessThanOrEqual(1024)
    }
  })

  it('says which hosts were not read, so that nobody takes silence for health', () => {
    const unread = sarifUnread('a b.lvs.yaml', ['rs1: connect: timed out'])
    expect(valid(sarifLog([], unread)).runs[0]?.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'rs1: connect: timed out' },
            locations: [
              { physicalLocation: { artifactLocation: { uri: 'a%20b.lvs.yaml', uriBaseId: '%SRCROOT%' } } },
            ],
          },
        ],
      },
    ])
    expect(valid(sarifLog([])).runs[0]?.invocations).toEqual([{ executionSuccessful: true }])
  })

  it('places results by lines and columns from 1, in UTF-16 units', () => {
    const before = "      rs1: { '😀': 1, port: "
    const results = resultsOf(WRONG.replace('      rs1: { port: ', before))
    const line = WRONG.slice(0, WRONG.indexOf('rs1: { port')).split('\n').length
    const [result] = results.filter(({ ruleId }) => ruleId === 'DR-PORT')
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({
      startLine: line,
      startColumn: before.length + 1,
      endLine: line,
      endColumn: before.length + '8080'.length + 1,
    })
    expect(sarifLog([]).runs[0]?.columnKind).toBe('utf16CodeUnits')
  })

  it.each([
    ['a b/ü#.lvs.yaml', { uri: 'a%20b/%C3%BC%23.lvs.yaml', uriBaseId: '%SRCROOT%' }],
    ['./x/../y.lvs.yaml', { uri: 'y.lvs.yaml', uriBaseId: '%SRCROOT%' }],
    [join(process.cwd(), 'z.lvs.yaml'), { uri: 'z.lvs.yaml', uriBaseId: '%SRCROOT%' }],
    ['..dots.lvs.yaml', { uri: '..dots.lvs.yaml', uriBaseId: '%SRCROOT%' }],
    ['/elsewhere/a b.lvs.yaml', { uri: 'file:///elsewhere/a%20b.lvs.yaml' }],
  ])('names %s below the folder of the call where it is there', (file, location) => {
    const results = resultsOf(WRONG, file)
    expect(results[0]?.locations?.[0]?.physicalLocation?.artifactLocation).toEqual(location)
    expect(results[0]?.fixes?.[0]?.artifactChanges[0]?.artifactLocation).toEqual(location)
    valid(sarifLog(results))
  })

  it('says of how many results the fixes are left out, which is no failure', () => {
    const hosts = Array.from(
      { length: 5_000 },
      (_, at) => `  h${at}: { role: real-server, interfaces: { e: { network: n, address: 10.0.0.1 } } }\n`,
    )
    const { results, notes } = checked(
      `lvs: 1\nname: x\nnetworks: { n: { subnet: 10.0.0.0/8 } }\nhosts:\n${hosts.join('')}`,
    )
    expect(results.length).toBeGreaterThan(4_900)
    expect(notes.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/^how \d+ more findings are mended is not worked out/),
    ])
    const [invocation] = valid(sarifLog(results.slice(0, 10), notes)).runs[0]?.invocations ?? []
    expect(invocation).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [{ level: 'note' }],
    })
  })

  it('knows a finding again where lines have moved and others of its kind are ignored', () => {
    const prints = (text: string) =>
      resultsOf(text).map(({ partialFingerprints }) => partialFingerprints?.['lvsDesigner/v1'])
    const both = WRONG.replace('      rs2: {}', '      rs2: { port: 8081 }')
    expect(new Set(prints(both)).size).toBe(2)
    expect(prints(`# moved\n\n${both}`)).toEqual(prints(both))
    expect(prints(both.replace('# 備考', '# lvs-ignore DR-PORT: nft redirects'))).toEqual(prints(both))
    // Of several at one place too.
    const twice = `${GOOD}# lvs-ignore-file NO-RULE, NO-OTHER: x\n`
    expect(new Set(prints(twice)).size).toBe(2)
  })
})
