import type { Box } from '../../src/core/diagram/picture.js'
import type { CanvasNode } from './elements.js'

/** Around the drawing, as a share of its size. */
const MARGIN = 0.06

/** Everything that is drawn, and some room around it. */
export function boundsOf(nodes: readonly CanvasNode[]): Box | undefined {
  if (nodes.length === 0) return undefined
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { position, width = 0, height = 0 } of nodes) {
    left = Math.min(left, position.x)
    top = Math.min(top, position.y)
    right = Math.max(right, position.x + width)
    bottom = Math.max(bottom, position.y + height)
  }
  const margin = MARGIN * Math.max(right - left, bottom - top)
  return {
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  }
}
