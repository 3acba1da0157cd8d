import { say } from '../../speech/say.js'
import type { Family } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import { lookupRoute } from '../../hosts/routing.js'
import { IPV4_FORWARD, confKey, forwards } from '../../hosts/sysctl.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { liftPins, pinsOf } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const natForwarding: Rule = {
  code: 'NAT-FWD',
  severity: 'error',
  title: 'The director of a NAT service does not forward packets',
  why: 'Requests reach the real servers, but every reply dies on the director, and clients wait until they give up.',
  kernel:
    'Replies from real servers are forwarded packets. With forwarding off on the interface they come in by, the ' +
    'route lookup of ip_route_input refuses them before the FORWARD hook where ip_vs_core.c (ip_vs_out_hook) would ' +
    'give them the VIP as source again. Only the interface towards the real servers counts.',
  mend: 'Lift the pin: net.ipv4.ip_forward=1 is derived for the director of a NAT service.',
  source: 'net/ipv4/route.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['FORWARDING_OFF'],
  check: forwardingCheck(4),
}

/** Both families: the director must forward what comes in from the real servers of a NAT service. */
export function forwardingCheck(family: Family): Rule['check'] {
  return (cluster, report) => {
    const replies = deliveries(cluster)
      .filter(({ service, mode, local }) => service.family === family && mode === 'nat' && !local)
      .map((delivery) => ({ host: delivery.director, service: delivery.service, inside: insideOf(delivery) }))
    for (const [director, ofDirector] of byHost(replies)) {
      for (const inside of new Set(ofDirector.map((reply) => reply.inside))) {
        if (inside === undefined || forwards(director.state, family, inside)) continue
        const services = ofDirector
          .filter((reply) => reply.inside === inside)
          .map(({ service }) => service.name)
        const keys = [
          // In IPv6 only the value for all counts (ip6_forward).
          ...(family === 4 ? [confKey(4, inside, 'forwarding'), IPV4_FORWARD] : []),
          confKey(family, 'all', 'forwarding'),
        ]
        const pins = pinsOf(director, keys).filter(({ value }) => value === 0)
        const [pin] = pins
        report(
          pin === undefined ? keyAt(pathOf('hosts', director.name)) : valueAt(pin.path),
          say`${director.name} does not forward IPv${family} packets that come in by ${inside}, so replies of the NAT service ${quoted(services)} never leave it`,
          liftPins(pins),
        )
      }
    }
  }
}

/** The director's interface that replies of a real server come in by. */
function insideOf({ realServer, director, rip }: Delivery): string | undefined {
  if (realServer.directorInterface !== undefined) return realServer.directorInterface
  const lookup = lookupRoute(director.state, rip)
  return lookup.kind === 'none' || lookup.kind === 'local' ? undefined : lookup.interface
}
