import { getViewportForBounds, useReactFlow, useStoreApi } from '@xyflow/react'
import type { Box } from '../../src/core/diagram/picture.js'
import type { CanvasEdge, CanvasNode } from './elements.js'
import { FIT, motion } from './motion.js'

/**
 * Brings all that is drawn into view. The toolkit itself knows of nodes alone: the ways of requests and replies, which go
 * beside and below them, would be cut off.
 * @param extent of the drawing; undefined where it has nothing
 */
export function useFit(extent: () => Box | undefined): () => void {
  const flow = useReactFlow<CanvasNode, CanvasEdge>()
  const store = useStoreApi()
  return () => {
    const { width, height, minZoom } = store.getState()
    const box = extent()
    if (box === undefined || width === 0 || height === 0) return
    const viewport = getViewportForBounds(box, width, height, minZoom, FIT.maxZoom, FIT.padding)
    void flow.setViewport(viewport, { duration: motion() })
  }
}
