import { useMemo, useRef } from 'react'
import type { Picture } from '../src/core/diagram/picture.js'
import type { Scene } from '../src/core/diagram/scene.js'
import { elementsOf, keepSame } from './canvas/elements.js'
import type { CanvasNode, Elements, Marks } from './canvas/elements.js'

/** The picture as React Flow's nodes and edges; what has not changed is the very same object as before. */
export function useElements(
  scene: Scene,
  picture: Picture,
  { selected, outcomes, editable }: Marks,
  ghosts: readonly CanvasNode[],
): Elements {
  const before = useRef<Elements>({ nodes: [], edges: [] })
  const elements = useMemo(() => {
    const made = elementsOf(scene, picture, { selected, outcomes, editable })
    return {
      nodes: keepSame(before.current.nodes, [...made.nodes, ...ghosts]),
      edges: keepSame(before.current.edges, made.edges),
    }
  }, [scene, picture, selected, outcomes, editable, ghosts])
  before.current = elements
  return elements
}
