import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import { formatRange, formatTopology } from './format.js'
import type { FormatOptions, LineRange } from './format.js'
import { EVERYWHERE, SAMPLES } from './language.test-kit.js'

function formatted(text: string, options: FormatOptions = {}, range?: LineRange): string {
  const parsed = parseTopology(text)
  const result = range === undefined ? formatTopology(parsed, options) : formatRange(parsed, range, options)
  if (!result.ok) throw new Error(result.reason)
  return applyTextEdits(text, result.edits)
}

describe('bringing a file into shape', () => {
  it.each(SAMPLES)('has nothing to do in %s', (_, text) => {
    expect(formatTopology(parseTopology(text))).toEqual({ ok: true, edits: [] })
    const windows = text.replaceAll('\n', '\r\n')
    expect(formatTopology(parseTopology(windows))).toEqual({ ok: true, edits: [] })
    expect(formatTopology(parseTopology(EVERYWHERE))).toEqual({ ok: true, edits: [] })
  })

  it.each([
    ['lvs:   1\nname:\tx\n', 'lvs: 1\nname: x\n'],
    ['lvs: 1  # one\n# two  \n', 'lvs: 1  # one\n# two\n'],
    [
      'networks: {a: {subnet: [ 10.0.0.0/8 ,"::/0"] }}\n',
      'networks: { a: { subnet: [10.0.0.0/8, "::/0"] } }\n',
    ],
    ['x: { }\ny: [ ]\nz: {"a":1,}\n', 'x: {}\ny: []\nz: { "a": 1, }\n'],
    ['x: { a:, b: }\ny: [a: ]\n', 'x: { a:, b: }\ny: [a: ]\n'],
    ['x: [*a , *b ]\n'.replace(/\*./g, 'q'), 'x: [q, q]\n'],
    ['x: &a [1]\ny: [ *a , 2 ]\nz: { *a : 1 }\n', 'x: &a [1]\ny: [*a, 2]\nz: { *a : 1 }\n'],
    ['lvs: 1\n\n\n\nname: x  \n\n \n', 'lvs: 1\n\nname: x\n'],
    ['lvs: 1', 'lvs: 1\n'],
    ['lvs: 1\r\nname: x\r\nx: 1\ny: 2', 'lvs: 1\r\nname: x\r\nx: 1\r\ny: 2\r\n'],
    ['lvs: 1\nname: x\nx: 1\r\n', 'lvs: 1\nname: x\nx: 1\n'],
    ['\ufefflvs:  1\rname: x\r', '\ufefflvs: 1\rname: x\r'],
    ['x: "a  ,b {c}  #d"\ny: a  b\n', 'x: "a  ,b {c}  #d"\ny: a  b\n'],
    ['x: |\n  a:   b  \n\n\n  { c:1 }\n', 'x: |\n  a:   b  \n\n\n  { c:1 }\n'],
    ['x: |+\n  a\n\n\n', 'x: |+\n  a\n\n\n'],
    ['x: |\n  a', 'x: |\n  a'],
    ["x: 'a\n\n\n  b  \n  c'  # d\n", "x: 'a\n\n\n  b  \n  c'  # d\n"],
    ['? a\n:   - b\n    - c\n', '? a\n:   - b\n    - c\n'],
    ['---   # start\nlvs: 1\n', '---   # start\nlvs: 1\n'],
  ])('%j', (before, after) => {
    expect(formatted(before)).toBe(after)
    expect(formatted(after)).toBe(after)
  })

  it('indents as most of the file is, with comments, lists, brackets and literals going along', () => {
    const text = `hosts:
  a:
    role: client
    interfaces:
        # the first
        eth0:
             network: n # inner
             mtu: 1500
        eth1: {
          network: m,
            mtu: 9000
        }
        # eth2: {}
    routes:
        - to: 10.0.0.0/8
          via: 10.0.0.1
        # the last
        -   to: 11.0.0.0/8
    x-note: |
            one
              two
  # b is next
  b:
   role: client
`
    expect(formatted(text)).toBe(`hosts:
  a:
    role: client
    interfaces:
      # the first
      eth0:
        network: n # inner
        mtu: 1500
      eth1: {
        network: m,
          mtu: 9000
      }
      # eth2: {}
    routes:
        - to: 10.0.0.0/8
          via: 10.0.0.1
        # the last
        -   to: 11.0.0.0/8
    x-note: |
            one
              two
  # b is next
  b:
    role: client
`)
  })

  it('takes the width of the editor only where the file does not tell', () => {
    expect(formatted('a:\n   b:\n     c: 1\n', { tabSize: 4 })).toBe('a:\n   b:\n      c: 1\n'.replace('   b', '  b').replace('      c', '    c')) // prettier-ignore
    expect(formatted('a:\n    b:\n        c: 1\n', { tabSize: 2 })).toBe('a:\n    b:\n        c: 1\n')
    expect(formatted('a:\n  b:\n      c: 1\n', { tabSize: 4 })).toBe('a:\n    b:\n        c: 1\n')
  })

  it('keeps to the lines it is given', () => {
    const text = 'lvs:  1\nname:  x\nnetworks:  {}\n'
    expect(formatted(text, {}, { first: 1, last: 1 })).toBe('lvs:  1\nname: x\nnetworks:  {}\n')
    // Half of a block cannot be moved: its lines stay, and only blanks within them go.
    const half = 'a:\n  b: 1\nc:\n  d: 2\ne:\n    f: 3\n    g:  4\n'
    expect(formatted(half, {}, { first: 5, last: 5 })).toBe(half)
    expect(formatted(half, {}, { first: 5, last: 6 })).toBe('a:\n  b: 1\nc:\n  d: 2\ne:\n  f: 3\n  g: 4\n')
    expect(formatRange(parseTopology(text), { first: 90, last: 99 })).toEqual({ ok: true, edits: [] })
  })

  it('changes no more characters than it must', () => {
    const result = formatTopology(parseTopology('a:   1\nb: [ 2]  # c\n'))
    expect(result).toEqual({
      ok: true,
      edits: [
        { span: { start: 3, end: 5 }, newText: '' },
        { span: { start: 11, end: 12 }, newText: '' },
      ],
    })
  })

  it('does nothing to a text that cannot be read', () => {
    for (const text of ['lvs:  1\nhosts: [\n', 'a: *nowhere\n', '['.repeat(90)]) {
      expect(formatTopology(parseTopology(text))).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^mend the text first: /) as unknown,
      })
    }
    expect(formatTopology(parseTopology(''))).toEqual({ ok: true, edits: [] })
    expect(formatTopology(parseTopology('# only\n'))).toEqual({ ok: true, edits: [] })
  })
})
