import { expect, it } from 'vitest'
import { createSlots } from './slots.js'

it('admits as many as there are places, in the order of asking', async () => {
  const slots = createSlots(2)
  const order: number[] = []
  const first = await slots.take()
  await slots.take()
  const third = slots.take().then(() => order.push(3))
  const fourth = slots.take().then(() => order.push(4))
  expect(slots.taken).toBe(2)
  first()
  first()
  await third
  expect(order).toEqual([3])
  slots.shrink(3)
  expect(order).toEqual([3])
  void fourth
})

it('gives no place to who has stopped waiting, and fewer after shrinking, but always one', async () => {
  const slots = createSlots(2)
  const releases = [await slots.take(), await slots.take()]
  const abort = new AbortController()
  const waiting = slots.take(abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(slots.take(abort.signal)).rejects.toThrow('enough')
  slots.shrink(0)
  const next = slots.take()
  releases[0]?.()
  expect(slots.taken).toBe(1)
  releases[1]?.()
  await next
  expect(slots.taken).toBe(1)
})
