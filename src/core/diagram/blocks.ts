import type { Scene, SceneHost, SceneService } from './scene.js'
import { FARM_HEAD, FARM_PADDING, FARM_SIZE, SERVICE_GAP, SERVICE_SIZE, hostSize } from './sizes.js'
import type { Size } from './sizes.js'

/** A host with what is drawn as part of it: a director carries the services it runs above its card. */
export interface Block {
  readonly host: SceneHost | undefined
  readonly services: readonly SceneService[]
  readonly size: Size
  /** Of the host's card below the services. */
  readonly hostTop: number
}

/** Hosts that stand together: of one role, on the same networks. */
export interface Group {
  /** Stable as long as its role and networks are. */
  readonly id: string
  readonly role: SceneHost['role']
  /** Names of the networks its hosts are on. */
  readonly networks: readonly string[]
  readonly blocks: readonly Block[]
  /** Many real servers are drawn as a farm: a box of several columns with one link, which can be closed. */
  readonly farm: 'none' | 'open' | 'closed'
}

/** So many real servers stand one below the other; more are a farm. */
const FARM_FROM = 7
/** A farm larger than this is closed until somebody opens it. */
export const CLOSED_FROM = 61

/** The groups of a scene in the order of the file. Farms a person opened or closed are so, whatever their size. */
export function groupsOf(
  scene: Scene,
  opened: ReadonlySet<string>,
  closed: ReadonlySet<string> = new Set(),
): Group[] {
  const drawn = new Set(scene.hosts.map(({ name }) => name))
  const servicesOf = new Map<string, SceneService[]>()
  const homeless: SceneService[] = []
  for (const service of scene.services) {
    const director = service.directors.find((name) => drawn.has(name))
    if (director === undefined) homeless.push(service)
    else {
      const known = servicesOf.get(director)
      if (known === undefined) servicesOf.set(director, [service])
      else known.push(service)
    }
  }
  const members = new Map<string, SceneHost[]>()
  for (const host of scene.hosts) {
    const id = groupId(host)
    const group = members.get(id)
    if (group === undefined) members.set(id, [host])
    else group.push(host)
  }
  const groups = [...members].map(([id, hosts]): Group => {
    const [first] = hosts
    const role = first?.role
    return {
      id,
      role,
      networks: first === undefined ? [] : networksOf(first),
      blocks: hosts.map((host) => blockOf(host, servicesOf.get(host.name) ?? [])),
      farm:
        role !== 'real-server' || hosts.length < FARM_FROM
          ? 'none'
          : opened.has(id) || (hosts.length < CLOSED_FROM && !closed.has(id))
            ? 'open'
            : 'closed',
    }
  })
  if (homeless.length > 0) {
    groups.push({
      id: 'services without a director',
      role: 'director',
      networks: [],
      blocks: [blockOf(undefined, homeless)],
      farm: 'none',
    })
  }
  return groups
}

function groupId(host: SceneHost): string {
  return `${host.role ?? 'host'} on ${networksOf(host).join(', ')}`
}

export function networksOf({ interfaces }: SceneHost): string[] {
  return [...new Set(interfaces.flatMap(({ network }) => network ?? []))].sort()
}

function blockOf(host: SceneHost | undefined, services: readonly SceneService[]): Block {
  const hostTop = services.length * (SERVICE_SIZE.height + SERVICE_GAP)
  const card = host === undefined ? { width: SERVICE_SIZE.width, height: 0 } : hostSize(host)
  return { host, services, hostTop, size: { width: card.width, height: hostTop + card.height } }
}

/** Between blocks that stand in one group. */
export const BLOCK_GAP = 22

/** How a group's blocks stand in it, from its own top left, and how large that makes it. */
export interface GroupLayout {
  readonly size: Size
  readonly at: readonly { readonly x: number; readonly y: number }[]
}

/** One column, or for an open farm a grid about as wide as high. */
export function layOutGroup({ blocks, farm }: Group): GroupLayout {
  if (farm === 'closed') return { size: FARM_SIZE, at: [] }
  const width = Math.max(0, ...blocks.map(({ size }) => size.width))
  if (farm === 'none') {
    let y = 0
    const at = blocks.map(({ size }) => {
      const place = { x: 0, y }
      y += size.height + BLOCK_GAP
      return place
    })
    return { size: { width, height: Math.max(0, y - BLOCK_GAP) }, at }
  }
  const height = Math.max(...blocks.map(({ size }) => size.height))
  const columns = Math.max(
    2,
    Math.round(Math.sqrt((blocks.length * (height + BLOCK_GAP)) / (width + BLOCK_GAP))),
  )
  const rows = Math.ceil(blocks.length / columns)
  return {
    size: {
      width: columns * (width + BLOCK_GAP) - BLOCK_GAP + 2 * FARM_PADDING,
      height: rows * (height + BLOCK_GAP) - BLOCK_GAP + FARM_HEAD + FARM_PADDING,
    },
    // Down the columns, as the file reads.
    at: blocks.map((_, index) => ({
      x: FARM_PADDING + Math.floor(index / rows) * (width + BLOCK_GAP),
      y: FARM_HEAD + (index % rows) * (height + BLOCK_GAP),
    })),
  }
}
