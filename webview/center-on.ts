import type { ReactFlowInstance } from '@xyflow/react'
import { nodeId } from '../src/core/diagram/node-ids.js'
import type { Picture } from '../src/core/diagram/picture.js'
import type { Subject } from '../src/core/diagram/scene.js'
import type { CanvasEdge, CanvasNode } from './canvas/elements.js'
import { motion } from './canvas/motion.js'

/** From farther away nothing could be read of it. */
const LEAST_ZOOM = 0.6

/** Brings something into the middle of the view: a host of a closed farm by its farm. Whether it is on the canvas. */
export function centerOn(
  { what, name }: Subject,
  flow: ReactFlowInstance<CanvasNode, CanvasEdge>,
  nodes: readonly CanvasNode[],
  { farms }: Picture,
): boolean {
  const inFarm =
    what === 'host' ? farms.find(({ closed, hosts }) => closed && hosts.includes(name)) : undefined
  const id = inFarm === undefined ? nodeId({ what, name }) : `farm:${inFarm.id}`
  const node = nodes.find((each) => each.id === id)
  if (node === undefined) return false
  const { position, width = 0, height = 0 } = node
  void flow.setCenter(position.x + width / 2, position.y + height / 2, {
    zoom: Math.max(flow.getZoom(), LEAST_ZOOM),
    duration: motion(),
  })
  return true
}
