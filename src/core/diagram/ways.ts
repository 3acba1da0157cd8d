import { say } from '../speech/say.js'
import type { Mode, Position, Role } from '../topology/types.js'
import { inOneColumn } from './lines.js'
import type { Box, Picture } from './picture.js'
import type { Scene, SceneService } from './scene.js'

/**
 * How requests reach a service and how replies go back, as lines on the picture: what tells the modes apart. The part
 * between a service and its real servers is drawn as flows.
 */
export interface Way {
  readonly kind: 'request' | 'reply'
  readonly mode: Mode
  /** The services that go this way, in the order of the file. */
  readonly services: readonly string[]
  readonly points: readonly Position[]
  /** What is said on it, and where. */
  readonly label: { readonly text: string; readonly at: Position } | undefined
}

/** Between the lowest thing and the first reply that passes below it, and from one reply to the next. */
const BELOW = 36
const LANE = 20
/** How far beside real servers the line stands that gathers their replies. */
const BESIDE = 20
/** Where requests come along the same side. */
const BESIDE_FLOWS = 64
/** Of clients that are not drawn: room for their name, to the left of everything. */
const OUTSIDE = { width: 60, height: 22 }
const OUTSIDE_GAP = 110
/** A drawing with more different ways is told only about what is selected. */
const MOST_WAYS = 3

interface Group {
  readonly services: readonly SceneService[]
  readonly mode: Mode
  readonly director: Box
  readonly directorName: string
  readonly pill: Box
  readonly servers: readonly Box[]
}

/** The ways of a drawing; where something is selected, of those services alone. */
export function waysOf(scene: Scene, picture: Picture, selected: ReadonlySet<string>): Way[] {
  const groups = groupsOf(scene, picture)
  const chosen = groups.filter(({ services }) => services.some(({ name }) => selected.has(name)))
  const shown = selected.size > 0 ? chosen : groups.length <= MOST_WAYS ? groups : []
  const client = clientOf(scene, picture)
  const lowest = lowestOf(picture)
  let lane = lowest + BELOW
  return shown.flatMap((group, index): Way[] => {
    const services = group.services.map(({ name }) => name)
    const { mode, director, pill } = group
    const request: Way = {
      kind: 'request',
      mode,
      services,
      points: requestPoints(client.box, pill),
      // They are the same for all.
      label: client.drawn || index > 0 ? undefined : { text: say`clients`, at: middleOf(client.box) },
    }
    const ways = [request]
    const gathered = gatheringOf(group.servers, pill)
    if (gathered === undefined) return ways
    const shift = (lane - lowest - BELOW) / 2
    if (mode === 'nat') {
      ways.push({
        kind: 'reply',
        mode,
        services,
        points: below(gathered, lane, bottomOf(director, director.width / 4 - shift)),
        label: {
          text: say`replies go back through ${group.directorName}`,
          at: { x: (gathered.x + director.x + director.width) / 2, y: lane },
        },
      })
      ways.push({
        kind: 'reply',
        mode,
        services,
        points: below(bottomOf(director, -director.width / 4 + shift), lane, bottomOf(client.box, shift)),
        label: undefined,
      })
    } else {
      ways.push({
        kind: 'reply',
        mode,
        services,
        points: below(gathered, lane, bottomOf(client.box, shift)),
        label: {
          text: say`replies go past ${group.directorName}, straight to the client`,
          at: { x: (gathered.x + middleOf(client.box).x) / 2, y: lane },
        },
      })
    }
    for (const box of group.servers) {
      ways.push({
        kind: 'reply',
        mode,
        services,
        points: [
          { x: box.x + box.width, y: box.y + box.height / 2 },
          { x: gathered.x, y: box.y + box.height / 2 },
          { x: gathered.x, y: gathered.y },
        ],
        label: undefined,
      })
    }
    lane += LANE
    return ways
  })
}

/** Services that go one way are one: of an IPv4 and an IPv6 service on the same hosts one line tells everything. */
function groupsOf(scene: Scene, picture: Picture): Group[] {
  const farmOf = new Map(picture.farms.flatMap((farm) => farm.hosts.map((host) => [host, farm] as const)))
  const groups = new Map<string, Group>()
  for (const service of scene.services) {
    const directorName = service.directors.find((name) => picture.hosts.has(name))
    const director = directorName === undefined ? undefined : picture.hosts.get(directorName)
    const pill = picture.services.get(service.name)
    if (directorName === undefined || director === undefined || pill === undefined) continue
    const byMode = new Map<Mode, Set<Box>>()
    for (const { host, mode } of service.realServers) {
      const box = farmOf.get(host) ?? picture.hosts.get(host)
      if (mode === undefined || box === undefined) continue
      const known = byMode.get(mode)
      if (known === undefined) byMode.set(mode, new Set([box]))
      else known.add(box)
    }
    for (const [mode, boxes] of byMode) {
      const servers = [...boxes]
      const key = [mode, directorName, ...servers.map(({ x, y }) => `${x},${y}`).sort()].join(' ')
      const known = groups.get(key)
      const group = known ?? { services: [], mode, director, directorName, pill, servers }
      groups.set(key, { ...group, services: [...group.services, service] })
    }
  }
  return [...groups.values()]
}

/**
 * Where requests come from: a client, else the router they would come by; else from somewhere to the left of everything.
 * Of several the lowest: replies come from below, and would pass behind it to the others.
 */
function clientOf({ hosts }: Scene, picture: Picture): { readonly box: Box; readonly drawn: boolean } {
  const lowestWith = (wanted: Role) =>
    hosts
      .flatMap(({ name, role }) => (role === wanted ? (picture.hosts.get(name) ?? []) : []))
      .reduce<Box | undefined>(
        (lowest, box) =>
          lowest === undefined || box.y + box.height > lowest.y + lowest.height ? box : lowest,
        undefined,
      )
  const box = lowestWith('client') ?? lowestWith('router')
  if (box !== undefined) return { box, drawn: true }
  const boxes = [...picture.hosts.values(), ...picture.services.values(), ...picture.networks.values()]
  const leftmost = boxes.reduce((least, { x }) => Math.min(least, x), Infinity)
  const [pill] = picture.services.values()
  const y = pill === undefined ? 0 : pill.y + pill.height / 2
  const { width, height } = OUTSIDE
  return { box: { x: leftmost - OUTSIDE_GAP - width, y: y - height / 2, width, height }, drawn: false }
}

function middleOf({ x, y, width, height }: Box): Position {
  return { x: x + width / 2, y: y + height / 2 }
}

function requestPoints(client: Box, pill: Box): Position[] {
  const from = {
    x: client.x + client.width,
    y: client.y + client.height / 2 - Math.min(10, client.height / 4),
  }
  return [from, { x: pill.x, y: pill.y + pill.height / 2 }]
}

/** Where the replies of real servers meet: beside them, at the height of the lowest. */
function gatheringOf(servers: readonly Box[], pill: Box): Position | undefined {
  if (servers.length === 0) return undefined
  const beside = servers.some((box) => inOneColumn(pill, box)) ? BESIDE_FLOWS : BESIDE
  const x = Math.max(...servers.map((box) => box.x + box.width)) + beside
  return { x, y: Math.max(...servers.map((box) => box.y + box.height / 2)) }
}

function bottomOf({ x, y, width, height }: Box, aside: number): Position {
  return { x: x + width / 2 + aside, y: y + height }
}

/** Down from one, along below everything, and up to the other. */
function below(from: Position, lane: number, to: Position): Position[] {
  return [from, { x: from.x, y: lane }, { x: to.x, y: lane }, to]
}

function lowestOf({ hosts, services, networks, farms }: Picture): number {
  const boxes = [...hosts.values(), ...services.values(), ...farms]
  const bars = [...networks.values()].map((bar) => ({
    ...bar,
    height: bar.height + (bar.label === 'below' ? 40 : 0),
  }))
  let lowest = -Infinity
  for (const { y, height } of [...boxes, ...bars]) lowest = Math.max(lowest, y + height)
  return lowest
}
