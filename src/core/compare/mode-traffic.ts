import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import type { Mode } from '../topology/types.js'
import type { Assumptions } from './assumptions.js'
import { boundsOf, directorBound, enoughServers, throughput } from './bounds.js'
import { NO_LOAD, added } from './frames.js'
import { journeysOf } from './journeys.js'
import { busiestShare, loadsOf } from './loads.js'
import type { ModeTraffic } from './traffic.js'

/** Numbers of real servers that a growth is told for, beside that of the drawing. */
const GROWTH: readonly number[] = [1, 2, 5, 10, 20, 50, 100]

/** What one request of a service asks of every host in the mode the cluster is derived for, and how many it bears. */
export function modeTraffic(
  cluster: Cluster,
  serviceName: string,
  mode: Mode,
  assumptions: Assumptions,
): ModeTraffic {
  const service = cluster.services.find(({ name }) => name === serviceName)
  const journeys = service === undefined ? say`it is not drawn` : journeysOf(cluster, service)
  if (typeof journeys === 'string') return { kind: 'uncounted', mode, reason: journeys }
  const { basis, director, realServers, spread } = journeys
  const { ports, request, reply } = loadsOf(cluster, journeys, assumptions)
  const own = ports.filter(({ host }) => host === director)
  const inward = own.map((port) => port.in).reduce(added, NO_LOAD)
  const bounds = boundsOf({
    ports,
    drawn: realServers,
    spread,
    busiest: busiestShare(journeys),
    serverRate: assumptions.serverRate,
  })
  const sizes = [...new Set([...GROWTH, realServers])].sort((a, b) => a - b)
  return {
    kind: 'counted',
    mode,
    basis,
    clients: [...new Set(journeys.all.map(({ client }) => client.name))],
    request,
    reply,
    director: {
      host: director,
      in: inward,
      out: own.map((port) => port.out).reduce(added, NO_LOAD),
      share: inward.bytes / (request.bytes + reply.bytes),
      bound: directorBound(ports, director),
    },
    ports,
    drawn: throughput(bounds, realServers),
    ceiling: bounds.ceiling,
    enough: enoughServers(bounds),
    growth: sizes.map((size) => throughput(bounds, size)),
  }
}
