import type { Box } from './picture.js'

/** A line that shows what a dragged thing is in line with. */
export interface Guide {
  readonly direction: 'horizontal' | 'vertical'
  /** Its y where it is horizontal, its x where it is vertical. */
  readonly at: number
  readonly from: number
  readonly to: number
}

export interface Snap {
  /** What the dragged box has to be moved by to be in line. */
  readonly dx: number
  readonly dy: number
  readonly guides: readonly Guide[]
}

interface Match {
  readonly by: number
  readonly at: number
  readonly other: Box
}

/**
 * Draws a dragged box to the edges and middles of others it is nearly in line with, in each direction to the nearest;
 * of several that are as near, to the one beside it.
 */
export function snap(dragged: Box, others: readonly Box[], within: number): Snap {
  const acrossX = nearest(dragged, others, within, (box) => [box.x, box.x + box.width / 2, box.x + box.width])
  const acrossY = nearest(dragged, others, within, (box) => [
    box.y,
    box.y + box.height / 2,
    box.y + box.height,
  ])
  const [dx, dy] = [acrossX?.by ?? 0, acrossY?.by ?? 0]
  const there = { ...dragged, x: dragged.x + dx, y: dragged.y + dy }
  const guides: Guide[] = []
  if (acrossX !== undefined) {
    const { other, at } = acrossX
    guides.push({
      direction: 'vertical',
      at,
      from: Math.min(there.y, other.y),
      to: Math.max(there.y + there.height, other.y + other.height),
    })
  }
  if (acrossY !== undefined) {
    const { other, at } = acrossY
    guides.push({
      direction: 'horizontal',
      at,
      from: Math.min(there.x, other.x),
      to: Math.max(there.x + there.width, other.x + other.width),
    })
  }
  return { dx, dy, guides }
}

function nearest(
  dragged: Box,
  others: readonly Box[],
  within: number,
  lines: (box: Box) => readonly [start: number, middle: number, end: number],
): Match | undefined {
  const own = lines(dragged)
  let best: (Match & { readonly far: number }) | undefined
  for (const other of others) {
    const far = Math.abs(other.x - dragged.x) + Math.abs(other.y - dragged.y)
    // Like with like: an edge that touches the far edge of something is no line anybody sees.
    for (const [index, at] of lines(other).entries()) {
      const by = at - (own[index] ?? at)
      const [size, known] = [Math.abs(by), best === undefined ? within : Math.abs(best.by)]
      if (size > within || size > known) continue
      if (best !== undefined && size === known && far >= best.far) continue
      best = { by, at, other, far }
    }
  }
  return best
}
