import { describe, expect, it } from 'vitest'
import { columnsOf, firstColumns, lastColumns } from './columns.js'
import { visibleText } from './visible-text.js'

describe('the columns of a text', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['名前', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['e\u0301', 1],
    ['ключ\u0301', 4],
    ['😀', 2],
    ['a\u200db', 2],
    ['…', 1],
  ])('of %j are %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns)
  })

  it('are cut between letters, never within one or before its marks', () => {
    expect(firstColumns('a名b', 2)).toBe('a')
    expect(firstColumns('a名b', 3)).toBe('a名')
    expect(firstColumns('e\u0301x', 1)).toBe('e\u0301')
    expect(firstColumns('😀x', 1)).toBe('')
    expect(firstColumns('abc', 9)).toBe('abc')
    expect(lastColumns('b名a', 2)).toBe('a')
    expect(lastColumns('b名a', 3)).toBe('名a')
    expect(lastColumns('e\u0301x', 1)).toBe('x')
    expect(lastColumns('xe\u0301', 1)).toBe('e\u0301')
    expect(lastColumns('abc', 9)).toBe('abc')
  })
})

describe('a text that is shown', () => {
  it.each([
    ['plain 名前 e\u0301 😀', 'plain 名前 e\u0301 😀'],
    ['\u001b[31mred', '␛[31mred'],
    ['a\nb\r\tc', 'a␊b␍    c'],
    ['\u007f\u009b', '␡<U+009B>'],
    ['a\u202eb', 'a<U+202E>b'],
    ['\ufeffa', '<U+FEFF>a'],
    ['\ud800a', '<U+D800>a'],
  ])('%j has nothing that acts or hides', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })
})
