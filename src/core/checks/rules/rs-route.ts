import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { lookupRoute } from '../../hosts/routing.js'
import { deliveries } from '../deliveries.js'
import { way } from '../journeys.js'
import { keyAt, routeCause, takingOut } from '../places.js'
import type { Rule } from '../rule.js'
import { hasGatewayFault } from '../structure.js'

export const realServerRoute: Rule = {
  code: 'RS-ROUTE',
  severity: 'error',
  title: 'The director cannot reach a real server',
  why: 'Requests that are given this real server are lost on the way, or refused by the director.',
  kernel: 'IPVS routes the rewritten or tunnelled packet like any other (ip_vs_xmit.c, __ip_vs_get_out_rt).',
  mend: 'Give the director a network, a gateway or a route towards the real server.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE', 'LOOP', 'FORWARDING_OFF'],
  leg: 'request',
  check: (cluster, report) => {
    for (const { mode, local, reach, director, host, rip, service, realServer } of deliveries(cluster)) {
      // What DR needs is more than a route; DR-L2 says it.
      if (mode === 'dr' || local || reach === 'link') continue
      if (hasGatewayFault(cluster, director.name, familyOf(rip))) continue
      const stuck = way(cluster, director.name, rip, host.name)
      // Another host with the same address: ADDR-DUP speaks.
      if (stuck === undefined || stuck.takes) continue
      const cause = routeCause(cluster, director, rip, lookupRoute(director.state, rip))
      const pinned = cause !== undefined && cause.kind !== 'network' && stuck.at !== director.name
      report(
        pinned ? cause.place : keyAt(realServer.path),
        say`requests of "${service.name}" do not get from ${director.name} to ${host.name} (${rip}): ${stuck.at} ${stuck.what}`,
        pinned && cause.kind === 'route'
          ? [takingOut(cause.place.path, say`Take out the route of ${director.name}`)]
          : [],
      )
    }
  },
}
