import { say } from '../speech/say.js'
import { clientsOf } from '../hosts/clients.js'
import type { Cluster } from '../hosts/cluster.js'
import { targetText } from '../hosts/needs.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Scheduler } from '../topology/types.js'
import { turns, unforeseeable } from './scheduling.js'
import type { WalkWishes } from './walk-cluster.js'
import { worldOf } from './world.js'

/** Whom a service's scheduler chooses for connections that come one after the other, on a table just made. */
export interface ServiceTurns {
  readonly service: string
  readonly scheduler: Scheduler
  /** Who asks, in turn. */
  readonly clients: readonly string[]
  /**
   * By name, in order, undefined where the scheduler refuses; undefined altogether where nobody can tell.
   */
  readonly realServers: readonly (string | undefined)[] | undefined
  /** Why nobody can tell, as the rest of a sentence. */
  readonly untold: string | undefined
}

/** Of the range Linux takes them from (ip_local_port_range), one after the other. */
const FIRST_CLIENT_PORT = 40_000

/** For each service that is wished for: `count` connections that last until the end, by its clients in turn. */
export function turnsOf(cluster: Cluster, wishes: WalkWishes, count: number): ServiceTurns[] {
  return cluster.services
    .filter(({ name }) => wishes.service === undefined || name === wishes.service)
    .map((service) => turnsOfService(cluster, service, wishes, count))
}

function turnsOfService(
  cluster: Cluster,
  service: ServiceModel,
  { client: wanted }: WalkWishes,
  count: number,
): ServiceTurns {
  const { drawn } = service
  const clients = clientsOf(cluster, service).filter(({ name }) => wanted === undefined || name === wanted)
  const table = tableOf(cluster, service)
  const untold =
    table === undefined
      ? say`the director has no such service in its table`
      : clients.length === 0
        ? say`nobody is known who could ask for it`
        : unforeseeable(drawn.scheduler)
  const foreseen =
    table === undefined || untold !== undefined
      ? undefined
      : turns(
          table,
          Array.from({ length: count }, (_, index) => {
            const client = clients[index % clients.length]
            return client === undefined
              ? []
              : [{ client: client.address, clientPort: FIRST_CLIENT_PORT + index, vip: drawn.vip }]
          }).flat(),
          { keepOpen: drawn.protocol !== 'udp' },
        )
  return {
    service: service.name,
    scheduler: drawn.scheduler,
    clients: clients.map(({ name }) => name),
    realServers: foreseen?.map((destination) =>
      destination === undefined ? undefined : nameOf(service, destination),
    ),
    untold,
  }
}

/** As the kernel takes it, without what it refuses. */
function tableOf(cluster: Cluster, { director, virtualService }: ServiceModel) {
  if (director === undefined || virtualService === undefined) return undefined
  const key = targetText(virtualService.target)
  return worldOf(cluster)
    .hosts.get(director)
    ?.state.virtualServices.find(({ target }) => targetText(target) === key)
}

function nameOf(
  { realServers }: ServiceModel,
  { address, port }: { readonly address: string; readonly port: number },
): string {
  const there = realServers.filter(({ rip }) => rip === address)
  return (there.find((realServer) => realServer.port === port) ?? there[0])?.name ?? address
}
