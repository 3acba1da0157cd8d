import { say } from '../../speech/say.js'
import { lookupRoute } from '../../hosts/routing.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { directRoutingInstead, masqueradeInstead } from '../modes.js'
import { keyAt } from '../places.js'
import { answersOnLink, repliesOf } from '../replies.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const natOnLink: Rule = {
  code: 'NAT-ONLINK',
  severity: 'error',
  title: 'A client of a NAT service is on the network of the real servers',
  why: 'Clients on that network get no connection, while those from elsewhere do: they see answers from the real server’s address, which they never asked.',
  kernel:
    'The real server has the client’s subnet on its own link, a longer prefix than any gateway (fib_lookup), and ' +
    'answers directly. The director, which would put the VIP back as source, never sees the reply.',
  mend:
    'Use DR, where replies go straight back anyway; or put clients and real servers on different networks; or take ' +
    'the subnet’s own route off the real server, leaving a host route to the director and a default through it, with ' +
    'redirects off on the director; or let the director masquerade, and real servers answer it.',
  source: 'net/ipv4/fib_trie.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    for (const delivery of deliveries(cluster)) {
      const { mode, local, host, director, service, realServer } = delivery
      if (mode !== 'nat' || local) continue
      if (isToldOfVip(delivery)) continue
      const direct = repliesOf(cluster, delivery).filter((reply) => answersOnLink(host, reply))
      const [first] = direct
      if (first === undefined) continue
      report(
        keyAt(realServer.path),
        say`${host.name} and ${listed(direct.map(({ client }) => client.name))} are both on ${first.client.network ?? ''}, so its replies of "${service.name}" do not pass ${director.name} and come from ${delivery.rip} instead of ${delivery.vip}`,
        [...directRoutingInstead(cluster, service), ...masqueradeInstead(service)],
      )
    }
  },
}

/** An INIT ACK names every address of its sender: where the VIP is one, the client takes the answer. */
function isToldOfVip({ service, realServer, host, vip, port }: Delivery): boolean {
  const samePort = (realServer.port ?? port) === port
  return service.drawn.protocol === 'sctp' && samePort && lookupRoute(host.state, vip).kind === 'local'
}
