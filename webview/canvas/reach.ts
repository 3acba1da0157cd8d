import type { CanvasNode } from './elements.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A thin thing may be missed by this much. */
const MARGIN = 14

/** The topmost node at a point of the canvas; `except` is where a gesture began. */
export function nodeAt(
  nodes: readonly CanvasNode[],
  { x, y }: Point,
  except?: string,
): CanvasNode | undefined {
  return nodes
    .filter(({ id, position, width = 0, height = 0 }) => {
      const near = width < 40 ? MARGIN : 0
      return (
        id !== except &&
        x >= position.x - near &&
        x <= position.x + width + near &&
        y >= position.y - near &&
        y <= position.y + height + near
      )
    })
    .sort((a, b) => (b.zIndex ?? 0) - (a.zIndex ?? 0))[0]
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The node an arrow key goes to: the nearest in that direction, what lies straight ahead before what is aside. */
export function neighbour(
  nodes: readonly CanvasNode[],
  from: CanvasNode,
  direction: Direction,
): CanvasNode | undefined {
  const here = middle(from)
  let best: { node: CanvasNode; cost: number } | undefined
  for (const node of nodes) {
    if (node.id === from.id || (node.type === 'farm' && !node.data.farm.closed)) continue
    const there = middle(node)
    const [along, aside] =
      direction === 'left' || direction === 'right'
        ? [(there.x - here.x) * (direction === 'right' ? 1 : -1), Math.abs(there.y - here.y)]
        : [(there.y - here.y) * (direction === 'down' ? 1 : -1), Math.abs(there.x - here.x)]
    if (along < 1) continue
    const cost = along + 2.5 * aside
    if (best === undefined || cost < best.cost) best = { node, cost }
  }
  return best?.node
}

function middle({ position, width = 0, height = 0 }: CanvasNode): Point {
  return { x: position.x + width / 2, y: position.y + height / 2 }
}
