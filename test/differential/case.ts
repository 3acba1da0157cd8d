import { askedPort } from '../../src/core/hosts/asked-ports.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster, HostModel } from '../../src/core/hosts/cluster.js'
import { applyPatches } from '../../src/core/hosts/patches.js'
import type { Patch } from '../../src/core/hosts/patches.js'
import { failedOver } from '../../src/core/packet/failover.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { walkCluster } from '../../src/core/packet/walk-cluster.js'
import { worldOf } from '../../src/core/packet/world.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import type { KernelCase, KernelRequest } from '../../src/lab/kernel-run/job.js'
import { textOf } from './drawing.js'
import type { Drawing } from './drawing.js'

/** What is asked of walk and kernel alike. */
export interface DifferentialCase {
  /** Where it comes from: `seed 17`, or a fixture's name. */
  readonly name: string
  readonly drawing: Drawing
  readonly patches: readonly CasePatch[]
  readonly client: string
  readonly service: string
  /** Of a pair the director that is the active one; absent: the preferred one. */
  readonly active?: string
  /** So often the client asks, one request soon after the other; absent: once. */
  readonly requests?: number
}

/** Beside what the designer offers to break: the table of IPVS as somebody else left it. */
export type CasePatch = Patch | { readonly kind: 'no-service'; readonly host: string } | NoDestination
interface NoDestination {
  readonly kind: 'no-destination'
  readonly host: string
  readonly index: number
}

/** @throws Error where the drawing does not read as one: that is a fault of the generator */
export function clusterOf({ name, drawing, patches }: DifferentialCase): Cluster {
  const { topology, problems } = parseTopology(textOf(drawing))
  if (problems.length > 0)
    throw new Error(
      `${name} is no valid drawing: ${problems.map(({ message }) => message).join('; ')}\n${textOf(drawing)}`,
    )
  let cluster = deriveCluster(topology)
  for (const patch of patches)
    cluster =
      patch.kind === 'no-service' || patch.kind === 'no-destination'
        ? withTable(cluster, patch)
        : applyPatches(cluster, [patch])
  return cluster
}

/** The cluster with its active director, and the walks of that one. */
export function walkedCase(which: DifferentialCase): {
  readonly cluster: Cluster
  readonly walks: readonly Walk[]
} {
  const drawn = clusterOf(which)
  const { service, client, active } = which
  const before = drawn.services.find(({ name }) => name === service)?.director
  const cluster = active === undefined || active === before ? drawn : (failedOver(drawn) ?? drawn)
  return {
    cluster,
    walks: walkCluster(drawn, { service, client }).filter(
      ({ director }) => active === undefined || director === active,
    ),
  }
}

function withTable(cluster: Cluster, patch: Exclude<CasePatch, Patch>): Cluster {
  const model = cluster.hosts.get(patch.host)
  if (model === undefined) return cluster
  const { state } = model
  const virtualServices =
    patch.kind === 'no-service'
      ? []
      : state.virtualServices.map((entry) => ({
          ...entry,
          destinations: entry.destinations.filter((_, index) => index !== patch.index),
        }))
  return {
    ...cluster,
    hosts: new Map([...cluster.hosts, [patch.host, { ...model, state: { ...state, virtualServices } }]]),
  }
}

/** The same as the kernel gets it: the request that walks begin with. */
export function kernelCaseOf(
  id: string,
  { client, service: name, requests = 1 }: DifferentialCase,
  cluster: Cluster,
  walks: readonly Walk[],
): KernelCase {
  const service = cluster.services.find((each) => each.name === name)
  if (service?.drawn.vip === undefined) throw new Error(`there is no service ${name} with a VIP`)
  const { vip, protocol } = service.drawn
  const size = protocol === 'tcp' ? UPLOAD : 0
  const request: KernelRequest = {
    client,
    protocol,
    address: vip,
    port: askedPort(service),
    up: size,
    down: size,
  }
  // Where one request decides by ARP where the next one goes, one is enough to know.
  const times =
    walks.some(({ verdict }) => verdict.startsWith('ARP_')) || learnDifferently(walks) ? 1 : requests
  return {
    id,
    cluster: withBothTables(cluster),
    requests: Array.from({ length: times }, () => request),
  }
}

/** By which real server is chosen it differs what a neighbour table says in the end. */
function learnDifferently(walks: readonly Walk[]): boolean {
  const learnt = new Map<string, string>()
  return walks.some(({ hops }) =>
    [...new Map(hops.map(({ host, knows }) => [host, knows.neighbours]))].some(([host, neighbours]) =>
      neighbours.some(({ interface: device, address, mac }) => {
        const key = `${host} ${device} ${address}`
        const known = learnt.get(key)
        learnt.set(key, mac)
        return known !== undefined && known !== mac
      }),
    ),
  )
}

/** keepalived sets the table up on both directors of a pair, and the walk has it so. */
function withBothTables(cluster: Cluster): Cluster {
  const paired = new Set(
    cluster.services.flatMap(({ drawn: { directors } }) => (directors.length > 1 ? directors : [])),
  )
  if (paired.size === 0) return cluster
  const world = worldOf(cluster)
  const hosts = [...cluster.hosts].map(([name, model]): [string, HostModel] => {
    const walked = paired.has(name) ? world.hosts.get(name) : undefined
    return [name, walked === undefined ? model : { ...model, state: walked.state }]
  })
  return { ...cluster, hosts: new Map(hosts) }
}

/** Bytes: more than a first window, so that a sender waits for what it has sent to arrive. */
const UPLOAD = 20_000
