import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import { lookupRoute } from '../../hosts/routing.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { canTunnel, modeOfRealServer } from '../modes.js'
import { keyAt, routeCause, takingOut } from '../places.js'
import type { Rule } from '../rule.js'

export const drSegment: Rule = {
  code: 'DR-L2',
  severity: 'error',
  title: 'A real server of a DR service is not on a segment of the director',
  why: 'Clients get "No route to host" or nothing: the request circles between director and router until its TTL is used up.',
  kernel:
    'Direct routing changes the MAC address only (ip_vs_xmit.c, ip_vs_dr_xmit). Behind a router the packet still has ' +
    'the VIP as destination, so the router sends it straight back to the director: a capture shows 63 copies of one ' +
    'SYN. ipvsadm and keepalived accept such a real server without a word.',
  mend: 'Put the real server on a network of the director, or use TUN, which reaches it anywhere.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  // A router with a strict filter ends the circle where the packet comes back to it.
  explains: ['NOT_SAME_L2', 'LOOP', 'NO_ROUTE', 'FORWARDING_OFF', 'NEIGHBOUR_UNREACHABLE', 'RP_FILTER_DROP'],
  leg: 'request',
  check: (cluster, report) => {
    for (const delivery of deliveries(cluster)) {
      const { mode, reach, service, host, director, rip, realServer } = delivery
      if (mode !== 'dr' || reach === 'link') continue
      const lookup = lookupRoute(director.state, rip)
      const how =
        lookup.kind === 'via' ? say`only over the router ${lookup.gateway}` : say`on no link of its own`
      // On one network after all, but a pinned route leads elsewhere.
      const cause = realServer.network === undefined ? undefined : routeCause(cluster, director, rip, lookup)
      report(
        cause?.kind === 'route' ? cause.place : keyAt(realServer.path),
        say`${director.name} reaches ${host.name} (${rip}) ${how}, and direct routing of "${service.name}" cannot pass a router: the packet keeps the VIP as destination and comes back`,
        cause?.kind === 'route'
          ? [takingOut(cause.place.path, say`Take out the route of ${director.name}`)]
          : segmentFixes(delivery),
      )
    }
  },
}

function segmentFixes(delivery: Delivery): Fix[] {
  const { director, host, realServer, service } = delivery
  const near = [...host.state.interfaces.values()].find(
    ({ network }) =>
      network !== undefined &&
      [...director.state.interfaces.values()].some((other) => other.network === network),
  )
  const address = near?.addresses.find(({ address: own }) => realServer.candidates.includes(own))?.address
  const fixes: Fix[] = []
  if (address !== undefined && realServer.drawn.address !== undefined) {
    fixes.push({
      title: say`Use ${address}, which is on a network of ${director.name}`,
      edits: [{ kind: 'set', path: below(realServer.path, 'address'), value: address }],
    })
  }
  if (delivery.reach === 'routed' && canTunnel(delivery)) {
    fixes.push(modeOfRealServer(service, realServer, 'tun'))
  }
  return fixes
}
