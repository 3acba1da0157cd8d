import { BaseEdge, EdgeLabelRenderer, useInternalNode } from '@xyflow/react'
import type { EdgeProps, InternalNode } from '@xyflow/react'
import { memo } from 'react'
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
  const [host, bar] = [boxOf(from), boxOf(to)]
  const y = host.y + data.row
  const end = Math.min(Math.max(y, bar.y + 6), bar.y + bar.height - 6)
  const middle = bar.x + bar.width / 2
  // From the side of the card that faces the bar; above or below one another, from the nearer side.
  const rightwards = middle > host.x + host.width / 2
  const start = rightwards ? host.x + host.width : host.x
  const stub = rightwards ? start + 14 : start - 14
  const path =
    end === y ? `M ${start} ${y} L ${middle} ${end}` : `M ${start} ${y} L ${stub} ${y} L ${middle} ${end}`
  return (
    <>
      <BaseEdge id={id} path={path} className="link" interactionWidth={0} />
      {/* A line that crosses a bar without this is not on it. */}
      <circle className="link-end" cx={middle} cy={end} r={3.5} />
    </>
  )
})

/** From a service to one of its real servers: how each mode's request travels is told by the form of the line. */
export const Flow = memo(function Flow({ id, source, target, data }: EdgeProps<FlowEdge>) {
  const [from, to] = [useInternalNode(source), useInternalNode(target)]
  if (from === undefined || to === undefined || data === undefined) return null
  const [pill, host] = [boxOf(from), boxOf(to)]
  const rightwards = host.x + host.width / 2 >= pill.x + pill.width / 2
  const [x1, y1] = [rightwards ? pill.x + pill.width : pill.x, pill.y + pill.height / 2]
  const x2 = rightwards ? host.x - 2 : host.x + host.width + 2
  // To the head of a card; to a farm, wherever its side is nearest.
  const y2 = to.type === 'farm' ? Math.min(Math.max(y1, host.y + 20), host.y + host.height - 20) : host.y + 21
  const bend = Math.max(40, Math.abs(x2 - x1) / 2) * (rightwards ? 1 : -1)
  const path = `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`
  const [labelX, labelY] = [x2 - (rightwards ? 34 : -34), y2 - 8]
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
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
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
