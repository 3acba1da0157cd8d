import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkTopology } from '../checks/check.js'
import type { Finding } from '../checks/check.js'
import type { TopologyEdit } from '../topology/edit.js'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { fixAllOf } from './fix-all.js'

const nat = readFileSync('samples/nat.lvs.yaml', 'utf8')

function fixed(text: string, code: string): { after: string; fixed: number; left: number } {
  const parsed = parseTopology(text)
  const result = fixAllOf(parsed, checkTopology(parsed), code)
  if (!result.ok) throw new Error(result.reason)
  return { after: applyTextEdits(text, result.edits), fixed: result.fixed, left: result.left }
}

/** A finding as a rule would report it, with a fix of our own. */
function finding(code: string, edits: readonly TopologyEdit[]): Finding {
  const at = { line: 0, character: 0 }
  const place = { span: { start: 0, end: 1 }, range: { start: at, end: at } }
  return { code, severity: 'error', message: code, path: '', ...place, fixes: [{ title: 'mend it', edits }] }
}

describe('fixing all of a kind', () => {
  it('makes the first fix of each, and of no other kind', () => {
    const text = nat.replaceAll('port: 8080', 'prot: 8080').replace('scheduler: rr', 'scheduler: rrr')
    expect(fixed(text, 'KEY-UNKNOWN')).toEqual({
      after: nat.replace('scheduler: rr', 'scheduler: rrr'),
      fixed: 4,
      left: 0,
    })
    expect(fixed(text, 'SCHED-UNKNOWN').after).toBe(nat.replaceAll('port: 8080', 'prot: 8080'))
  })

  it('keeps line ends, quotes and comments', () => {
    const text = nat.replaceAll('port: 8080', '"prot": 8080 ').replaceAll('\n', ' # é\r\n')
    expect(fixed(text, 'KEY-UNKNOWN').after).toBe(text.replaceAll('"prot"', '"port"'))
  })

  it('makes one change once, whatever number of findings ask for it', () => {
    const text = nat
      .replace('  rs1:\n    role', '  rs1:\n    gateway: 10.0.0.254\n    role')
      .replace('  rs2:\n    role', '  rs2:\n    gateway: 10.0.0.254\n    role')
    expect(fixed(text, 'NAT-GW')).toEqual({ after: nat, fixed: 2, left: 0 })
  })

  it('takes several items out of one list', () => {
    const text =
      'lvs: 1\nname: x\nhosts:\n  a:\n    role: client\n    gateway: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]\n'
    const parsed = parseTopology(text)
    const findings = [0, 2, 3].map((at) =>
      finding('KEY-MISSING', [{ kind: 'unset', path: `/hosts/a/gateway/${at}` }]),
    )
    const result = fixAllOf(parsed, [...checkTopology(parsed), ...findings], 'KEY-MISSING')
    expect(result.ok && applyTextEdits(text, result.edits)).toBe(text.replace(/\[.*\]/, '[10.0.0.2]'))
    expect(result).toMatchObject({ fixed: 3, left: 0 })
  })

  it('makes of two that contradict each other the first', () => {
    const text = 'lvs: 1\nname: x\n'
    const findings = ['a', 'b'].map((value) => finding('X', [{ kind: 'set', path: '/name', value }]))
    const result = fixAllOf(parseTopology(text), findings, 'X')
    expect(result.ok && applyTextEdits(text, result.edits)).toBe('lvs: 1\nname: a\n')
  })

  it('goes on with what is found afterwards', () => {
    const text = nat.replace('scheduler: rr', 'scheduler: rrr')
    const parsed = parseTopology(text)
    // The first try leads to another word that is none; its own finding has the way out.
    const [real] = checkTopology(parsed)
    const astray: TopologyEdit = { kind: 'set', path: '/services/web/scheduler', value: 'wrrr' }
    const twice = finding('SCHED-UNKNOWN', [astray])
    expect(real?.code).toBe('SCHED-UNKNOWN')
    const result = fixAllOf(parsed, [twice, finding('SCHED-UNKNOWN', [])], 'SCHED-UNKNOWN')
    expect(result.ok && applyTextEdits(text, result.edits)).toMatch(/scheduler: (rr|wrr)\n/)
    expect(result).toMatchObject({ ok: true, left: 0 })
  })

  it('leaves out a fix that would bring another error, and makes the rest', () => {
    const text = nat.replaceAll('port: 8080', 'prot: 8080')
    const parsed = parseTopology(text)
    const findings = checkTopology(parsed)
    const harmful = finding('KEY-UNKNOWN', [{ kind: 'unset', path: '/hosts/lb1' }])
    const result = fixAllOf(parsed, [findings[0] ?? harmful, harmful, ...findings.slice(1)], 'KEY-UNKNOWN')
    expect(result.ok && applyTextEdits(text, result.edits)).toBe(nat)
    expect(fixAllOf(parsed, [harmful], 'KEY-UNKNOWN')).toEqual({
      ok: false,
      reason: expect.stringMatching(
        /^none of the fixes of KEY-UNKNOWN can be made: they would bring /,
      ) as unknown,
    })
  })

  it('leaves out a fix that cannot be made in this text', () => {
    const text = `${nat.replace('port: 8080', 'prot: 8080')}x: &a { b: 1 }\ny: *a\n`
    const parsed = parseTopology(text)
    const copied = finding('KEY-UNKNOWN', [{ kind: 'set', path: '/y/b', value: 2 }])
    const result = fixAllOf(parsed, [copied, ...checkTopology(parsed)], 'KEY-UNKNOWN')
    expect(result.ok && applyTextEdits(text, result.edits)).toContain('rs1: { port: 8080 }')
    expect(fixAllOf(parsed, [copied], 'KEY-UNKNOWN')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/is a copy of &a/) as unknown,
    })
  })

  it('says why where there is nothing to do', () => {
    const parsed = parseTopology(nat)
    expect(fixAllOf(parsed, [], 'DR-ARP')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/any longer/) as unknown,
    })
    expect(fixAllOf(parsed, [{ ...finding('X', []), fixes: [] }], 'X')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^X has no fix/) as unknown,
    })
    const broken = parseTopology('lvs: 1\nname: [\nhsots: {}\n')
    expect(fixAllOf(broken, [finding('X', [{ kind: 'unset', path: '/lvs' }])], 'X')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/mend the text first/) as unknown,
    })
  })

  it('reads a text with a thousand findings a few times, not a thousand', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `rs${at}`)
    const hosts = names.map((name) => `  ${name}: { role: real-server, suports: { gre: true } }\n`).join('')
    const parsed = parseTopology(`lvs: 1\nname: x\nhosts:\n${hosts}`)
    const findings = checkTopology(parsed)
    expect(fixAllOf(parsed, findings, 'KEY-UNKNOWN')).toMatchObject({ ok: true, left: 0, fixed: 1000 })
    // Each of them refused, it gives up early; with a reading for each this would take minutes.
    const lost = names
      .slice(0, 400)
      .map((name) => finding('X', [{ kind: 'unset', path: `/hosts/${name}/role` }]))
    expect(fixAllOf(parsed, lost, 'X').ok).toBe(false)
  })
})
