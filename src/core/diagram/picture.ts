import type { Position } from '../topology/types.js'
import type { Arrangement } from './arrangement.js'
import { layOutGroup } from './blocks.js'
import type { Group } from './blocks.js'
import type { Scene, SceneHost } from './scene.js'
import {
  FARM_HEAD,
  FARM_PADDING,
  NETWORK_LABEL,
  NETWORK_MIN_HEIGHT,
  NETWORK_OVERHANG,
  NETWORK_WIDTH,
  SERVICE_GAP,
  SERVICE_SIZE,
  interfaceHeight,
} from './sizes.js'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Everything on its place. What is inside a closed farm has none. */
export interface Picture {
  readonly hosts: ReadonlyMap<string, Box>
  readonly services: ReadonlyMap<string, Box>
  readonly networks: ReadonlyMap<string, NetworkBox>
  readonly farms: readonly Farm[]
}

export interface NetworkBox extends Box {
  /** Where the name and subnet of the bar stand. */
  readonly label: 'above' | 'below'
  /** What hangs on it needs so much. */
  readonly least: number
  /** Something hangs on it: it then reaches as far above its middle as below. */
  readonly held: boolean
}

/** Real servers that are drawn in a box, with one link for all of them. */
export interface Farm extends Box {
  readonly id: string
  readonly closed: boolean
  readonly networks: readonly string[]
  /** In the box; one that a person moved is not. */
  readonly hosts: readonly string[]
}

/** Positions that hold whatever the arrangement says: of the file, or of what is being dragged. */
export interface Moved {
  readonly hosts: ReadonlyMap<string, Position>
  readonly networks: ReadonlyMap<string, Position>
  readonly services: ReadonlyMap<string, Position>
  /** Of networks. */
  readonly lengths: ReadonlyMap<string, number>
}

/** Where the file says that a person moved things. */
export function movedInFile({ hosts, networks, services }: Scene): Moved {
  const placed = (items: readonly { readonly name: string; readonly at: Position | undefined }[]) =>
    new Map(items.flatMap(({ name, at }) => (at === undefined ? [] : [[name, at] as const])))
  return {
    hosts: placed(hosts),
    networks: placed(networks),
    services: placed(services),
    lengths: new Map(networks.flatMap(({ name, length }) => (length === undefined ? [] : [[name, length]]))),
  }
}

export function pictureOf(
  scene: Scene,
  groups: readonly Group[],
  arrangement: Arrangement,
  moved: Moved,
): Picture {
  const hosts = new Map<string, Box>()
  const services = new Map<string, Box>()
  const farms: Farm[] = []
  for (const group of groups) {
    const { size, at } = layOutGroup(group)
    const origin = arrangement.groups.get(group.id) ?? { x: 0, y: 0 }
    if (group.farm === 'closed') {
      farms.push({
        ...origin,
        ...size,
        ...farmOf(group, true),
        hosts: group.blocks.flatMap(({ host }) => host?.name ?? []),
      })
      continue
    }
    const inside: string[] = []
    for (const [index, { host, services: ofHost, hostTop, size: whole }] of group.blocks.entries()) {
      const offset = at[index] ?? { x: 0, y: 0 }
      const block = { x: origin.x + offset.x, y: origin.y + offset.y }
      const own = host === undefined ? undefined : moved.hosts.get(host.name)
      const top = own ?? { x: block.x, y: block.y + hostTop }
      if (host !== undefined) {
        hosts.set(host.name, { x: top.x, y: top.y, width: whole.width, height: whole.height - hostTop })
        if (own === undefined) inside.push(host.name)
      }
      for (const [row, { name }] of ofHost.entries()) {
        const y = top.y - hostTop + row * (SERVICE_SIZE.height + SERVICE_GAP)
        services.set(name, { ...(moved.services.get(name) ?? { x: top.x, y }), ...SERVICE_SIZE })
      }
    }
    const held =
      group.farm === 'open' ? boxAround(inside.flatMap((name) => hosts.get(name) ?? [])) : undefined
    if (held !== undefined) farms.push({ ...held, ...farmOf(group, false), hosts: inside })
  }
  return { hosts, services, farms, networks: placeNetworks(scene, { hosts, farms }, arrangement, moved) }
}

function farmOf({ id, networks }: Group, closed: boolean) {
  return { id, networks, closed }
}

function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return {
    x: left - FARM_PADDING,
    y: top - FARM_HEAD,
    width: right - left + 2 * FARM_PADDING,
    height: bottom - top + FARM_HEAD + FARM_PADDING,
  }
}

/** Heights at which links of a host's interfaces meet their networks, by network. */
function attachments(host: SceneHost, box: Box): [network: string, y: number][] {
  return host.interfaces.flatMap(({ network }, index) =>
    network === undefined ? [] : [[network, box.y + interfaceHeight(host, index)] as [string, number]],
  )
}

function placeNetworks(
  scene: Scene,
  { hosts, farms }: Pick<Picture, 'hosts' | 'farms'>,
  arrangement: Arrangement,
  moved: Moved,
): ReadonlyMap<string, NetworkBox> {
  const span = new Map<string, { top: number; bottom: number }>()
  const reach = (network: string, y: number) => {
    const known = span.get(network)
    if (known === undefined) span.set(network, { top: y, bottom: y })
    else {
      known.top = Math.min(known.top, y)
      known.bottom = Math.max(known.bottom, y)
    }
  }
  const inFarm = new Set(farms.flatMap(({ hosts: names }) => names))
  for (const farm of farms) for (const network of farm.networks) reach(network, farm.y + farm.height / 2)
  for (const host of scene.hosts) {
    const box = hosts.get(host.name)
    if (box === undefined || inFarm.has(host.name)) continue
    for (const [network, y] of attachments(host, box)) reach(network, y)
  }
  const bars: Bar[] = []
  for (const { name } of scene.networks) {
    const own = moved.networks.get(name)
    const { x, y } = own ?? arrangement.networks.get(name) ?? { x: 0, y: 0 }
    const held = span.get(name)
    const length = held === undefined ? 0 : held.bottom - held.top
    const least = Math.max(NETWORK_MIN_HEIGHT, length + 2 * NETWORK_OVERHANG)
    const height = Math.max(least, moved.lengths.get(name) ?? 0)
    const top = held === undefined ? y : (held.top + held.bottom) / 2 - height / 2
    const box = { x, y: top, width: NETWORK_WIDTH, height }
    bars.push({ name, box, least, held: held !== undefined, fixed: own !== undefined })
  }
  return keepApart(bars)
}

/** Where a bar goes whose place is taken: beside it, in what is free between two columns (px). */
const LANES = [0, 34, -34, 68, -68]
/** A drawing with more networks than this is no longer read bar by bar, and comparing all with all is felt. */
const MANY = 200

interface Bar extends Pick<NetworkBox, 'least' | 'held'> {
  readonly name: string
  readonly box: Box
  readonly fixed: boolean
}

/**
 * Bars of one column that would run into each other stand side by side, the longer ones first, and a label that would
 * lie on another bar or label goes below its own. Where there is no room for both, a bar rather crosses a label than
 * another bar.
 */
function keepApart(bars: readonly Bar[]): ReadonlyMap<string, NetworkBox> {
  const few = bars.length <= MANY
  const placed = new Map<string, NetworkBox>()
  const [drawn, labels]: [Box[], Box[]] = [[], []]
  const isFree = (box: Box, of: readonly Box[]) => !of.some((other) => overlap(box, other))
  const longestFirst = few ? [...bars].sort((a, b) => b.box.height - a.box.height) : bars
  for (const { name, box, fixed, least, held } of longestFirst) {
    const lanes = fixed || !few ? [0] : LANES
    const apart = lanes
      .map((lane) => ({ ...box, x: box.x + lane }))
      .filter((each) => isFree(widened(each, 10), drawn))
    const place = apart.find((each) => isFree(widened(each, 10), labels)) ?? apart[0] ?? box
    const sides = ['above', 'below'] as const
    const label = few
      ? (sides.find((side) => isFree(labelOf(place, side), [...drawn, ...labels])) ?? 'below')
      : 'above'
    drawn.push(place)
    labels.push(labelOf(place, label))
    placed.set(name, { ...place, label, least, held })
  }
  return new Map(
    bars.flatMap(({ name }) => {
      const box = placed.get(name)
      return box === undefined ? [] : [[name, box] as const]
    }),
  )
}

function labelOf({ x, y, width, height }: Box, side: NetworkBox['label']): Box {
  return {
    x: x + width / 2 - NETWORK_LABEL.width / 2,
    y: side === 'above' ? y - NETWORK_LABEL.height : y + height,
    ...NETWORK_LABEL,
  }
}

function widened({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
