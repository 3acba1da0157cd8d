import { describe, expect, it } from 'vitest'
import { inFlight } from './changes-in-flight.js'

function held() {
  let [end, fail]: (() => void)[] = []
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = () => {
      reject(new Error('failed'))
    }
  })
  return { promise, end: () => end?.(), fail: () => fail?.() }
}
const turns = () => new Promise((resolve) => setImmediate(resolve))

describe('what is under way', () => {
  it('is waited for, also what begins meanwhile and what fails, and nothing of others', async () => {
    const changes = inFlight()
    const [first, second, third, other] = [held(), held(), held(), held()]
    const ended: string[] = []
    void changes.run('a', () => first.promise)
    const failing = changes.run('a', () => second.promise)
    void changes.run('b', () => other.promise)
    void changes.settled('a').then(() => ended.push('a'))
    await changes.settled('c')
    first.end()
    await turns()
    expect(ended).toEqual([])
    void changes.run('a', () => third.promise)
    second.fail()
    await expect(failing).rejects.toThrow('failed')
    await turns()
    expect(ended).toEqual([])
    third.end()
    await turns()
    expect(ended).toEqual(['a'])
  })
})
