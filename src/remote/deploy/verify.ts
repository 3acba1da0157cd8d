import { say } from '../../core/speech/say.js'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import type { ServiceModel } from '../../core/hosts/services.js'
import { deployedHosts, makePlan } from '../../core/plan/plan.js'
import { destinationText } from '../../core/plan/summary.js'
import { familyOf, withPort } from '../../core/topology/address.js'
import type { IpAddress } from '../../core/topology/address.js'
import { connectFrom, sessionsOf } from '../host/helper.js'
import type { HostConnection, Witnessed } from '../host/helper.js'
import { canBeReached, closeAll, connectAll, failureText, hostFailure } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { connectFromHere } from './operator-witness.js'
import { probeAll } from './probe-all.js'
import { takenTurns } from './turns.js'

/** PASSED: shown by a connection; UNKNOWN: only read back; FAILED: shown to be wrong. */
export type VerifyOutcome = 'PASSED' | 'FAILED' | 'UNKNOWN'

export interface Verification {
  readonly outcome: VerifyOutcome
  readonly summary: string
  readonly services: readonly ServiceVerification[]
  /** What the read-back of each host showed; empty when it was done elsewhere. */
  readonly hosts: readonly {
    readonly host: string
    readonly outcome: VerifyOutcome
    readonly detail: string
  }[]
}

export interface ServiceVerification {
  readonly service: string
  readonly outcome: VerifyOutcome
  readonly detail: string
}

export interface VerifyOptions extends Reach {
  readonly tell: (message: string) => void
}

/** Reads every host back and holds it against the drawing, then proves each service with a connection. */
export async function verifyCluster(cluster: Cluster, options: VerifyOptions): Promise<Verification> {
  const models = deployedHosts(cluster)
  options.tell(say`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  try {
    options.tell(say`reading them back`)
    const probed = await probeAll(cluster, [...connected.results.values()], options.signal)
    const plan = makePlan(cluster, probed.results, { purpose: 'apply', digest: (text) => text })
    const hosts = models.map(({ name }) => {
      const failure = [...connected.failures, ...probed.failures].find(({ host }) => host === name)
      if (failure !== undefined)
        return { host: name, outcome: 'UNKNOWN' as const, detail: failureText(failure) }
      const open = plan.hosts.find(({ host }) => host === name)?.steps ?? []
      const refusal = plan.refusals.find(({ host }) => host === name)
      if (open.length > 0) {
        return {
          host: name,
          outcome: 'FAILED' as const,
          detail: say`to do: ${open.map(({ summary }) => summary).join('; ')}`,
        }
      }
      if (refusal !== undefined) return { host: name, outcome: 'FAILED' as const, detail: refusal.reason }
      return { host: name, outcome: 'PASSED' as const, detail: asDrawn(probed.results.get(name)) }
    })
    options.tell(say`trying the services`)
    const shown = await verifyDeployed(cluster, connected.results, probed.results, options)
    const outcome = worst([...hosts, ...shown.services])
    const wrong = [
      ...hosts.map((host) => ({ ...host, name: host.host })),
      ...shown.services.map((service) => ({ ...service, name: service.service })),
    ]
      .filter((each) => each.outcome === outcome && outcome !== 'PASSED')
      .map(({ name, detail }) => `${name}: ${detail}`)
    return {
      ...shown,
      outcome,
      hosts,
      summary: wrong.length === 0 ? say`every host is as drawn and every service answers` : wrong.join('; '),
    }
  } finally {
    await closeAll(connected.results.values())
  }
}

/** What health checks took out is as drawn too, and worth knowing. */
function asDrawn(live: ObservedHost | undefined): string {
  const out = [...(live?.pool.takenOut.keys() ?? [])].map(destinationText)
  return out.length === 0
    ? say`as drawn`
    : say`as drawn; keepalived has taken out what does not answer its checks: ${out.join(', ')}`
}

/** Proves each service by a connection from a place that shows something, on hosts that are known to be as drawn. */
export async function verifyDeployed(
  cluster: Cluster,
  connections: ReadonlyMap<string, HostConnection>,
  observed: ReadonlyMap<string, ObservedHost>,
  options: VerifyOptions,
): Promise<Verification> {
  const witnesses = await connectWitnesses(cluster, options)
  try {
    const turns = await takenTurns(cluster, connections, options)
    const seen = new Map([...observed, ...turns.observed])
    const services = await Promise.all(
      turns.services.map(async (service): Promise<ServiceVerification> => {
        const waiting = turns.open.get(service.name)
        const result =
          waiting === undefined
            ? await verifyService(cluster, service, { connections, observed: seen, witnesses, options })
            : { outcome: 'FAILED' as const, detail: waiting }
        options.tell(`${service.name}: ${result.outcome}: ${result.detail}`)
        return { service: service.name, ...result }
      }),
    )
    const outcome = worst(services)
    const wrong = services.filter((service) => service.outcome === outcome && outcome !== 'PASSED')
    const summary =
      wrong.length === 0
        ? say`every service answers`
        : wrong.map(({ service, detail }) => `${service}: ${detail}`).join('; ')
    return { outcome, summary, services, hosts: [] }
  } finally {
    await closeAll(witnesses.connections.values())
  }
}

interface Witnesses {
  readonly connections: ReadonlyMap<string, HostConnection>
  readonly failures: readonly HostFailure[]
}

/**
 * Clients and routers of the drawing that can be reached: the file says how, or the operator's ssh_config knows them
 * by name. The director, and a real server of a DR or TUN service, would answer themselves and prove nothing.
 */
async function connectWitnesses(cluster: Cluster, options: VerifyOptions): Promise<Witnesses> {
  const possible = [...cluster.hosts.values()].filter(
    (model) => isOutsider(model) && canBeReached(model, options),
  )
  const { results, failures } = await connectAll(possible, options)
  return { connections: results, failures }
}

function isOutsider({ role }: HostModel): boolean {
  return role === 'client' || role === 'router'
}

interface Setting {
  readonly connections: ReadonlyMap<string, HostConnection>
  readonly observed: ReadonlyMap<string, ObservedHost>
  readonly witnesses: Witnesses
  readonly options: VerifyOptions
}

/** Where clients connect to; of a service by mark the first of its ports. Undefined where others say what is marked. */
function askedFor({ drawn, virtualService }: ServiceModel) {
  const target = virtualService?.target
  if (target === undefined || target.kind === 'address') return target
  const [port = 0] = drawn.ports
  return drawn.vip === undefined ? undefined : { protocol: drawn.protocol, address: drawn.vip, port }
}

/** Most connections that are made for one service: enough to meet the real servers of a small one. */
const MOST_CONNECTIONS = 8

async function verifyService(
  cluster: Cluster,
  service: ServiceModel,
  { connections, observed, witnesses, options }: Setting,
): Promise<Omit<ServiceVerification, 'service'>> {
  const target = askedFor(service)
  const director = service.director === undefined ? undefined : connections.get(service.director)
  if (target === undefined || director === undefined) {
    return { outcome: 'UNKNOWN', detail: say`read-back only: there is no address to connect to` }
  }
  if (target.port === 0 && service.drawn.mark !== undefined) {
    return {
      outcome: 'UNKNOWN',
      detail: say`read-back only: the mark is for every port, and none is drawn to try`,
    }
  }
  if (target.protocol !== 'tcp' || target.port === 0) {
    return { outcome: 'UNKNOWN', detail: say`read-back only: a connection can be tried for one TCP port` }
  }
  const table = { director, cluster: cluster.topology.name ?? '', signal: options.signal }
  const mac = observed.get(director.host)?.state.interfaces.get(service.vipInterface ?? '')?.mac
  const useful = service.virtualService?.destinations.filter(({ weight }) => weight > 0).length ?? 0
  const request = { ...target, count: Math.min(MOST_CONNECTIONS, Math.max(1, useful)) }
  const missed = witnesses.failures.map(failureText)
  const results: Omit<ServiceVerification, 'service'>[] = []
  for (const witness of witnessesFor(cluster, service, witnesses)) {
    try {
      const seen = await connectFrom(witness, table.cluster, request, options.signal)
      if (seen.without === undefined) results.push(await judge(witness.host, seen, request, table, mac))
      else missed.push(say`${witness.host} has not ${seen.without}`)
    } catch (error) {
      missed.push(failureText(hostFailure(witness.host, 'verify', error)))
    }
  }
  const outcome = worst(results)
  const telling = results.find((result) => result.outcome === outcome)
  if (telling !== undefined) return telling
  const here = await connectFromHere(target.address, target.port, options.signal)
  if (here !== undefined) {
    const [entry] = await sessionsOf(
      director,
      table.cluster,
      [withPort(here.address, here.port)],
      options.signal,
    )
    if (entry !== undefined) {
      return {
        outcome: 'PASSED',
        detail: say`a connection from this machine passed ${director.host} to ${entry.realServer}`,
      }
    }
  }
  const why = missed.length === 0 ? '' : ` (${missed.join('; ')})`
  return {
    outcome: 'UNKNOWN',
    detail: say`read-back only: no drawn client or router could be used to try it${why}`,
  }
}

/**
 * Every drawn client, since what one is served another may not be; only without any a router, whose own requests
 * take a shorter way than those it forwards.
 */
function witnessesFor(
  cluster: Cluster,
  { family }: ServiceModel,
  { connections }: Witnesses,
): HostConnection[] {
  const able = [...connections.values()].filter(({ host }) =>
    [...(cluster.hosts.get(host)?.drawn.interfaces.values() ?? [])].some(({ addresses }) =>
      addresses.some((address) => familyOf(address) === family),
    ),
  )
  const clients = able.filter(({ host }) => cluster.hosts.get(host)?.role === 'client')
  return clients.length > 0 ? clients : able.slice(0, 1)
}

async function judge(
  witness: string,
  seen: Witnessed,
  wanted: { readonly address: IpAddress; readonly port: number; readonly count: number },
  {
    director,
    cluster,
    signal,
  }: { director: HostConnection; cluster: string; signal: AbortSignal | undefined },
  mac: string | undefined,
): Promise<Omit<ServiceVerification, 'service'>> {
  const vip = withPort(wanted.address, wanted.port)
  const failed = (detail: string) => ({ outcome: 'FAILED' as const, detail })
  const clients = seen.from.map(({ address, port }) => withPort(address as IpAddress, port))
  // The one proof that the director was passed: its own table knows these very connections.
  const entries = clients.length === 0 ? [] : await sessionsOf(director, cluster, clients, signal)
  const unknown = clients.find((client) => !entries.some((entry) => entry.client === client))
  if (unknown !== undefined) {
    return failed(
      say`${witness} was answered at ${vip}, but not through ${director.host}: its connection table does not know ${unknown}`,
    )
  }
  const reached = [...new Set(entries.map(({ realServer }) => realServer))].sort()
  if (clients.length < wanted.count) {
    const before =
      clients.length === 0 ? '' : say` after ${clients.length} that went to ${reached.join(' and ')}`
    return failed(say`${witness} got no connection to ${vip}${before}`)
  }
  if (seen.neighbour !== undefined && mac !== undefined && seen.neighbour !== mac) {
    return failed(
      say`on ${witness}, ${wanted.address} belongs to ${seen.neighbour}, which is not ${director.host} (${mac})`,
    )
  }
  const owner = seen.neighbour === undefined ? '' : say`, whose MAC ${seen.neighbour} has the VIP`
  const number = clients.length === 1 ? say`a connection` : say`${clients.length} connections`
  return {
    outcome: 'PASSED',
    detail: say`${number} from ${witness} passed ${director.host}${owner}, to ${reached.join(' and ')}`,
  }
}

const FROM_BEST: readonly VerifyOutcome[] = ['PASSED', 'UNKNOWN', 'FAILED']

function worst(results: readonly { readonly outcome: VerifyOutcome }[]): VerifyOutcome {
  return FROM_BEST[Math.max(0, ...results.map(({ outcome }) => FROM_BEST.indexOf(outcome)))] ?? 'UNKNOWN'
}
