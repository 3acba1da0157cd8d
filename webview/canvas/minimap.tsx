import { useReactFlow, useStore } from '@xyflow/react'
import { memo, useMemo, useRef } from 'react'
import type { PointerEvent } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Box } from '../../src/core/diagram/picture.js'
import { boundsOf } from './bounds.js'
import type { CanvasNode } from './elements.js'

const TEXT = { label: say`Minimap: drag to move the view` }

/**
 * The whole drawing in small, and what of it is seen. A few shapes, however many nodes there are: the toolkit's own has
 * an element and a subscription for each, which is felt with a thousand.
 */
export function Minimap({ nodes }: { readonly nodes: readonly CanvasNode[] }) {
  const flow = useReactFlow()
  const svg = useRef<SVGSVGElement>(null)
  const bounds = useMemo(() => boundsOf(nodes), [nodes])
  if (bounds === undefined) return null
  const moveTo = ({ clientX, clientY }: PointerEvent) => {
    const matrix = svg.current?.getScreenCTM() ?? undefined
    if (matrix === undefined) return
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse())
    void flow.setCenter(x, y, { zoom: flow.getZoom() })
  }
  return (
    <svg
      ref={svg}
      className="minimap nopan nowheel"
      role="img"
      aria-label={TEXT.label}
      viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        moveTo(event)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) moveTo(event)
      }}
    >
      <title>{TEXT.label}</title>
      <Shapes nodes={nodes} />
      <Seen bounds={bounds} />
    </svg>
  )
}

const Shapes = memo(function Shapes({ nodes }: { readonly nodes: readonly CanvasNode[] }) {
  const byClass = new Map<string, string[]>()
  for (const node of nodes) {
    const { position, width = 0, height = 0 } = node
    const shape = `M${position.x} ${position.y}h${width}v${height}h${-width}z`
    const known = byClass.get(classOf(node))
    if (known === undefined) byClass.set(classOf(node), [shape])
    else known.push(shape)
  }
  return (
    <g className="minimap-shapes">
      {[...byClass].map(([name, shapes]) => (
        <path key={name} className={`minimap-shape ${name}`} d={shapes.join('')} />
      ))}
    </g>
  )
})

/** Everything else is veiled. */
function Seen({ bounds }: { readonly bounds: Box }) {
  const seen = useStore(({ transform: [x, y, zoom], width, height }) =>
    [-x / zoom, -y / zoom, width / zoom, height / zoom].join(' '),
  )
  const [x = 0, y = 0, width = 0, height = 0] = seen.split(' ').map(Number)
  return (
    <>
      <path
        className="minimap-veil"
        fillRule="evenodd"
        d={`M${bounds.x} ${bounds.y}h${bounds.width}v${bounds.height}h${-bounds.width}z M${x} ${y}h${width}v${height}h${-width}z`}
      />
      <rect className="minimap-seen" x={x} y={y} width={width} height={height} />
    </>
  )
}

function classOf(node: CanvasNode): string {
  switch (node.type) {
    case 'host':
      return `role-${node.data.host.role ?? 'unknown'}`
    case 'service':
      return `minimap-service mode-${node.data.service.mode ?? 'unknown'}`
    case 'farm':
      return node.data.farm.closed ? 'role-real-server' : 'minimap-farm'
    default:
      return 'role-unknown'
  }
}
