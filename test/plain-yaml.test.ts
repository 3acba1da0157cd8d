import { readFileSync, readdirSync } from 'node:fs'
import { build } from 'esbuild'
import fc from 'fast-check'
import * as published from 'yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { plainYaml } from '../scripts/plain-yaml.mjs'
import { hostileMegabytes } from './hostile-megabytes.js'

/** The library as it is bundled. */
let plain: typeof published

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from 'yaml'`, resolveDir: '.' },
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [plainYaml()],
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  plain = (await import(`data:text/javascript;base64,${code}`)) as typeof published
})

/** All that the lexer and the parser make of a text that comes in such pieces. */
function madeOf({ Lexer, Parser }: typeof published, pieces: readonly string[]): string {
  const lexer = new Lexer()
  const parser = new Parser()
  const last = pieces.length - 1
  const lexemes = pieces.flatMap((piece, at) => [...lexer.lex(piece, at < last)])
  const tokens = pieces.flatMap((piece, at) => [...parser.parse(piece, at < last)])
  return JSON.stringify([lexemes, tokens])
}

function expectSame(...pieces: readonly string[]): void {
  expect(madeOf(plain, pieces)).toBe(madeOf(published, pieces))
}

const scraps = [
  ...['a', 'b: ', ': ', '- ', '? ', ', ', '{', '}', '[', ']', '\n', '\n  ', '\n    ', '\r\n', '\t', ' '],
  ...[
    '"',
    "'",
    '"q" ',
    "'s' ",
    '# c',
    ' # c\n',
    '&x ',
    '*x ',
    '!t ',
    '!<t> ',
    '|\n',
    '>-\n  ',
    '---\n',
    '...\n',
  ],
  ...['%YAML 1.2\n', '@', '`', '\ufeff', 'é', '~', ':', '-', '\u0000', '"a\\\n', '<<: '],
]

describe('the YAML library as it is bundled', () => {
  it('has no generators inside', () => {
    const { parseNext } = plain.Lexer.prototype as unknown as Record<string, object>
    const { step } = plain.Parser.prototype as unknown as Record<string, object>
    expect([parseNext?.constructor, step?.constructor]).toEqual([Function, Function])
  })

  it.each(readdirSync('samples'))('reads %s as the published one', (file) => {
    expectSame(readFileSync(`samples/${file}`, 'utf8'))
  })

  it.each(hostileMegabytes())('reads the beginning of %s as the published one', (_, text) => {
    expectSame(text.slice(0, 1_000))
  })

  it('reads anything as the published one, in pieces too', () => {
    const text = fc.array(fc.constantFrom(...scraps), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (pieces) => {
        expectSame(...pieces)
      }),
      { numRuns: 2_000 },
    )
  })

  it('hands a word on before it looks at the next, so that whoever counts them can stop', () => {
    const words = new plain.Lexer().lex('['.repeat(1_000_000))
    const begun = Array.from({ length: 4 }, () => words.next().value)
    expect(begun).toEqual([published.CST.DOCUMENT, '[', '[', '['])
  })
})
