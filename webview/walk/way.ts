import type { Box, Farm, Picture } from '../../src/core/diagram/picture.js'
import type { Scene, SceneHost } from '../../src/core/diagram/scene.js'
import { interfaceHeight } from '../../src/core/diagram/sizes.js'
import type { Hop, Leg } from '../../src/core/packet/walk.js'
import type { Point } from '../canvas/reach.js'

/* Where a walk is on the drawing: plain geometry in canvas units, along the lines that are drawn. */

/** One hop on the canvas. */
export interface PlacedHop {
  readonly host: string
  readonly leg: Leg
  /** The card, the closed farm it is in, or the place of a host the drawing does not have. */
  readonly box: Box
  /** It is one of those in a closed farm. */
  readonly hidden: boolean
  /** Where the packet stays while it is at this host: below the card, where nothing else is. */
  readonly rest: Point
  /** From the host before to this one, along the links; undefined where it did not travel on a wire. */
  readonly wire: readonly Point[] | undefined
}

export interface PlacedWalk {
  readonly hops: readonly PlacedHop[]
  /** Hosts that are not in the drawing, such as the client outside of it, with the links they would have. */
  readonly ghosts: readonly Ghost[]
}

export interface Ghost {
  readonly host: string
  readonly box: Box
  readonly link: readonly [Point, Point] | undefined
}

const GHOST = { width: 190, height: 44 }
/** From a bar, so that there is a line to see. */
const GHOST_GAP = 84
/** Below a card. */
const REST = 14
/** How far a line goes straight out of a card before it turns, as the links do. */
const STUB = 14

export function placeWalk(scene: Scene, picture: Picture, hops: readonly Hop[]): PlacedWalk {
  const around = { scene, picture, ghosts: placeGhosts(picture, hops) }
  const placed = hops.map((hop, index): PlacedHop => {
    const before = hops[index - 1]
    const spot = spotOf(around, hop.host)
    return {
      host: hop.host,
      leg: hop.leg,
      box: spot.box,
      hidden: spot.farm?.closed === true,
      rest: { x: spot.box.x + spot.box.width / 2, y: spot.box.y + spot.box.height + REST },
      wire: before === undefined || before.host === hop.host ? undefined : wireBetween(around, before, hop),
    }
  })
  return { hops: placed, ghosts: [...around.ghosts.values()] }
}

interface Surroundings {
  readonly scene: Scene
  readonly picture: Picture
  readonly ghosts: ReadonlyMap<string, Ghost>
}

interface Spot {
  readonly box: Box
  readonly host: SceneHost | undefined
  /** The farm whose link it shares. */
  readonly farm: Farm | undefined
}

function spotOf({ scene, picture, ghosts }: Surroundings, name: string): Spot {
  const farm = picture.farms.find(({ hosts }) => hosts.includes(name))
  const box = picture.hosts.get(name) ?? farm ?? ghosts.get(name)?.box ?? { x: 0, y: 0, width: 0, height: 0 }
  return { box, farm, host: scene.hosts.find((host) => host.name === name) }
}

/** From card to card: out by one interface, along the bar of the network, in by another. */
function wireBetween(around: Surroundings, from: Hop, to: Hop): readonly Point[] {
  const [start, end] = [spotOf(around, from.host), spotOf(around, to.host)]
  const bar = from.network === undefined ? undefined : around.picture.networks.get(from.network)
  if (bar === undefined) return [towards(start.box, end.box), towards(end.box, start.box)]
  return [
    ...tail(start, from.network, from.out, bar),
    ...tail(end, from.network, to.in, bar).toReversed(),
  ].filter((point, index, all) => {
    const last = all[index - 1]
    return last?.x !== point.x || last.y !== point.y
  })
}

/** From inside of a host to where its link meets the bar, as the link is drawn. */
function tail(
  { box, host, farm }: Spot,
  network: string | undefined,
  interfaceName: string | undefined,
  bar: Box,
): Point[] {
  const middleOfBar = bar.x + bar.width / 2
  if (farm !== undefined) {
    const rightwards = middleOfBar > farm.x + farm.width / 2
    const edge = { x: rightwards ? farm.x + farm.width : farm.x, y: farm.y + farm.height / 2 }
    const joint = { x: middleOfBar, y: within(bar, edge.y) }
    if (farm.closed) return [edge, joint]
    // Inside of the farm between the cards: above the row it stands in, then down to it.
    const lane = { x: edge.x + (rightwards ? -8 : 8), y: box.y - 11 }
    const top = { x: box.x + box.width / 2, y: box.y }
    return [top, { x: top.x, y: lane.y }, lane, { x: lane.x, y: edge.y }, edge, joint]
  }
  if (host === undefined && box.x <= middleOfBar && middleOfBar <= box.x + box.width) {
    // Above or below the bar.
    const edge = { x: middleOfBar, y: box.y < bar.y ? box.y + box.height : box.y }
    return [edge, { x: middleOfBar, y: within(bar, edge.y) }]
  }
  const index = host?.interfaces.findIndex((each) => each.name === interfaceName) ?? -1
  const onNetwork = host?.interfaces.findIndex((each) => each.network === network) ?? -1
  const row = index >= 0 ? index : onNetwork
  const y = host === undefined || row < 0 ? box.y + box.height / 2 : box.y + interfaceHeight(host, row)
  const rightwards = middleOfBar > box.x + box.width / 2
  const edge = { x: rightwards ? box.x + box.width : box.x, y }
  const joint = { x: middleOfBar, y: within(bar, y) }
  return joint.y === y ? [edge, joint] : [edge, { x: edge.x + (rightwards ? STUB : -STUB), y }, joint]
}

function within({ y: top, height }: Box, y: number): number {
  return Math.min(Math.max(y, top + 6), top + height - 6)
}

/** Beside the bar of the network they are on, where there is room; those on none beside whom they hand packets to. */
function placeGhosts(picture: Picture, hops: readonly Hop[]): ReadonlyMap<string, Ghost> {
  const inFarm = new Set(picture.farms.flatMap(({ hosts }) => hosts))
  const taken: Box[] = [
    ...picture.hosts.values(),
    ...picture.services.values(),
    ...picture.networks.values(),
    ...picture.farms,
  ]
  const ghosts = new Map<string, Ghost>()
  const place = (host: string, near: Box, bar: Box | undefined) => {
    const free = placesAround(near).find((at) => !taken.some((other) => overlap(at, other)))
    const box = free ?? { x: near.x - GHOST.width - GHOST_GAP, y: near.y, ...GHOST }
    taken.push(box)
    ghosts.set(host, { host, box, link: bar === undefined ? undefined : ghostLink(box, bar) })
  }
  const missing = [...hops.entries()].filter(([, { host }]) => !picture.hosts.has(host) && !inFarm.has(host))
  for (const [index, { host, network }] of missing) {
    const bar = picture.networks.get(network ?? hops[index - 1]?.network ?? '')
    if (bar !== undefined && !ghosts.has(host)) place(host, bar, bar)
  }
  for (const [index, { host }] of missing) {
    if (ghosts.has(host)) continue
    const other = hops[index + 1]?.host ?? hops[index - 1]?.host ?? ''
    const near = picture.hosts.get(other) ?? ghosts.get(other)?.box
    place(host, near ?? { x: 0, y: 0, width: 0, height: 0 }, undefined)
  }
  return ghosts
}

/** Left first, since requests come from there; then above and below, further and further away. */
function placesAround(bar: Box): Box[] {
  const left = bar.x - GHOST_GAP - GHOST.width
  const right = bar.x + bar.width + GHOST_GAP
  const centre = bar.y + bar.height / 2 - GHOST.height / 2
  const above = bar.y - 2 * GHOST.height - 24
  const below = bar.y + bar.height + 44
  const across = bar.x + bar.width / 2 - GHOST.width / 2
  const step = GHOST.height + 30
  return [0, 1, 2, 3].flatMap((row) =>
    [
      { x: left, y: centre + row * step },
      { x: left, y: centre - row * step },
      { x: across, y: above - row * step },
      { x: across, y: below + row * step },
      { x: right, y: centre + row * step },
    ].map((at) => ({ ...at, ...GHOST })),
  )
}

function ghostLink(box: Box, bar: Box): readonly [Point, Point] {
  const [joint, edge] = tail(
    { box, host: undefined, farm: undefined },
    undefined,
    undefined,
    bar,
  ).toReversed()
  return [edge ?? middle(box), joint ?? middle(bar)]
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function middle({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 }
}

/** Where a straight line to another box leaves this one. */
function towards(from: Box, to: Box): Point {
  const [a, b] = [middle(from), middle(to)]
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const reach = Math.min(
    dx === 0 ? Infinity : from.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : from.height / 2 / Math.abs(dy),
  )
  return Number.isFinite(reach) ? { x: a.x + dx * reach, y: a.y + dy * reach } : a
}

/** What a walk takes up. */
export function extentOf({ hops, ghosts }: PlacedWalk): Box | undefined {
  const boxes = [...hops.map(({ box }) => box), ...ghosts.map(({ box }) => box)]
  const points = hops.flatMap(({ wire, rest }) => [...(wire ?? []), rest])
  if (boxes.length === 0) return undefined
  const xs = [...boxes.flatMap(({ x, width }) => [x, x + width]), ...points.map(({ x }) => x)]
  const ys = [...boxes.flatMap(({ y, height }) => [y, y + height]), ...points.map(({ y }) => y)]
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top }
}

/** As an SVG path. */
export function pathData(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ')
}
