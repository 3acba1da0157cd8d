import { expect, it } from 'vitest'
import { matchesPattern, matchesPatternList } from './pattern-list.js'

it.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['?', '', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['*.example.net', 'lb1.example.net', true],
  ['*.example.net', 'example.net', false],
  ['10.0.0.?', '10.0.0.12', false],
  ['[10.0.0.*]:2222', '[10.0.0.9]:2222', true],
  ['a.c', 'abc', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
])('%s on %s: %s', (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches)
})

it('lets a negated pattern win, wherever it stands', () => {
  expect(matchesPatternList(['*.net', '!bad.net'], 'good.net')).toBe(true)
  expect(matchesPatternList(['*.net', '!bad.net'], 'bad.net')).toBe(false)
  expect(matchesPatternList(['!bad.net', '*'], 'bad.net')).toBe(false)
  expect(matchesPatternList(['!bad.net'], 'good.net')).toBe(false)
})

it('takes no time over a pattern made to be slow', () => {
  const started = performance.now()
  expect(matchesPattern(`${'a*'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
