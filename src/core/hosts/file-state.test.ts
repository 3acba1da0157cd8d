import { describe, expect, it } from 'vitest'
import { fileState, fileText, shownFile } from './file-state.js'

describe('the state of a file', () => {
  it.each(['a', 'ab', 'abc', 'abcd\n', 'größe ≤ 10 €\n\t{}\n', '😀', '%41'])(
    'is the same text back: %j',
    (text) => {
      expect(fileState(text)).toBe(`base64:${Buffer.from(text).toString('base64')}`)
      expect(fileText(fileState(text))).toBe(text)
    },
  )

  it('is no text where the bytes are none, and nothing where there is no file', () => {
    expect(fileText('base64:/w==')).toBeUndefined()
    expect(shownFile('base64:/w==')).toBe('(bytes that are no text)\n')
    expect(shownFile('absent')).toBe('')
  })

  it('shows no secret', () => {
    const shown = shownFile(fileState('  auth_type PASS\n  auth_pass hunter2 # mine\n'))
    expect(shown).toBe('  auth_type PASS\n  auth_pass ********\n')
  })
})
