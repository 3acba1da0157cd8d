import { say } from '../../speech/say.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { gatewayOfNat } from '../../hosts/gateways.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { directRoutingInstead, masqueradeInstead } from '../modes.js'
import { byPlace, keyAt, routeCause, takingOut } from '../places.js'
import type { RouteCause } from '../places.js'
import { answersOnLink, passes, repliesOf } from '../replies.js'
import type { Reply } from '../replies.js'
import type { Rule } from '../rule.js'
import { hasGatewayFault } from '../structure.js'
import { listed, quoted } from '../wording.js'

export const natGateway: Rule = {
  code: 'NAT-GW',
  severity: 'error',
  title: 'Replies of a NAT service do not go back through the director',
  why: 'Clients see an answer from the real server’s address, which they never asked, and reset it; on the director the connections stay in SYN_RECV.',
  kernel:
    'Only the director can give the reply the VIP as source again (ip_vs_core.c, ip_vs_out_hook on FORWARD), so the ' +
    'reply must be routed through it. A real server whose default gateway is another router sends it past.',
  mend: 'Let the real server’s gateway be the director: lift the pin and it is derived. With routes for several uplinks, the one for the clients must lead to the director. Where that cannot be, "masquerade" lets real servers answer the director itself.',
  source: 'net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'NO_ROUTE', 'LOOP', 'NEIGHBOUR_UNREACHABLE', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    const astray = deliveries(cluster).flatMap((delivery) => {
      const { mode, local, reach, host, director, realServer } = delivery
      if (
        mode !== 'nat' ||
        local ||
        reach === 'none' ||
        hasGatewayFault(cluster, host.name, delivery.service.family)
      )
        return []
      const skipping = repliesOf(cluster, delivery).filter(
        (reply) =>
          // Where the director masquerades, replies are for itself, and what loses them is REPLY-ROUTE's.
          reply.to === reply.client.address &&
          !passes(reply.path, director.name) &&
          !answersOnLink(host, reply),
      )
      const [first] = skipping
      if (first === undefined) return []
      const cause = routeCause(cluster, host, first.client.address, first.first)
      // A network's gateway is right for its other hosts; what this one lacks is one of its own.
      const place = cause === undefined || cause.kind === 'network' ? keyAt(realServer.path) : cause.place
      return [{ place, cause, delivery, first, clients: skipping.map(({ client }) => client.name) }]
    })
    for (const together of byPlace(astray)) {
      const [{ place, cause, delivery, first }] = together
      const replies = say`replies of ${delivery.host.name} to ${listed(together.flatMap(({ clients }) => clients))}`
      const services = quoted(together.map((one) => one.delivery.service.name))
      report(
        place,
        first.first.kind === 'none'
          ? say`${replies} have no route, and those of ${services} must pass ${delivery.director.name}`
          : say`${replies} go ${past(first)} instead of passing ${delivery.director.name}, so clients of ${services} get them from ${delivery.rip} and refuse them`,
        [
          ...fixesOf(delivery, cause),
          ...directRoutingIfOnLink(cluster, delivery),
          // Real servers must find the director.
          ...(delivery.reach === 'link' || first.first.kind !== 'none'
            ? masqueradeInstead(delivery.service)
            : []),
        ],
      )
    }
  },
}

function past({ first }: Reply): string {
  return first.kind === 'via' ? say`to ${first.gateway}` : say`straight to the link`
}

function fixesOf({ host, realServer, service }: Delivery, cause: RouteCause | undefined): Fix[] {
  if (cause?.kind === 'route') return [takingOut(cause.place.path, say`Take out the route of ${host.name}`)]
  const via = gatewayOfNat(service, realServer)
  if (cause?.kind !== 'gateway' || via === undefined) return []
  return [
    takingOut(
      cause.place.path,
      say`Lift the pin of ${host.name}'s gateway; ${via} is derived for "${service.name}"`,
    ),
  ]
}

function directRoutingIfOnLink(cluster: Cluster, { reach, service }: Delivery): readonly Fix[] {
  return reach === 'link' ? directRoutingInstead(cluster, service) : []
}
