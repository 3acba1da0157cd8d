import { say } from '../speech/say.js'
import { pathOf, below } from '../topology/path.js'
import type { Mode } from '../topology/types.js'
import type { Fix } from '../topology/problem.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import type { Cluster } from '../hosts/cluster.js'
import type { Delivery } from './deliveries.js'
import { clientsOfService, passes, repliesOf } from './replies.js'
import { deliveries } from './deliveries.js'
import { oncePerCluster } from './once.js'

/*
 * Another forwarding method is offered as a fix only where nothing in the drawing speaks against it: a fix that
 * trades one finding for another is none.
 */

/** Whether a real server could be reached through a tunnel as it is drawn. */
export function canTunnel(delivery: Delivery): boolean {
  const { host, service, realServer } = delivery
  const { type, port } = realServer.tunnel
  return (
    keepsPort(delivery) &&
    host.drawn.supports[type] !== false &&
    nothingPinned(delivery) &&
    !service.drawn.onePacket &&
    (type !== 'gue' || port !== undefined)
  )
}

/** Whether direct routing could serve this real server as it is drawn. */
export function canRouteDirectly(cluster: Cluster, delivery: Delivery): boolean {
  const { reach, director } = delivery
  if (reach !== 'link' || delivery.local || !keepsPort(delivery) || !nothingPinned(delivery)) return false
  const replies = repliesOf(cluster, delivery)
  return replies.every(({ first, path }) => first.kind !== 'none' && !passes(path, director.name))
}

/** Changes the mode of a whole service to DR, where that serves all its real servers and clients. */
export function directRoutingInstead(cluster: Cluster, service: ServiceModel): readonly Fix[] {
  return directRoutingFixes(cluster).get(service) ?? []
}

/** For all services at once: a finding a real server asks for its service's again and again. */
const directRoutingFixes = oncePerCluster((cluster): ReadonlyMap<ServiceModel, readonly Fix[]> => {
  const fitting = new Map<ServiceModel, number>()
  for (const delivery of deliveries(cluster)) {
    const { service, realServer } = delivery
    if (realServer.drawn.mode !== undefined || !canRouteDirectly(cluster, delivery)) continue
    fitting.set(service, (fitting.get(service) ?? 0) + 1)
  }
  return new Map(
    [...fitting].flatMap(([service, count]) =>
      count === service.realServers.length && clientsOfService(cluster, service).length > 0
        ? [[service, [modeOfService(service, 'dr')]] as const]
        : [],
    ),
  )
})

export function modeOfService({ name, path }: ServiceModel, mode: Mode): Fix {
  return {
    title: say`Change "${name}" to mode ${mode}`,
    edits: [{ kind: 'set', path: below(path, 'mode'), value: mode }],
  }
}

/** Replies come back to the director by any route then; what real servers lose by it, MASQ-CLIENT says. */
export function masqueradeInstead({ name, path, drawn, realServers }: ServiceModel): readonly Fix[] {
  if (drawn.masquerade || drawn.vip === undefined || drawn.onePacket) return []
  if (!realServers.every(({ mode }) => mode === 'nat')) return []
  return [
    {
      title: say`Let the director masquerade "${name}"`,
      edits: [{ kind: 'set', path: below(path, 'masquerade'), value: true }],
    },
  ]
}

export function modeOfRealServer({ name }: ServiceModel, realServer: RealServerModel, mode: Mode): Fix {
  return {
    title: say`Change ${realServer.name} of "${name}" to mode ${mode}`,
    edits: [
      { kind: 'set', path: pathOf('services', name, 'real-servers', realServer.name, 'mode'), value: mode },
    ],
  }
}

/** DR and TUN deliver to the port the client asked for. */
function keepsPort({ realServer, port }: Delivery): boolean {
  return realServer.drawn.port === undefined || realServer.drawn.port === port
}

function nothingPinned({ host }: Delivery): boolean {
  const { sysctls, drops, listens } = host.drawn
  return sysctls.size === 0 && drops.length === 0 && listens === undefined
}
