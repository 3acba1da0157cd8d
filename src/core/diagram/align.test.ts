import { describe, expect, it } from 'vitest'
import { align, distribute } from './align.js'
import type { Placed } from './align.js'
import { snap } from './snap.js'

const at = (name: string, x: number, y: number, width = 100, height = 40): Placed => ({
  subject: { what: 'host', name },
  box: { x, y, width, height },
})
const places = (placements: ReturnType<typeof align>) =>
  Object.fromEntries(placements.map(({ subject, to }) => [subject.name, [to.x, to.y]]))

describe('things in line', () => {
  const three = [at('a', 0, 0), at('b', 30, 100, 50), at('c', 10, 300, 100, 80)]

  it('share an edge or a middle, and only what has to moves', () => {
    expect(places(align(three, 'left'))).toEqual({ b: [0, 100], c: [0, 300] })
    expect(places(align(three, 'right'))).toEqual({ a: [10, 0], b: [60, 100] })
    expect(places(align(three, 'center'))).toEqual({ a: [5, 0], c: [5, 300] })
    expect(places(align(three, 'top'))).toEqual({ b: [30, 0], c: [10, 0] })
    expect(places(align(three, 'bottom'))).toEqual({ a: [0, 340], b: [30, 340] })
    expect(places(align(three, 'middle'))).toEqual({ a: [0, 170], b: [30, 170], c: [10, 150] })
    expect(align([at('a', 5, 0), at('b', 5, 99)], 'left')).toEqual([])
  })

  it('stand with equal gaps, the outermost where they were', () => {
    expect(places(distribute(three, 'vertically'))).toEqual({ b: [30, 150] })
    expect(places(distribute([at('b', 120, 0), at('a', 0, 0), at('c', 500, 0)], 'horizontally'))).toEqual({
      b: [250, 0],
    })
    expect(distribute([at('a', 0, 0), at('b', 9, 9)], 'vertically')).toEqual([])
  })
})

describe('what is dragged', () => {
  const others = [
    { x: 0, y: 0, width: 100, height: 40 },
    { x: 400, y: 200, width: 60, height: 60 },
  ]

  it('is drawn to edges and middles it is nearly in line with, each direction by itself', () => {
    const { dx, dy, guides } = snap({ x: 3, y: 205, width: 100, height: 60 }, others, 6)
    expect([dx, dy]).toEqual([-3, -5])
    expect(guides).toEqual([
      { direction: 'vertical', at: 0, from: 0, to: 260 },
      { direction: 'horizontal', at: 200, from: 0, to: 460 },
    ])
  })

  it('is left alone where nothing is near, and takes the nearest of several', () => {
    expect(snap({ x: 50, y: 90, width: 33, height: 44 }, others, 6)).toEqual({ dx: 0, dy: 0, guides: [] })
    const near = [...others, { x: 4, y: 300, width: 500, height: 500 }]
    expect(snap({ x: 3, y: 600, width: 10, height: 11 }, near, 6).dx).toBe(1)
  })
})
