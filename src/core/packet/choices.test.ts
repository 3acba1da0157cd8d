import { expect, it } from 'vitest'
import { everyWay } from './choices.js'

it('goes every way once, the first option first', () => {
  const ways = everyWay(100, ({ choose }) => {
    const first = choose(['a', 'b'])
    // What there is to choose may depend on what was chosen.
    const second = first === 'a' ? choose([1, 2, 3]) : 0
    return `${first}${second}${choose(['x', 'y'])}`
  })
  expect(ways).toEqual(['a1x', 'a1y', 'a2x', 'a2y', 'a3x', 'a3y', 'b0x', 'b0y'])
})

it('goes one way where there is nothing to choose, and no more ways than it may', () => {
  expect(everyWay(100, () => 'only')).toEqual(['only'])
  expect(everyWay(3, ({ choose }) => choose([1, 2, 3, 4]))).toEqual([1, 2, 3])
})
