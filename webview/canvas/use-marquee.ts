import { useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import type { CanvasNode } from './elements.js'

/**
 * What a frame that is drawn on the canvas takes in, of drawings with hosts that are far: the toolkit looks only at
 * what it shows. Whether such a frame is being drawn.
 */
export function useMarquee(
  nodes: readonly CanvasNode[],
  hasFar: boolean,
  onSelect: (ids: readonly string[]) => void,
): boolean {
  const frame = useStore(({ userSelectionActive, userSelectionRect: rect, transform: [x, y, zoom] }) =>
    hasFar && userSelectionActive && rect !== null
      ? [(rect.x - x) / zoom, (rect.y - y) / zoom, rect.width / zoom, rect.height / zoom].join(' ')
      : undefined,
  )
  const latest = useRef({ nodes, onSelect })
  latest.current = { nodes, onSelect }
  useEffect(() => {
    if (frame === undefined) return
    const [left = 0, top = 0, width = 0, height = 0] = frame.split(' ').map(Number)
    latest.current.onSelect(
      latest.current.nodes.flatMap((node) => {
        const { id, position, width: wide = 0, height: high = 0, selectable } = node
        const inside =
          position.x < left + width &&
          position.x + wide > left &&
          position.y < top + height &&
          position.y + high > top
        return inside && selectable !== false ? id : []
      }),
    )
  }, [frame])
  return frame !== undefined
}
