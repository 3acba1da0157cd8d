import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { describe, expect, it } from 'vitest'
import { hiddenAnswer } from './hidden-answer.js'

/** A terminal whose keys are typed by a test. */
function terminal() {
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    setRawMode: (mode: boolean) => raw.push(mode),
  }) as unknown as ReadStream & PassThrough
  let shown = ''
  return { input, write: (text: string) => (shown += text), raw, shown: () => shown }
}

const never = new AbortController().signal

describe('an answer that must not be seen', () => {
  it('is taken as typed, mended by backspace, and never shown', async () => {
    const place = terminal()
    const answer = hiddenAnswer('Passphrase: ', place, never)
    place.input.write('sesamü')
    place.input.write('\u007fe!\r')
    expect(await answer).toBe('sesame!')
    expect([place.shown(), place.raw]).toEqual(['Passphrase: \n', [true, false]])
  })

  it.each([
    ['an empty line', '\r'],
    ['Ctrl+D', 'abc\u0004'],
  ])('is none after %s', async (_, keys) => {
    const place = terminal()
    const answer = hiddenAnswer('? ', place, never)
    place.input.write(keys)
    expect(await answer).toBeUndefined()
  })

  it('is none where the run was cancelled', async () => {
    const controller = new AbortController()
    const place = terminal()
    const answer = hiddenAnswer('? ', place, controller.signal)
    controller.abort()
    expect(await answer).toBeUndefined()
    expect(place.raw).toEqual([true, false])
  })
})
