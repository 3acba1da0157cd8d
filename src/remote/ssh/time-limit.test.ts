import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTimeLimit } from './time-limit.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('ends after its time, which stands still in a pause', () => {
  const limit = startTimeLimit(100)
  const ends: string[] = []
  limit.onEnd((end) => ends.push(end))
  vi.advanceTimersByTime(60)
  limit.pause()
  vi.advanceTimersByTime(10_000)
  limit.resume()
  vi.advanceTimersByTime(39)
  expect(ends).toEqual([])
  vi.advanceTimersByTime(1)
  expect(ends).toEqual(['timed-out'])
  limit.onEnd((end) => ends.push(`late ${end}`))
  expect(ends).toEqual(['timed-out', 'late timed-out'])
  expect(vi.getTimerCount()).toBe(0)
})

it('ends by its signal, also in a pause and when it is aborted already, and not after it was stopped', () => {
  const abort = new AbortController()
  const limit = startTimeLimit(100, abort.signal)
  limit.pause()
  const stopped = startTimeLimit(100, abort.signal)
  stopped.stop()
  abort.abort()
  expect(limit.ended).toBe('cancelled')
  expect(stopped.ended).toBeUndefined()
  expect(startTimeLimit(100, abort.signal).ended).toBe('cancelled')
  expect(vi.getTimerCount()).toBe(0)
})
