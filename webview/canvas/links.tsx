import { BaseEdge, EdgeLabelRenderer, useInternalNode } from '@xyflow/react'
import type { EdgeProps, InternalNode } from '@xyflow/react'
import { memo } from 'react'
import { flowLine, linkLine } from '../../src/core/diagram/lines.js'
import type { Box } from '../../src/core/diagram/picture.js'
import type { FlowEdge, LinkEdge } from './elements.js'

function boxOf(node: InternalNode): Box {
  const { x, y } = node.internals.positionAbsolute
  return {
    x,
    y,
    width: node.width ?? node.measured.width ?? 0,
    height: node.height ?? node.measured.height ?? 0,
  }
}

/** From a host's row straight to the bar of its network; bent where the bar has been moved out of its reach. */
export const Link = memo(function Link({ id, source, target, data }: EdgeProps<LinkEdge>) {
  const [from, to] = [useInternalNode(source), useInternalNode(target)]
  if (from === undefined || to === undefined || data === undefined) return null
  const { path, end } = linkLine(boxOf(from), data.row, boxOf(to))
  return (
    <>
      <BaseEdge id={id} path={path} className="link" interactionWidth={0} />
      {/* A line that crosses a bar without this is not on it. */}
      <circle className="link-end" cx={end.x} cy={end.y} r={3.5} />
    </>
  )
})

/** From a service to one of its real servers: how each mode's request travels is told by the form of the line. */
export const Flow = memo(function Flow({ id, source, target, data }: EdgeProps<FlowEdge>) {
  const [from, to] = [useInternalNode(source), useInternalNode(target)]
  if (from === undefined || to === undefined || data === undefined) return null
  const { path, label } = flowLine(boxOf(from), boxOf(to), to.type === 'farm')
  return (
    <>
      {data.mode === 'tun' && <path d={path} className="flow-tube" />}
      <BaseEdge
        id={id}
        path={path}
        className={`flow mode-${data.mode}${data.idle ? ' flow-idle' : ''}${data.selected ? ' flow-of-selected' : ''}`}
        markerEnd={`url(#arrow-${data.mode})`}
        interactionWidth={0}
      />
      {data.label !== '' && (
        <EdgeLabelRenderer>
          <span
            className="flow-label"
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {data.label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
})

export const EDGE_TYPES = { link: Link, flow: Flow }

/** Heads of the lines, in the colour of their mode. */
export function ArrowHeads() {
  return (
    <svg className="arrow-heads" aria-hidden="true">
      <defs>
        {['nat', 'tun', 'dr', 'unknown'].map((mode) => (
          <marker
            key={mode}
            id={`arrow-${mode}`}
            className={`arrow mode-${mode}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M0 1 10 5 0 9Z" />
          </marker>
        ))}
      </defs>
    </svg>
  )
}
