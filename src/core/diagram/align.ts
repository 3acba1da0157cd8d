import type { Position } from '../topology/types.js'
import type { Box } from './picture.js'
import type { Subject } from './scene.js'

export const ALIGNMENTS = ['left', 'center', 'right', 'top', 'middle', 'bottom'] as const
export type Alignment = (typeof ALIGNMENTS)[number]
export type Direction = 'horizontally' | 'vertically'

/** Something on the canvas that is to be put in line with others. */
export interface Placed {
  readonly subject: Subject
  readonly box: Box
}

export interface Placement {
  readonly subject: Subject
  readonly to: Position
}

/** Where things stand when they share an edge or a middle; only those that have to move. */
export function align(placed: readonly Placed[], alignment: Alignment): readonly Placement[] {
  const lefts = placed.map(({ box }) => box.x)
  const rights = placed.map(({ box }) => box.x + box.width)
  const tops = placed.map(({ box }) => box.y)
  const bottoms = placed.map(({ box }) => box.y + box.height)
  const [left, right] = [Math.min(...lefts), Math.max(...rights)]
  const [top, bottom] = [Math.min(...tops), Math.max(...bottoms)]
  const place = ({ x, y, width, height }: Box): Position => {
    switch (alignment) {
      case 'left':
        return { x: left, y }
      case 'center':
        return { x: (left + right - width) / 2, y }
      case 'right':
        return { x: right - width, y }
      case 'top':
        return { x, y: top }
      case 'middle':
        return { x, y: (top + bottom - height) / 2 }
      case 'bottom':
        return { x, y: bottom - height }
    }
  }
  return moved(placed.map((each) => ({ ...each, to: place(each.box) })))
}

/** Where things stand when the gaps between them are the same; the outermost stay. */
export function distribute(placed: readonly Placed[], direction: Direction): readonly Placement[] {
  const along = direction === 'horizontally'
  const start = ({ box }: Placed) => (along ? box.x : box.y)
  const length = ({ box }: Placed) => (along ? box.width : box.height)
  const inOrder = [...placed].sort((a, b) => start(a) + length(a) / 2 - (start(b) + length(b) / 2))
  const [first, last] = [inOrder[0], inOrder.at(-1)]
  if (first === undefined || last === undefined || inOrder.length < 3) return []
  const room = start(last) + length(last) - start(first)
  const filled = inOrder.reduce((sum, each) => sum + length(each), 0)
  const gap = (room - filled) / (inOrder.length - 1)
  let at = start(first)
  return moved(
    inOrder.map((each) => {
      const to = along ? { x: at, y: each.box.y } : { x: each.box.x, y: at }
      at += length(each) + gap
      return { ...each, to }
    }),
  )
}

function moved(placed: readonly (Placed & Placement)[]): readonly Placement[] {
  return placed.flatMap(({ subject, box, to }) => {
    const rounded = { x: Math.round(to.x), y: Math.round(to.y) }
    return rounded.x === Math.round(box.x) && rounded.y === Math.round(box.y)
      ? []
      : [{ subject, to: rounded }]
  })
}
