import { Position } from '@xyflow/react'
import type { Edge, Node } from '@xyflow/react'
import { say } from '../../src/core/speech/say.js'
import type { Box, Farm, NetworkBox, Picture } from '../../src/core/diagram/picture.js'
import type { Scene, SceneHost, SceneNetwork, SceneService } from '../../src/core/diagram/scene.js'
import { flowNotes } from '../../src/core/diagram/lines.js'
import { interfaceHeight } from '../../src/core/diagram/sizes.js'
import type { HostOutcomeMark } from '../../src/protocol/designer.js'
import type { Badge } from '../../src/core/diagram/badges.js'
import { farmLinkLabel, flowLabel, linkLabel } from './labels.js'
import type { NodeData } from './node-data.js'
import { nodeId } from '../../src/core/diagram/node-ids.js'

/* The picture as React Flow's nodes and edges. */

export type HostNode = Node<
  {
    readonly host: SceneHost
    readonly badge: Badge | undefined
    readonly outcome: HostOutcomeMark | undefined
    readonly label: string
  },
  'host'
>
export type NetworkNode = Node<
  {
    readonly network: SceneNetwork
    readonly badge: Badge | undefined
    readonly side: NetworkBox['label']
    readonly held: boolean
    readonly label: string
  },
  'network'
>
export type ServiceNode = Node<
  { readonly service: SceneService; readonly badge: Badge | undefined; readonly label: string },
  'service'
>
export type FarmNode = Node<
  { readonly farm: Farm; readonly badge: Badge | undefined; readonly label: string },
  'farm'
>
/** A host of a packet walk that the drawing does not have. */
export type GhostNode = Node<{ readonly host: string }, 'ghost'>
export type CanvasNode = HostNode | NetworkNode | ServiceNode | FarmNode | GhostNode

/** A host's interface, or a farm's, on a network. `row`: from the top of the card. */
export type LinkEdge = Edge<{ readonly row: number; readonly name: string }, 'link'>
/** A service's way to a real server, or to all of a closed farm. */
export type FlowEdge = Edge<
  {
    readonly mode: string
    readonly label: string
    readonly idle: boolean
    /** Its service or real server is selected. */
    readonly selected: boolean
  },
  'flow'
>
export type CanvasEdge = LinkEdge | FlowEdge

export interface Elements {
  readonly nodes: CanvasNode[]
  readonly edges: CanvasEdge[]
}

export interface Marks {
  readonly selected: ReadonlySet<string>
  readonly editable: boolean
}

/** `before`: of the last time; what is just as it was need not be made anew. */
export function elementsOf(
  scene: Scene,
  picture: Picture,
  data: NodeData,
  marks: Marks,
  before: ReadonlyMap<string, CanvasNode> = new Map(),
): Elements {
  const { selected, editable } = marks
  const nodes: CanvasNode[] = []
  const edges: CanvasEdge[] = []
  const common = (id: string, box: { x: number; y: number; width: number; height: number }) => ({
    id,
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    // Sizes and handles are known, so nothing has to be measured before lines can be drawn.
    measured: { width: box.width, height: box.height },
    handles: [
      {
        type: 'source' as const,
        position: Position.Right,
        x: box.width,
        y: box.height / 2,
        width: 1,
        height: 1,
      },
      { type: 'target' as const, position: Position.Left, x: 0, y: box.height / 2, width: 1, height: 1 },
    ],
    selected: selected.has(id),
    draggable: editable,
  })
  const inFarm = new Map(picture.farms.flatMap((farm) => farm.hosts.map((host) => [host, farm] as const)))

  for (const farm of picture.farms) {
    const id = `farm:${farm.id}`
    const label = say`${farm.hosts.length} real servers on ${farm.networks.join(', ') || say`no network`}`
    nodes.push({
      ...common(id, farm),
      type: 'farm',
      zIndex: farm.closed ? 0 : -2,
      draggable: false,
      selectable: farm.closed,
      data: { farm, badge: farm.closed ? data.badges.get(id) : undefined, label },
    })
    for (const network of farm.networks) {
      edges.push({
        id: `link:${id}:${network}`,
        type: 'link',
        source: id,
        target: nodeId({ what: 'network', name: network }),
        selectable: false,
        zIndex: 1,
        ariaLabel: farmLinkLabel(farm.hosts.length, network),
        data: { row: farm.height / 2, name: '' },
      })
    }
  }
  for (const network of scene.networks) {
    const [box, said] = [picture.networks.get(network.name), data.networks.get(network.name)]
    if (box === undefined || said === undefined) continue
    const id = nodeId({ what: 'network', name: network.name })
    nodes.push({
      ...common(id, box),
      type: 'network',
      zIndex: 0,
      data: { ...said, side: box.label, held: box.held },
    })
  }
  for (const host of scene.hosts) {
    const [box, said] = [picture.hosts.get(host.name), data.hosts.get(host.name)]
    if (box === undefined || said === undefined) continue
    const id = nodeId({ what: 'host', name: host.name })
    const known = before.get(id)
    nodes.push(
      known?.type === 'host' && known.data === said && isAsBefore(known, box, selected.has(id), editable)
        ? known
        : { ...common(id, box), type: 'host', zIndex: 1, data: said },
    )
    if (inFarm.has(host.name)) continue
    for (const [index, { name, network }] of host.interfaces.entries()) {
      if (network === undefined) continue
      edges.push({
        id: `link:${id}:${name}`,
        type: 'link',
        source: id,
        target: nodeId({ what: 'network', name: network }),
        selectable: false,
        zIndex: 1,
        ariaLabel: linkLabel(host.name, name, network),
        data: { row: interfaceHeight(host, index), name },
      })
    }
  }
  for (const service of scene.services) {
    const [box, said] = [picture.services.get(service.name), data.services.get(service.name)]
    if (box === undefined || said === undefined) continue
    const id = nodeId({ what: 'service', name: service.name })
    nodes.push({
      ...common(id, box),
      type: 'service',
      zIndex: 2,
      data: said,
    })
    edges.push(...flowsOf(service, id, picture, inFarm, selected))
  }
  return { nodes, edges }
}

function isAsBefore(
  { position, width, height, selected, draggable }: CanvasNode,
  box: Box,
  isSelected: boolean,
  editable: boolean,
): boolean {
  return (
    position.x === box.x &&
    position.y === box.y &&
    width === box.width &&
    height === box.height &&
    selected === isSelected &&
    draggable === editable
  )
}

function flowsOf(
  service: SceneService,
  source: string,
  { hosts }: Picture,
  inFarm: ReadonlyMap<string, Farm>,
  selected: ReadonlySet<string>,
): FlowEdge[] {
  const result: FlowEdge[] = []
  const farms = new Map<string, { farm: Farm; count: number }>()
  for (const realServer of service.realServers) {
    const { host, mode, weight } = realServer
    const farm = inFarm.get(host)
    if (farm !== undefined) {
      const known = farms.get(farm.id)
      if (known === undefined) farms.set(farm.id, { farm, count: 1 })
      else known.count += 1
      continue
    }
    if (!hosts.has(host)) continue
    result.push({
      id: `flow:${service.name}:${host}`,
      type: 'flow',
      source,
      target: nodeId({ what: 'host', name: host }),
      selectable: false,
      ariaLabel: flowLabel(service.name, host, mode),
      data: {
        mode: mode ?? 'unknown',
        label: flowNotes(realServer),
        idle: weight === 0,
        selected: selected.has(source) || selected.has(nodeId({ what: 'host', name: host })),
      },
    })
  }
  for (const { farm, count } of farms.values()) {
    result.push({
      id: `flow:${service.name}:farm:${farm.id}`,
      type: 'flow',
      source,
      target: `farm:${farm.id}`,
      selectable: false,
      ariaLabel: flowLabel(
        service.name,
        say`${count} real ${count === 1 ? 'server' : 'servers'}`,
        service.mode,
      ),
      data: {
        mode: service.mode ?? 'unknown',
        label: count === farm.hosts.length ? '' : say`${count} of ${farm.hosts.length}`,
        idle: false,
        selected: selected.has(source) || selected.has(`farm:${farm.id}`),
      },
    })
  }
  return result
}

/** Keeps a node or edge that has not changed the very same object, so that React Flow does not draw it again. */
export function keepSame<T extends { readonly id: string }>(before: readonly T[], after: T[]): T[] {
  const known = new Map(before.map((each) => [each.id, each]))
  return after.map((each) => {
    const old = known.get(each.id)
    return old !== undefined && alike(old, each) ? old : each
  })
}

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>]
  return left.length === Object.keys(right).length && left.every(([key, value]) => alike(value, right[key]))
}
