import { describe, expect, it } from 'vitest'
import { clusterOf, walkedCase } from './case.js'
import { textOf } from './drawing.js'
import { generateWiderCase } from './generate-wider.js'
import { generateCase } from './generate.js'

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed)

describe('the generator of topologies', () => {
  it('draws the same for the same seed, and valid drawings only', () => {
    for (const seed of SEEDS) {
      const generated = generateCase(seed)
      expect(generateCase(seed)).toEqual(generated)
      expect(clusterOf(generated).hosts.size).toBeLessThanOrEqual(6)
    }
  })
  it('draws something else for most seeds', () => {
    const texts = SEEDS.map((seed) => textOf({ ...generateCase(seed).drawing, name: 'same' }))
    expect(new Set(texts).size).toBeGreaterThan(SEEDS.length * 0.95)
  })
  it('asks for more with some, and leaves the others as they are', { timeout: 120_000 }, () => {
    const wider = SEEDS.map((seed) => ({ which: generateWiderCase(seed), plain: generateCase(seed) }))
    const has = (what: RegExp) => wider.filter(({ which }) => what.test(textOf(which.drawing))).length
    for (const what of [/director:\n {6}- lb\n {6}- lb2/, /protocol: sctp/, /thresholds:/])
      expect(has(what), String(what)).toBeGreaterThan(SEEDS.length / 50)
    expect(new Set(wider.map(({ which: { active } }) => active))).toEqual(new Set([undefined, 'lb', 'lb2']))
    expect(wider.filter(({ which: { requests = 1 } }) => requests > 1).length).toBeGreaterThan(
      SEEDS.length / 5,
    )
    const same = wider.filter(({ which, plain }) => textOf(which.drawing) === textOf(plain.drawing))
    expect(same.length).toBeGreaterThan(SEEDS.length / 2)
    for (const { which } of wider) {
      const { walks } = walkedCase(which)
      expect(walks.length, which.name).toBeGreaterThan(0)
      if (which.active !== undefined)
        expect(new Set(walks.map(({ director }) => director))).toEqual(new Set([which.active]))
    }
  })
})
