import { describe, expect, it } from 'vitest'
import { scanLine } from './words.js'

/** Words as `text` or, quoted, "text"; what a comment leaves out is not there. */
function words(line: string): string[] {
  return scanLine(line, 0, line.length).words.map(({ text, kind }) =>
    kind === 'quoted' ? `"${text}"` : text,
  )
}

/** The line again, from its words, its comment and what is between them. */
function joined(line: string): string {
  const { words: found, comment } = scanLine(line, 0, line.length)
  let at = 0
  let result = ''
  for (const { start, end } of found) {
    result += line.slice(at, start) + line.slice(start, end)
    at = end
  }
  return result + line.slice(at, comment) + line.slice(comment)
}

describe('a line of keepalived.conf', () => {
  it.each([
    ['weight 1', ['weight', '1']],
    ['\t weight\t1 \r', ['weight', '1']],
    ['weight 1 # heavy', ['weight', '1']],
    ['! a comment', []],
    ['weight 1! heavy', ['weight', '1']],
    ['real_server 10.0.0.1 80{', ['real_server', '10.0.0.1', '80', '{']],
    ['a{b}c', ['a', '{', 'b', '}', 'c']],
    ['notify_up "/a/b c # d" root', ['notify_up', '"/a/b c # d"', 'root']],
    ['a"b c"d', ['a', '"b c"', 'd']],
    ['regex "a\\"b{2}" x', ['regex', '"a\\"b{2}"', 'x']],
    ['path /\\#top \\!x', ['path', '/#top', '!x']],
    ['auth_pass pass\\word', ['auth_pass', 'pass\\word']],
    ['x ${A}${B}c $D', ['x', '${A}${B}c', '$D']],
    ['x ${_RANDOM 1 9}', ['x', '${_RANDOM 1 9}']],
    ['x ${-}', ['x', '$', '{', '-', '}']],
    ['virtual_server 名前 80 # 備考', ['virtual_server', '名前', '80']],
    ['', []],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected)
    expect(joined(line)).toBe(line)
  })

  it('says where words stand', () => {
    const line = '  a "b c" {'
    const found = scanLine(line, 0, line.length).words
    expect(found.map(({ start, end }) => line.slice(start, end))).toEqual(['a', '"b c"', '{'])
  })

  it('knows what goes on in the next line, and what is not closed', () => {
    const scan = (line: string) => scanLine(line, 0, line.length)
    expect(scan('$A= \\').continued).toBe(true)
    expect(scan('weight 1 # heavy \\').continued).toBe(true)
    expect(scan('weight 1 \\ ').continued).toBe(false)
    expect(scan('path \\\\').continued).toBe(false)
    expect(scan('lb_algo "rr').unclosed).toBe(8)
    expect(scan('lb_algo "rr"').unclosed).toBeUndefined()
  })
})
