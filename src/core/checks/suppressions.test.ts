import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { judgeTopology } from './check.js'
import type { Judgement } from './check.js'
import { DR } from './rules.test-kit.js'
import { ignoreFix } from './suppressions.js'

function judged(text: string): Judgement {
  const parsed = parseTopology(text)
  return judgeTopology(parsed, deriveCluster(parsed.topology))
}

const codes = ({ findings }: Judgement) => findings.map(({ code }) => code)

/** Both real servers have a port of their own, which direct routing cannot bring about. */
const WRONG = DR.replace(
  '    real-servers: { rs1: {}, rs2: {} }\n',
  '    real-servers:\n      rs1:\n        port: 8080\n      rs2: { port: 8081 }\n',
)

describe('comments that take findings back', () => {
  it('the drawing they are tried on has what they are about', () => {
    expect(codes(judged(WRONG))).toEqual(['DR-PORT', 'DR-PORT'])
  })

  it('on the line before, and at the end of the line', () => {
    const above = WRONG.replace(
      '        port: 8080',
      '        # lvs-ignore DR-PORT: redirected by nft\n        port: 8080',
    )
    expect(codes(judged(above))).toEqual(['DR-PORT'])
    const behind = above.replace('port: 8081 }', 'port: 8081 } # lvs-ignore DR-PORT: as rs1')
    const both = judged(behind)
    expect(codes(both)).toEqual([])
    expect(both.suppressed.map(({ finding, reason }) => [finding.code, reason])).toEqual([
      ['DR-PORT', 'redirected by nft'],
      ['DR-PORT', 'as rs1'],
    ])
  })

  it('above an entry, for all that is in it and for nothing beside it', () => {
    const one = WRONG.replace(
      '      rs1:\n',
      '      # lvs-ignore DR-PORT: redirected\n\n      # (by nft)\n      rs1:\n',
    )
    expect(codes(judged(one))).toEqual(['DR-PORT'])
    const all = WRONG.replace('  web:\n', '  # lvs-ignore DR-PORT: redirected\n  web:\n')
    expect(codes(judged(all))).toEqual([])
    const head = WRONG.replace('  web:\n', '  web: # lvs-ignore DR-PORT: redirected\n')
    expect(codes(judged(head))).toEqual([])
  })

  it('for the whole file', () => {
    expect(codes(judged(`${WRONG}# lvs-ignore-file NAT-N, DR-PORT: a test bed\n`))).toEqual(['IGNORE-UNUSED'])
    expect(codes(judged(`# lvs-ignore-file DR-PORT: a test bed\n${WRONG}`))).toEqual([])
  })

  it('of files with other line ends', () => {
    const text = WRONG.replace('  web:\n', '  # lvs-ignore DR-PORT: redirected\n  web:\n')
    expect(codes(judged(text.replaceAll('\n', '\r\n')))).toEqual([])
    expect(codes(judged(text.replaceAll('\n', '\r')))).toEqual([])
  })

  it.each([
    '# lvs-ignore DR-PORT',
    '# lvs-ignore DR-PORT:',
    '# lvs-ignore DR-PORT: …',
    '# lvs-ignore DR-PORT: ...',
  ])('not without a reason: %s', (comment) => {
    const { findings, suppressed } = judged(WRONG.replace('  web:\n', `  ${comment}\n  web:\n`))
    expect(findings.map(({ code }) => code)).toEqual(['IGNORE-REASON', 'DR-PORT', 'DR-PORT'])
    expect(suppressed).toEqual([])
  })

  it('not what is no rule, or is about the file itself', () => {
    const comment = '# lvs-ignore DR-PROT, KEY-UNKNOWN: why not\n# lvs-ignore\n'
    const { findings } = judged(`${comment}${DR}colour: red\n`)
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'IGNORE-UNKNOWN: there is no rule DR-PROT; did you mean DR-PORT?',
      'IGNORE-UNKNOWN: KEY-UNKNOWN is about the file itself and cannot be ignored',
      'IGNORE-UNKNOWN: this names no rule; write # lvs-ignore CODE: reason',
      expect.stringMatching(/^KEY-UNKNOWN: /) as string,
    ])
  })

  it('not in values that look like comments', () => {
    const text = WRONG.replace('name: test', 'name: "# lvs-ignore-file DR-PORT: no"')
    expect(codes(judged(text)).filter((code) => code === 'DR-PORT')).toHaveLength(2)
    const block = `${WRONG}extra: |\n  # lvs-ignore-file DR-PORT: no\n`
    expect(codes(judged(block)).filter((code) => code === 'DR-PORT')).toHaveLength(2)
  })

  it('of a rule that is decided on hosts are not called unused', () => {
    expect(codes(judged(`# lvs-ignore-file DR-VIP-MISSING: set up by hand\n${DR}`))).toEqual([])
  })

  it('are written by a fix, which leaves the reason to a person', () => {
    const parsed = parseTopology(WRONG)
    const [finding] = judged(WRONG).findings
    if (finding === undefined) throw new Error('no finding')
    const text = applyTextEdits(WRONG, ignoreFix(parsed, finding))
    expect(text).toBe(
      WRONG.replace('        port: 8080', '        # lvs-ignore DR-PORT: …\n        port: 8080'),
    )
    expect(codes(judged(text))).toEqual(['IGNORE-REASON', 'DR-PORT', 'DR-PORT'])
    expect(codes(judged(text.replace('…', 'redirected')))).toEqual(['DR-PORT'])
    const unknown = judged(`${DR}colour: red\n`).findings[0]
    expect(unknown && ignoreFix(parseTopology(`${DR}colour: red\n`), unknown)).toEqual([])
  })
})
