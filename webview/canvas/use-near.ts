import { useStoreApi } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { CanvasNode, HostNode } from './elements.js'

/** Of a drawing with more nodes than this, only what is near is drawn as cards. */
export const MANY = 150
/** So many cards come or go between two frames: more would be felt while the view moves. */
const COMING = 6
const GOING = 40
/** Around what is seen, in pixels of the screen: there before it is looked at; it goes from twice as far. */
const MARGIN = 120
/** Clients, routers and directors are what a drawing is read by: up to so many of them are cards from afar too. */
const MOST_OTHERS = 60
/** Of what is selected, more is drawn from afar all the same. */
const MOST_SELECTED = 30

export interface Near {
  readonly many: boolean
  /** The nodes for the toolkit: those that are far are hidden, but there for selecting, dragging and fitting. */
  readonly nodes: CanvasNode[]
  /** What the far layer draws instead. */
  readonly far: readonly HostNode[]
}

/**
 * Which hosts are cards. Of a small drawing all are. Of a large one those a person can read, and those `always` names:
 * what the pointer or the keyboard is on. They become cards a few a frame, so that no frame has to wait for many.
 */
export function useNear(
  nodes: CanvasNode[],
  readable: boolean,
  always: readonly (string | undefined)[],
): Near {
  const many = nodes.length > MANY
  const near = useInView(nodes, many, readable)
  const copies = useRef(new WeakMap<HostNode, HostNode>())
  const alwaysKey = always.join('\n')
  return useMemo(() => {
    if (!many) return { many, nodes, far: NOTHING }
    const chosen = nodes.filter(({ type, selected }) => type === 'host' && selected === true)
    const kept = new Set([...always, ...(chosen.length > MOST_SELECTED ? [] : chosen.map(({ id }) => id))])
    const others = nodes.filter((node) => node.type === 'host' && node.data.host.role !== 'real-server')
    if (others.length <= MOST_OTHERS) for (const { id } of others) kept.add(id)
    const far: HostNode[] = []
    const shown = nodes.map((node) => {
      if (node.type !== 'host' || near.has(node.id) || kept.has(node.id)) return node
      far.push(node)
      const copy = copies.current.get(node) ?? { ...node, hidden: true }
      copies.current.set(node, copy)
      return copy
    })
    return { many, nodes: shown, far }
    // The key stands for the names.
  }, [nodes, many, near, alwaysKey])
}

const NOTHING: readonly HostNode[] = []
const NONE: ReadonlySet<string> = new Set()

/** The hosts in view while their cards can be read, growing and shrinking a little with each frame. */
function useInView(nodes: readonly CanvasNode[], many: boolean, readable: boolean): ReadonlySet<string> {
  const store = useStoreApi()
  const [inView, setInView] = useState(NONE)
  const now = useRef({ nodes, inView })
  now.current = { nodes, inView }
  useEffect(() => {
    if (!many) return undefined
    let frame: number | undefined
    const later = () => {
      frame ??= requestAnimationFrame(step)
    }
    const step = () => {
      frame = undefined
      const next = towards(now.current.inView, readable ? now.current.nodes : [], store.getState())
      if (next === undefined) return
      setInView(next)
      later()
    }
    later()
    let seen = store.getState().transform
    const stop = store.subscribe(({ transform }) => {
      if (transform === seen) return
      seen = transform
      later()
    })
    return () => {
      stop()
      if (frame !== undefined) cancelAnimationFrame(frame)
    }
  }, [store, many, readable, nodes])
  return inView
}

interface Sight {
  readonly transform: readonly [number, number, number]
  readonly width: number
  readonly height: number
}

/** One step towards the hosts that are in view; undefined where they are the cards already. */
function towards(
  from: ReadonlySet<string>,
  nodes: readonly CanvasNode[],
  { transform: [x, y, zoom], width, height }: Sight,
): ReadonlySet<string> | undefined {
  const wanted = (margin: number) =>
    nodes.flatMap(({ id, type, position, width: wide = 0, height: high = 0 }) => {
      const [left, top] = [position.x * zoom + x, position.y * zoom + y]
      return type === 'host' &&
        left < width + margin &&
        left + wide * zoom > -margin &&
        top < height + margin &&
        top + high * zoom > -margin
        ? id
        : []
    })
  const stay = new Set(wanted(2 * MARGIN))
  const coming = wanted(MARGIN)
    .filter((id) => !from.has(id))
    .slice(0, COMING)
  const going = [...from].filter((id) => !stay.has(id)).slice(0, GOING)
  if (coming.length + going.length === 0) return undefined
  const next = new Set([...from, ...coming])
  for (const id of going) next.delete(id)
  return next
}
