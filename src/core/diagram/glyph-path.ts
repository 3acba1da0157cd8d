import type { Shape } from './glyph-shapes.js'

/* Shapes as SVG path data of one place and size, so that those of many things can be one path. */

export interface Place {
  readonly x: number
  readonly y: number
  /** Of one unit of the shape's own grid. */
  readonly scale: number
}

/** What is stroked of some shapes, and what is filled. */
export function shapePaths(
  shapes: readonly Shape[],
  at: Place,
): { readonly strokes: string; readonly solids: string } {
  let [strokes, solids] = ['', '']
  for (const shape of shapes) {
    if (shape.solid === true) solids += pathOf(shape, at)
    else strokes += pathOf(shape, at)
  }
  return { strokes, solids }
}

export function pathOf({ element, attributes }: Shape, at: Place): string {
  const value = (name: string) => Number(attributes[name] ?? 0)
  switch (element) {
    case 'path':
      return placed(attributes['d'] ?? '', at)
    case 'rect': {
      const [width, height] = [value('width') * at.scale, value('height') * at.scale]
      return `M${short(at.x + value('x') * at.scale)} ${short(at.y + value('y') * at.scale)}h${short(width)}v${short(height)}h${short(-width)}z`
    }
    case 'circle': {
      const r = value('r') * at.scale
      const [x, y] = [at.x + value('cx') * at.scale, at.y + value('cy') * at.scale]
      return `M${short(x - r)} ${short(y)}a${short(r)} ${short(r)} 0 1 0 ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 0 ${short(-2 * r)} 0`
    }
  }
}

const COMMAND = /([a-zA-Z])([^a-zA-Z]*)/g
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)/g
/** Which numbers of a command are along x, along y, or neither (of an arc: its rotation and flags). */
const AXES: Readonly<Record<string, string>> = { m: 'xy', l: 'xy', h: 'x', v: 'y', c: 'xyxyxy', a: 'll---xy' }

/** Path data on its own grid, put somewhere else: what is relative grows, what is absolute moves too. */
function placed(data: string, { x, y, scale }: Place): string {
  const origin = { x, y, l: 0 }
  let result = ''
  for (const [, letter = '', rest = ''] of data.matchAll(COMMAND)) {
    const axes = AXES[letter.toLowerCase()] ?? ''
    const absolute = letter !== letter.toLowerCase()
    const first = result === ''
    const numbers = [...rest.matchAll(NUMBER)].map(([text], index) => {
      const axis = axes[index % Math.max(axes.length, 1)]
      if (axis === '-') return text
      // The first pair of a path stands on the grid, however it is written.
      const moves = absolute || (first && index < 2)
      return short((moves ? origin[axis as 'x' | 'y' | 'l'] : 0) + Number(text) * scale)
    })
    result += `${letter}${numbers.join(' ')}`
  }
  return result
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}
