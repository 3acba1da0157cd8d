import { ViewportPortal } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { pathOf, shapePaths } from '../../src/core/diagram/glyph-path.js'
import type { Place } from '../../src/core/diagram/glyph-path.js'
import { GLYPH_SHAPES, SEVERITY_SHAPES } from '../../src/core/diagram/glyph-shapes.js'
import type { Shape } from '../../src/core/diagram/glyph-shapes.js'
import { flowLine, linkLine } from '../../src/core/diagram/lines.js'
import type { Box } from '../../src/core/diagram/picture.js'
import { boundsOf } from './bounds.js'
import type { CanvasEdge, CanvasNode, HostNode } from './elements.js'

/*
 * The hosts of a large drawing that are not cards at the moment, see use-near.ts: a few shapes for fifty of them at a
 * time, whose cost does not grow with what is written on a card.
 */

const AT_ONCE = 50
/** Longer names do not fit on a card from afar. */
const NAME_LENGTH = 11

export function FarLayer({
  hosts,
  lines,
  boxes,
  zoom,
}: {
  readonly hosts: readonly HostNode[]
  readonly lines: readonly CanvasEdge[]
  /** Of everything a line may lead to. */
  readonly boxes: ReadonlyMap<string, CanvasNode>
  /** Where the view came to rest: it is drawn for this size, and stretched as a picture while it moves. */
  readonly zoom: number
}) {
  const bounds = useMemo(() => boundsOf([...boxes.values()]), [boxes])
  if (hosts.length === 0 || bounds === undefined) return null
  const scale = Math.min(zoom, 1)
  const { x, y, width, height } = bounds
  const chunks = Array.from({ length: Math.ceil(hosts.length / AT_ONCE) }, (_, index) =>
    hosts.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
  return (
    <ViewportPortal>
      <svg
        className="far"
        aria-hidden="true"
        viewBox={`${x} ${y} ${width} ${height}`}
        width={width * scale}
        height={height * scale}
        style={{ transform: `translate(${x}px, ${y}px) scale(${1 / scale})` }}
      >
        <FarLines lines={lines} boxes={boxes} />
        {chunks.map((chunk) => (
          <FarHosts key={chunk[0]?.id} hosts={chunk} />
        ))}
      </svg>
    </ViewportPortal>
  )
}

function FarLines({ lines, boxes }: Pick<Parameters<typeof FarLayer>[0], 'lines' | 'boxes'>) {
  const byClass = new Map<string, string>()
  for (const { source, target, type, data } of lines) {
    const [from, to] = [boxes.get(source), boxes.get(target)]
    if (from === undefined || to === undefined || data === undefined) continue
    if (type === 'flow') {
      const name = `flow mode-${data.mode}${data.idle ? ' flow-idle' : ''}${data.selected ? ' flow-of-selected' : ''}`
      append(byClass, name, flowLine(boxOf(from), boxOf(to), to.type === 'farm').path)
    } else if ('row' in data) append(byClass, 'link', linkLine(boxOf(from), data.row, boxOf(to)).path)
  }
  return [...byClass].map(([name, path]) => <path key={name} className={`far-line ${name}`} d={path} />)
}

const FarHosts = memo(
  function FarHosts({ hosts }: { readonly hosts: readonly HostNode[] }) {
    const byClass = new Map<string, string>()
    // What is drawn first lies below what comes after it, whichever host it is of: first all cards, selected or not.
    for (const node of hosts) drawCard(byClass, node)
    for (const node of hosts) drawOnCard(byClass, node)
    return (
      <g>
        {[...byClass].map(([name, path]) => (
          <path key={name} className={name} d={path} />
        ))}
        {hosts.map(({ id, position: { x, y }, data }) => (
          <text key={id} className="far-name" x={x + 54} y={y + 34}>
            {shortened(data.host.name)}
          </text>
        ))}
      </g>
    )
  },
  (before, after) =>
    before.hosts.length === after.hosts.length &&
    before.hosts.every((host, index) => host === after.hosts[index]),
)

function drawCard(into: Map<string, string>, node: HostNode): void {
  const { x, y, width, height } = boxOf(node)
  const selected = node.selected === true ? ' selected' : ''
  append(into, `far-card ${roleOf(node)}${selected}`, boxPath(x, y, width, height))
}

function drawOnCard(into: Map<string, string>, node: HostNode): void {
  const { host, badge } = node.data
  const { x, y, width, height } = boxOf(node)
  const role = roleOf(node)
  append(into, `far-side ${role}`, boxPath(x, y, 10, height))
  const glyph = GLYPH_SHAPES[host.role ?? 'real-server']
  drawGlyph(into, `far-glyph far-named ${role}`, glyph, { x: x + 14, y: y + 6, scale: 1.5 })
  drawGlyph(into, `far-glyph far-alone ${role}`, glyph, {
    x: x + width / 2 - 31,
    y: y + height / 2 - 31,
    scale: 62 / 24,
  })
  if (host.vips.length > 0) {
    append(into, 'far-vip far-named', pathOf(VIP, { x: x + width - 44, y: y + height - 22, scale: 1 }))
  }
  if (badge === undefined) return
  const { body, sign } = SEVERITY_SHAPES[badge.worst]
  const at = { x: x + width - 22, y: y - 16, scale: 2.2 }
  append(into, `far-badge mark-${badge.worst}`, pathOf(body, at))
  append(into, 'far-sign', pathOf(sign, at))
}

function drawGlyph(into: Map<string, string>, name: string, shapes: readonly Shape[], at: Place): void {
  const { strokes, solids } = shapePaths(shapes, at)
  append(into, name, strokes)
  if (solids !== '') append(into, `${name} far-solid`, solids)
}

/** The word in a box, as strokes. */
const VIP: Shape = {
  element: 'path',
  attributes: { d: 'M0 0H36V17H0ZM6 4l4 9 4-9M18 4v9M23 13V4h4a2.5 2.5 0 0 1 0 5h-4' },
}

function append(into: Map<string, string>, name: string, path: string): void {
  into.set(name, `${into.get(name) ?? ''}${path}`)
}

function roleOf({ data }: HostNode): string {
  return `role-${data.host.role ?? 'unknown'}`
}

function boxPath(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`
}

function boxOf({ position, width = 0, height = 0 }: CanvasNode): Box {
  return { ...position, width, height }
}

function shortened(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name
}
