import { afterEach, expect, it } from 'vitest'
import { speakChinese } from '../../core/speech/chinese.test-kit.js'
import { speak } from '../../core/speech/say.js'
import { inWords, worstOf } from './severities.js'

afterEach(() => {
  speak(undefined)
})

const findings = (['warning', 'error', 'warning', 'hint'] as const).map((severity) => ({ severity }))

it('counts findings by severity, the worst first, in the language of the reader', () => {
  expect(worstOf(findings)).toBe('error')
  expect(inWords(findings)).toBe('1 error, 2 warnings, 1 hint')
  expect(inWords([])).toBe('')
  speakChinese()
  expect(inWords(findings)).toBe('1 个错误、2 个警告、1 条提示')
})
