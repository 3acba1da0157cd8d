import { useReactFlow } from '@xyflow/react'
import { useRef } from 'react'
import type { PointerEvent } from 'react'
import { useCanvasActions } from './actions.js'

/** The ends of a network, by which it is drawn longer or shorter. */
export function BarEnds({
  name,
  length,
  held,
}: {
  readonly name: string
  readonly length: number
  /** It grows both ways; else downwards. */
  readonly held: boolean
}) {
  return (
    <>
      {held && <BarEnd name={name} length={length} side="top" factor={-2} />}
      <BarEnd name={name} length={length} side="bottom" factor={held ? 2 : 1} />
    </>
  )
}

function BarEnd({
  name,
  length,
  side,
  factor,
}: {
  readonly name: string
  readonly length: number
  readonly side: 'top' | 'bottom'
  /** How much longer it gets for each step downwards. */
  readonly factor: number
}) {
  const { getZoom } = useReactFlow()
  const { resize, endResize, loseResize } = useCanvasActions()
  const from = useRef<{ readonly y: number; readonly length: number }>(undefined)
  const lengthAt = ({ clientY }: PointerEvent) =>
    from.current === undefined
      ? undefined
      : from.current.length + (factor * (clientY - from.current.y)) / getZoom()
  return (
    <div
      className={`bar-end bar-end-${side} nodrag nopan`}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { y: event.clientY, length }
      }}
      onPointerMove={(event) => {
        const to = lengthAt(event)
        if (to !== undefined) resize(name, to)
      }}
      onPointerUp={(event) => {
        const to = lengthAt(event)
        from.current = undefined
        if (to !== undefined) endResize(name, to)
      }}
      onPointerCancel={() => {
        from.current = undefined
        loseResize()
      }}
    />
  )
}
