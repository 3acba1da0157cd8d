import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { applyPatches } from '../../src/core/hosts/patches.js'
import type { Patch } from '../../src/core/hosts/patches.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import type { KernelCase } from '../../src/lab/kernel-run/job.js'
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
  { client, service: name }: DifferentialCase,
  cluster: Cluster,
  walks: readonly Walk[],
): KernelCase {
  const service = cluster.services.find((each) => each.name === name)
  if (service?.drawn.vip === undefined) throw new Error(`there is no service ${name} with a VIP`)
  const { vip, protocol, port = 0 } = service.drawn
  const size = protocol === 'udp' ? 0 : UPLOAD
  return {
    id,
    cluster,
    requests: [
      { client, protocol, address: vip, port: askedPort(walks) ?? (port || ANY_PORT), up: size, down: size },
    ],
  }
}

/** Bytes: more than a first window, so that a sender waits for what it has sent to arrive. */
const UPLOAD = 20_000
/** Where no walk gets as far as a packet, none is sent. */
const ANY_PORT = 80

function askedPort(walks: readonly Walk[]): number | undefined {
  const [first] = walks.flatMap(({ hops }) => hops.flatMap(({ packetOut }) => packetOut ?? []))
  return first === undefined || 'icmp' in first.l4 ? undefined : first.l4.dstPort
}
