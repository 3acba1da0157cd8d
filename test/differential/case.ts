import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { applyPatches } from '../../src/core/hosts/patches.js'
import type { Patch } from '../../src/core/hosts/patches.js'
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
  /** The port asked of a service by mark. */
  readonly port: number
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

const UPLOAD = 20_000

/** The same as the kernel gets it; undefined where nobody could ask. */
export function kernelCaseOf(id: string, which: DifferentialCase, cluster: Cluster): KernelCase {
  const service = cluster.services.find(({ name }) => name === which.service)
  const vip = service?.drawn.vip
  const small = service?.drawn.protocol === 'udp'
  return {
    id,
    cluster,
    requests:
      service === undefined || vip === undefined
        ? []
        : [
            {
              client: which.client,
              protocol: service.drawn.protocol,
              address: vip,
              port: which.port,
              up: small ? 0 : UPLOAD,
              down: small ? 0 : UPLOAD,
            },
          ],
  }
}
