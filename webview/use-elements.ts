import { useMemo, useRef } from 'react'
import type { Picture } from '../src/core/diagram/picture.js'
import type { Scene } from '../src/core/diagram/scene.js'
import type { HostOutcomeMark } from '../src/protocol/designer.js'
import { elementsOf, keepSame } from './canvas/elements.js'
import type { CanvasNode, Elements, Marks } from './canvas/elements.js'
import { nodeDataOf } from './canvas/node-data.js'

/** The picture as React Flow's nodes and edges; what has not changed is the very same object as before. */
export function useElements(
  scene: Scene,
  picture: Picture,
  outcomes: ReadonlyMap<string, HostOutcomeMark>,
  { selected, editable }: Marks,
  ghosts: readonly CanvasNode[],
): Elements {
  const closed = picture.farms.flatMap((farm) => (farm.closed ? farm.id : [])).join('\n')
  // The closed farms are all of the picture that what is said goes by.
  const data = useMemo(() => nodeDataOf(scene, picture, outcomes), [scene, closed, outcomes])
  const before = useRef<Elements>({ nodes: [], edges: [] })
  const elements = useMemo(() => {
    const known = new Map(before.current.nodes.map((node) => [node.id, node]))
    const made = elementsOf(scene, picture, data, { selected, editable }, known)
    return {
      nodes: keepSame(before.current.nodes, [...made.nodes, ...ghosts]),
      edges: keepSame(before.current.edges, made.edges),
    }
  }, [scene, picture, data, selected, editable, ghosts])
  before.current = elements
  return elements
}
