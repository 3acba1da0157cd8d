import type { Cluster } from '../hosts/cluster.js'
import { takesAsOwn } from '../hosts/observe.js'
import type { ObservedHost } from '../hosts/observe.js'
import type { Connections, Counters } from '../hosts/observed-traffic.js'
import type { ServiceModel } from '../hosts/services.js'
import { destinationKey, targetOptions } from '../formats/ipvsadm.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { withPort } from '../topology/address.js'
import type { Mode } from '../topology/types.js'
import { drainedIn } from './drain.js'
import { serviceText } from './summary.js'

/** What the IPVS of a director does at the moment, by the names of the drawing. */
export interface DirectorStatus {
  readonly host: string
  /** Those that are drawn, in their order; then what else is in its table. */
  readonly services: readonly ServiceStatus[]
  /** Its synchronisation daemons, in the words of ipvsadm. */
  readonly sync: readonly string[]
}

export interface ServiceStatus {
  /** Absent: it is in the table, and not drawn. */
  readonly name?: string
  /** `tcp 192.0.2.100:80`, `mark 7`. */
  readonly target: string
  readonly key: string
  /** Whether it is in the table; where it is not, the rest is as drawn. */
  readonly there: boolean
  readonly scheduler: string
  readonly flags: readonly string[]
  /** Seconds; absent: it has none. */
  readonly persistence?: number
  readonly onePacket: boolean
  /** Absent: it has none, being by mark. */
  readonly vip?: string
  /** Whether the director takes packets for the VIP as its own. */
  readonly hasVip?: boolean
  readonly counters?: Counters
  readonly destinations: readonly DestinationStatus[]
}

export interface DestinationStatus {
  /** Absent where no drawn host has its address, or where it is not drawn as one of this service. */
  readonly realServer?: string
  readonly address: string
  readonly key: string
  readonly is: 'real server' | 'sorry server' | 'undrawn'
  /** Whether it is in the table; where it is not, the rest is as drawn. */
  readonly there: boolean
  readonly method: Mode | undefined
  readonly weight: number
  /** Absent: it is not drawn with one. */
  readonly drawnWeight?: number
  /** Somebody has taken its weight away by `drain`. */
  readonly drained: boolean
  /** Keepalived has taken it out of the table: its check fails. */
  readonly takenOut: boolean
  readonly connections?: Connections
  readonly counters?: Counters
}

export function directorStatus(cluster: Cluster, host: string, live: ObservedHost): DirectorStatus {
  const drawn = cluster.services.flatMap((model) => modelOn(model, host))
  const table = new Map(live.state.virtualServices.map((each) => [targetOptions(each.target), each]))
  const drained = new Set(drainedIn(live.confirmed))
  const statusOf = (model: ServiceModel | undefined, service: VirtualService): ServiceStatus => {
    const key = targetOptions(service.target)
    const found = table.get(key)
    const { scheduler, flags, persistence, onePacket, target } = found ?? service
    const vip = model?.drawn.vip ?? (target.kind === 'address' ? target.address : undefined)
    return {
      ...(model === undefined ? {} : { name: model.name }),
      target: serviceText(key),
      key,
      there: found !== undefined,
      scheduler,
      flags,
      ...(persistence === undefined ? {} : { persistence: persistence.timeout }),
      onePacket,
      ...(vip === undefined ? {} : { vip, hasVip: takesAsOwn(live, vip) }),
      ...countersOf(live, key),
      destinations: destinationsOf(model, service, found, live, drained),
    }
  }
  const known = drawn.flatMap((model) => model.virtualService ?? [])
  const keys = new Set(known.map(({ target }) => targetOptions(target)))
  return {
    host,
    services: [
      ...drawn.flatMap((model) =>
        model.virtualService === undefined ? [] : [statusOf(model, model.virtualService)],
      ),
      ...[...table].flatMap(([key, service]) => (keys.has(key) ? [] : [statusOf(undefined, service)])),
    ],
    sync: live.traffic.sync,
  }
}

/** A service as the other director has it, where it is that one. */
function modelOn(model: ServiceModel, host: string): ServiceModel[] {
  if (!model.drawn.directors.includes(host)) return []
  return [model.director === host ? model : (model.onBackup ?? model)]
}

/** Those that are drawn, in their order, then the sorry server, then what else is in the table. */
function destinationsOf(
  model: ServiceModel | undefined,
  { target, destinations }: VirtualService,
  found: VirtualService | undefined,
  live: ObservedHost,
  drained: ReadonlySet<string>,
): DestinationStatus[] {
  const there = new Map(
    (found?.destinations ?? []).map((destination) => [destinationKey(target, destination), destination]),
  )
  const drawn = new Map(
    model === undefined
      ? []
      : destinations.map((destination) => [destinationKey(target, destination), destination]),
  )
  const sorry = sorryServerOf(model, target, there)
  const statusOf = (
    key: string,
    is: DestinationStatus['is'],
    destination: Pick<Destination, 'address' | 'port' | 'weight'> & { readonly method: Mode | undefined },
  ): DestinationStatus => {
    const { address, port } = destination
    const asFound = there.get(key)
    const asDrawn = is === 'real server' ? drawn.get(key) : undefined
    const name =
      is === 'real server'
        ? model?.realServers.find(({ rip }) => rip === address)?.name
        : is === 'sorry server'
          ? model?.sorryServer?.name
          : undefined
    const connections = asFound === undefined ? undefined : live.traffic.connections.get(key)
    return {
      ...(name === undefined ? {} : { realServer: name }),
      address: withPort(address, port),
      key,
      is,
      there: asFound !== undefined,
      method: (asFound ?? destination).method,
      weight: (asFound ?? destination).weight,
      ...(asDrawn === undefined ? {} : { drawnWeight: asDrawn.weight }),
      drained: drained.has(key),
      takenOut: asFound === undefined && live.pool.takenOut.has(key),
      ...(connections === undefined ? {} : { connections }),
      ...countersOf(live, key),
    }
  }
  return [
    ...[...drawn].map(([key, destination]) => statusOf(key, 'real server', destination)),
    ...(sorry === undefined || drawn.has(sorry.key) ? [] : [statusOf(sorry.key, 'sorry server', sorry)]),
    ...[...there].flatMap(([key, destination]) =>
      drawn.has(key) || key === sorry?.key ? [] : [statusOf(key, 'undrawn', destination)],
    ),
  ]
}

/** Keepalived gives it the port of the service where none is drawn for it. */
function sorryServerOf(
  model: ServiceModel | undefined,
  target: VirtualService['target'],
  there: ReadonlyMap<string, Destination>,
) {
  const { address, port = model?.drawn.port ?? 0 } = model?.drawn.sorryServer ?? {}
  if (address === undefined) return undefined
  const key = destinationKey(target, { address, port })
  return { ...(there.get(key) ?? { address, port, weight: 1, method: model?.drawn.mode }), key }
}

function countersOf({ traffic }: ObservedHost, key: string): { readonly counters?: Counters } {
  const counters = traffic.counters.get(key)
  return counters === undefined ? {} : { counters }
}
