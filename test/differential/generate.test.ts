import { describe, expect, it } from 'vitest'
import { clusterOf } from './case.js'
import { textOf } from './drawing.js'
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
})
