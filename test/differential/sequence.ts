import { clientsOf } from '../../src/core/hosts/clients.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { targetText } from '../../src/core/hosts/needs.js'
import type { ServiceModel } from '../../src/core/hosts/services.js'
import { turns, unforeseeable } from '../../src/core/packet/scheduling.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { worldOf } from '../../src/core/packet/world.js'
import type { Scheduler } from '../../src/core/topology/types.js'
import { isAnswered, phaseOf } from '../../src/lab/kernel-run/agreement.js'
import type { KernelResult, RequestResult } from '../../src/lab/kernel-run/results.js'

/** Those that go by how many connections are open: of TCP that is the kernel's own business (test/lab/scheduling). */
const BY_LOAD: readonly Scheduler[] = ['lc', 'wlc', 'sed', 'nq', 'ovf', 'lblc', 'lblcr']

/**
 * Whom several requests of one client came to, held against whom the scheduler chooses in turn, persistence and limits of
 * connections included, and against the walk to each of them.
 */
export function sequenceDifferences(
  cluster: Cluster,
  service: ServiceModel,
  client: string,
  walks: readonly Walk[],
  { requests }: KernelResult,
): string[] {
  const { drawn, director, virtualService } = service
  if (requests.length < 2 || virtualService === undefined || director === undefined) return []
  if (unforeseeable(drawn.scheduler) !== undefined || drawn.onePacket) return []
  if (drawn.protocol !== 'udp' && BY_LOAD.includes(drawn.scheduler)) return []
  // Where chance or another service decides, or nothing is scheduled, there are no turns.
  if (
    walks.some(
      ({ verdict, arpWinner, hops }) =>
        !isScheduled(hops) || arpWinner !== undefined || verdict === 'NO_SERVICE',
    )
  )
    return []
  const key = targetText(virtualService.target)
  const table = worldOf(cluster)
    .hosts.get(director)
    ?.state.virtualServices.find(({ target }) => targetText(target) === key)
  const asks = clientsOf(cluster, service).find(({ name }) => name === client)
  if (table === undefined || asks === undefined) return []
  const arrivals = requests.map(({ clientPort }) => ({
    client: asks.address,
    clientPort,
    vip: drawn.vip,
  }))
  return turns(table, arrivals, { keepOpen: false }).flatMap((destination, index) => {
    const request = requests[index]
    if (request === undefined) return []
    const name =
      destination === undefined
        ? undefined
        : service.realServers.find(({ rip }) => rip === destination.address)?.name
    const fitting = walks.filter((walk) => walk.realServer === name && walk.hops.some(hasEntry))
    const fits = name === undefined ? !isAnswered(request) : fitting.some((walk) => isAsWalked(walk, request))
    if (fits || (name !== undefined && fitting.length === 0)) return []
    return [
      `request ${index + 1}: the scheduler chooses ${name ?? 'nobody'}, kernel ${request.state} by ${request.server ?? 'nobody'}`,
    ]
  })
}

function isScheduled(hops: Walk['hops']): boolean {
  return hops.some(({ steps }) => steps.some(({ type }) => type === 'schedule' || type === 'service'))
}

function hasEntry({ knows }: Walk['hops'][number]): boolean {
  return knows.connections.length > 0
}

function isAsWalked(walk: Walk, request: RequestResult): boolean {
  if (phaseOf(walk) !== 'first') return isAnswered(request)
  return walk.seen === 'reply'
    ? isAnswered(request) && (request.server === undefined || request.server === walk.realServer)
    : !isAnswered(request)
}
