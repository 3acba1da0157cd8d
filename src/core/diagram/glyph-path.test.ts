import { describe, expect, it } from 'vitest'
import { pathOf, shapePaths } from './glyph-path.js'
import { GLYPH_SHAPES, SEVERITY_SHAPES } from './glyph-shapes.js'
import type { Shape } from './glyph-shapes.js'

const path = (d: string): Shape => ({ element: 'path', attributes: { d } })

describe('shapes as paths of another place and size', () => {
  it('moves what is absolute and only scales what is relative', () => {
    expect(pathOf(path('M1 2h3L4 5v-1Z'), { x: 100, y: 200, scale: 2 })).toBe('M102 204h6L108 210v-2Z')
  })

  it('takes a relative beginning for a place, and what follows it for steps', () => {
    expect(pathOf(path('m1 1 2 2-2 2'), { x: 10, y: 20, scale: 3 })).toBe('m13 23 6 6 -6 6')
  })

  it('keeps the flags of arcs as they are', () => {
    expect(pathOf(path('M0 0a1.5 1.5 0 0 1 1.5 1.5'), { x: 0, y: 0, scale: 2 })).toBe('M0 0a3 3 0 0 1 3 3')
  })

  it('makes paths of rectangles and circles', () => {
    expect(
      pathOf({ element: 'rect', attributes: { x: '1', y: '2', width: '3', height: '4' } }, at(10, 10, 1)),
    ).toBe('M11 12h3v4h-3z')
    expect(pathOf({ element: 'circle', attributes: { cx: '5', cy: '5', r: '2' } }, at(0, 0, 1))).toBe(
      'M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0',
    )
  })

  it('tells what is stroked from what is filled', () => {
    const { strokes, solids } = shapePaths(GLYPH_SHAPES.director, at(0, 0, 1))
    expect(solids).toMatch(/^M3\.4 12a2\.6 2\.6 /)
    expect(strokes).toContain('M8.6 12H20')
  })

  it('says nothing but what a path understands, of every shape there is', () => {
    const all = [
      ...Object.values(GLYPH_SHAPES).flat(),
      ...Object.values(SEVERITY_SHAPES).flatMap(({ body, sign }) => [body, sign]),
    ]
    for (const shape of all) expect(pathOf(shape, at(7, 9, 2.5))).toMatch(/^[Mm][-\d. MmLlHhVvAaZz]+$/)
  })
})

function at(x: number, y: number, scale: number) {
  return { x, y, scale }
}
