import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
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

  it('above a list whose items are not indented, and above brackets, for what is in them', () => {
    const routes = '    routes:\n    - { to: 203.0.113.0/24, via: 203.0.113.1 }\n'
    const rs1 = '    interfaces: { eth0: { network: farm, address: 192.0.2.11 } }\n'
    const list = DR.replace(rs1, `${rs1}${routes}`)
    const [found, ...more] = judged(list).findings
    expect(more).toEqual([])
    expect(list.slice(found?.span.start).startsWith('203.0.113.1 }')).toBe(true)
    const comment = `    # lvs-ignore ${found?.code ?? ''}: meant so\n`
    expect(codes(judged(list.replace(routes, `${comment}${routes}`)))).toEqual([])
    // Above one of two items it is about that one.
    const two = list.replace(routes, `${routes}${comment}    - { to: 203.0.114.0/24, via: 203.0.113.1 }\n`)
    expect(judged(two).suppressed).toHaveLength(1)
    expect(judged(two).findings).toHaveLength(1)

    const brackets = WRONG.replace(
      /^ {4}real-servers:\n[^]*?8081 \}\n/m,
      [
        '    real-servers: {',
        '      # lvs-ignore DR-PORT: redirected',
        '      rs1: {',
        '        port: 8080',
        '      }, rs2: { port: 8081 }',
        '    }',
        '',
      ].join('\n'),
    )
    const { findings, suppressed } = judged(brackets)
    expect(findings.map(({ message }) => message)).toEqual([expect.stringMatching(/^rs2 /)])
    expect(suppressed.map(({ finding }) => finding.message)).toEqual([expect.stringMatching(/^rs1 /)])
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

  it('behind the header of a block of text, and after the block', () => {
    const header = `${WRONG}extra: | # lvs-ignore-file DR-PORT: meant so\n  text # of it\n`
    expect(codes(judged(header))).toEqual(['KEY-UNKNOWN'])
    const after = `${WRONG}extra: |\n  text # of it\n# lvs-ignore-file DR-PORT: meant so\n`
    expect(codes(judged(after))).toEqual(['KEY-UNKNOWN'])
  })

  it('are not called unused while the file cannot be read as a whole', () => {
    const comment = '# lvs-ignore-file NAT-N: one is enough\n'
    expect(codes(judged(`${comment}${DR}`))).toEqual(['IGNORE-UNUSED'])
    expect(codes(judged(`${comment}${DR}}\n`))).not.toContain('IGNORE-UNUSED')
    expect(codes(judged(`${comment}${DR.replace('mode: dr', 'mode: drr')}`))).not.toContain('IGNORE-UNUSED')
  })

  it('of a rule that is decided on hosts are not called unused', () => {
    expect(codes(judged(`# lvs-ignore-file DR-VIP-MISSING: set up by hand\n${DR}`))).toEqual([])
  })

  it('wherever they stand around a finding, and the rest is said to be unused', () => {
    // 0: no comment, 1: one without a reason, 2: one with a reason.
    const comment = fc.constantFrom(0, 0, 1, 2)
    const entry = fc.record({ above: comment, behind: comment, inside: comment, wrong: fc.boolean() })
    fc.assert(
      fc.property(
        fc.record({
          file: comment,
          all: comment,
          service: comment,
          list: comment,
          entries: fc.tuple(entry, entry),
        }),
        ({ file, all, service, list, entries }) => {
          const said = (kind: number, scope = '') =>
            kind === 0 ? '' : `# lvs-ignore${scope} DR-PORT${kind === 2 ? ': meant so' : ''}`
          const alone = (kind: number, indent: string) => (kind === 0 ? '' : `${indent}${said(kind)}\n`)
          const servers = entries.map(
            ({ above, behind, inside, wrong }, at) =>
              `${alone(above, '      ')}      rs${at + 1}: ${said(behind)}\n${alone(inside, '        ')}        port: ${wrong ? 8080 : 80}\n`,
          )
          const text = DR.replace(
            /services:\n([^]*?) {4}real-servers: .*\n/,
            (_, head: string) =>
              `${alone(all, '')}services:\n${alone(service, '  ')}${head}${alone(list, '    ')}    real-servers:\n${servers.join('')}`,
          ).concat(said(file, '-file'))
          const { findings, suppressed } = judged(text)

          const around = [file, all, service, list]
          const wrong = entries.filter((each) => each.wrong)
          const ignored = wrong.filter(({ above, behind, inside }) =>
            [...around, above, behind, inside].includes(2),
          )
          const count = (code: string) => findings.filter((each) => each.code === code).length
          expect(suppressed).toHaveLength(ignored.length)
          expect(count('DR-PORT')).toBe(wrong.length - ignored.length)
          const own = entries.flatMap(({ above, behind, inside }) => [above, behind, inside])
          expect(count('IGNORE-REASON')).toBe([...around, ...own].filter((kind) => kind === 1).length)
          const idle = entries.filter((each) => !each.wrong)
          const unused = [
            ...(wrong.length === 0 ? around : []),
            ...idle.flatMap(({ above, behind, inside }) => [above, behind, inside]),
          ]
          expect(count('IGNORE-UNUSED')).toBe(unused.filter((kind) => kind > 0).length)
        },
      ),
      { numRuns: 150 },
    )
  })

  it.each([
    ['one above the other', `${'# lvs-ignore DR-PORT: so\n'.repeat(30_000)}${WRONG}`],
    ['behind values', `${WRONG}${'"a # b": 1 # lvs-ignore NAT-N: so\n'.repeat(10_000)}`],
    [
      'with codes that are none',
      `# lvs-ignore-file ${Array.from({ length: 2_000 }, (_, at) => `DR-PORT${at}`).join()}: so\n${WRONG}`,
    ],
  ])('by the thousand, %s, are read like any other text', (_, text) => {
    expect(judged(text).findings.length).toBeGreaterThan(0)
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

  it.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['CR', (text: string) => text.replaceAll('\n', '\r')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['everything on one line', () => JSON.stringify(parse(WRONG))],
    ['one line and a byte order mark', () => `\ufeff${JSON.stringify(parse(WRONG))}`],
  ])('are written into texts with %s so that they hold', (_, change) => {
    const text = change(WRONG)
    const { findings } = judged(text)
    const [finding] = findings
    expect(finding?.code).toBe('DR-PORT')
    if (finding === undefined) throw new Error('no finding')
    const ignored = applyTextEdits(text, ignoreFix(parseTopology(text), finding)).replace('…', 'meant so')
    const after = judged(ignored)
    expect(after.suppressed[0]?.finding.code).toBe('DR-PORT')
    expect([...codes(after), ...after.suppressed.map(({ finding: { code } }) => code)]).toEqual(
      codes({ findings, suppressed: [] }),
    )
    expect(ignored.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'))
    expect(ignored.lastIndexOf('\ufeff')).toBe(text.lastIndexOf('\ufeff'))
  })

  it('are not written into a value of several lines', () => {
    const text = WRONG.replace(
      '      rs2: { port: 8081 }\n',
      '      rs2: { address: "10.0.0.12\n        ", port: 8081 }\n',
    )
    const finding = judged(text).findings.find(
      ({ code, range }) =>
        code === 'DR-PORT' &&
        range.start.character < 30 &&
        range.start.line > 0 &&
        text.split('\n')[range.start.line]?.includes('8081'),
    )
    if (finding === undefined) throw new Error('no finding')
    expect(ignoreFix(parseTopology(text), finding)).toEqual([])
  })
})

describe('comments in such number that nobody reads what is said of them', () => {
  it('have so much told of them, and it is said that there is more', () => {
    const wrong = (count: number) => judged(`${DR}${'# lvs-ignore DR-PROT: x\n'.repeat(count)}`).findings
    expect(wrong(1_000).filter(({ code }) => code === 'IGNORE-UNKNOWN')).toHaveLength(1_000)
    const more = wrong(3_000)
    expect(more).toHaveLength(1_001)
    expect(more.at(-1)?.message).toBe(
      'there are more than 1,000 faults in such comments; the rest is not told before these are mended',
    )
  })

  it('may name so many codes on one line', () => {
    expect(judged(`${DR}# lvs-ignore ${'X, '.repeat(3_000)}`).findings).toHaveLength(1_001)
  })
})
