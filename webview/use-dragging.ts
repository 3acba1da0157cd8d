import { useEffect, useRef, useState } from 'react'
import type { Box } from '../src/core/diagram/picture.js'
import { snap } from '../src/core/diagram/snap.js'
import type { Guide } from '../src/core/diagram/snap.js'
import type { CanvasNode } from './canvas/elements.js'
import type { Point } from './canvas/reach.js'

/** How near an edge has to come to another to be drawn to it, in pixels of the screen. */
const NEAR = 6
const NO_GUIDES: readonly Guide[] = []
const NOTHING_HELD: ReadonlySet<string> = new Set()

export interface Dragging {
  /** What is being dragged, and what was dropped and is not in the text yet. */
  readonly dragged: ReadonlyMap<string, Point>
  readonly guides: readonly Guide[]
  readonly drag: (positions: ReadonlyMap<string, Point>) => void
  /** The hand has let go: the guides go, the things stay where they are. @returns where that is */
  readonly drop: () => ReadonlyMap<string, Point>
  /** What is under the hand goes back to where it was, whatever the hand does until it lets go. @returns whether any was */
  readonly cancel: () => boolean
  /** What was dropped so is in the text, or will not be; what a hand has taken again stays with it. */
  readonly clear: (dropped: ReadonlyMap<string, Point>) => void
}

/** Things on their way under a person's hand, drawn to what they are nearly in line with; not while Alt is held. */
export function useDragging(
  nodes: { readonly current: readonly CanvasNode[] },
  zoom: () => number,
): Dragging {
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(new Map())
  // What is drawn lags behind the hand on a slow machine; where it lets go is here.
  const latest = useRef(dragged)
  /** Under the hand now. */
  const held = useRef<ReadonlySet<string>>(NOTHING_HELD)
  const set = (positions: ReadonlyMap<string, Point>) => {
    latest.current = positions
    setDragged(positions)
  }
  const [guides, setGuides] = useState(NO_GUIDES)
  const cancelled = useRef(false)
  const freely = useRef(false)
  useEffect(() => {
    const listen = ({ altKey }: PointerEvent) => {
      freely.current = altKey
    }
    window.addEventListener('pointermove', listen, true)
    return () => {
      window.removeEventListener('pointermove', listen, true)
    }
  }, [])
  return {
    dragged,
    guides,
    drag: (positions) => {
      if (cancelled.current) return
      const found = freely.current ? undefined : snapped(nodes.current, positions, NEAR / zoom())
      setGuides(found?.guides ?? NO_GUIDES)
      held.current = new Set([...held.current, ...positions.keys()])
      const [dx, dy] = [found?.dx ?? 0, found?.dy ?? 0]
      set(
        new Map([
          ...latest.current,
          ...[...positions].map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }] as const),
        ]),
      )
    },
    drop: () => {
      setGuides(NO_GUIDES)
      cancelled.current = false
      const dropped = new Map([...latest.current].filter(([id]) => held.current.has(id)))
      held.current = NOTHING_HELD
      return dropped
    },
    cancel: () => {
      if (held.current.size === 0) return false
      cancelled.current = true
      setGuides(NO_GUIDES)
      set(new Map([...latest.current].filter(([id]) => !held.current.has(id))))
      held.current = NOTHING_HELD
      return true
    },
    clear: (dropped) => {
      set(new Map([...latest.current].filter(([id, at]) => dropped.get(id) !== at)))
    },
  }
}

function snapped(nodes: readonly CanvasNode[], positions: ReadonlyMap<string, Point>, within: number) {
  const moving: Box[] = []
  const others: Box[] = []
  for (const { id, type, position, width = 0, height = 0 } of nodes) {
    const to = positions.get(id)
    if (to !== undefined) moving.push({ ...to, width, height })
    // What is drawn around others, or of a walk, is nothing to be in line with.
    else if (type === 'host' || type === 'service' || type === 'network')
      others.push({ ...position, width, height })
  }
  if (moving.length === 0) return undefined
  const x = Math.min(...moving.map((box) => box.x))
  const y = Math.min(...moving.map((box) => box.y))
  const width = Math.max(...moving.map((box) => box.x + box.width)) - x
  const height = Math.max(...moving.map((box) => box.y + box.height)) - y
  return snap({ x, y, width, height }, others, within)
}
