import { say } from '../../speech/say.js'
import { routedPath } from '../../hosts/routing.js'
import type { Cluster } from '../../hosts/cluster.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { obstacle } from '../journeys.js'
import type { Obstacle } from '../journeys.js'
import { byPlace, keyAt, routeCause } from '../places.js'
import { passes, repliesOf, wayTo } from '../replies.js'
import type { Reply } from '../replies.js'
import type { Rule } from '../rule.js'
import { hasGatewayFault } from '../structure.js'
import { listed, quoted } from '../wording.js'

export const replyRoute: Rule = {
  code: 'REPLY-ROUTE',
  severity: 'error',
  title: 'Replies do not find the way to the client',
  why: 'Requests are taken and answered, but the answers are lost; clients wait until they give up.',
  kernel:
    'A reply is routed like any packet (fib_trie.c, fib_table_lookup); without a route it is not sent, and a host that does not forward drops it.',
  mend: 'Give the real server (with NAT, the director) a gateway or a route towards the clients.',
  source: 'net/ipv4/fib_trie.c, net/ipv4/route.c (Linux 6.1)',
  explains: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE', 'LOOP', 'FORWARDING_OFF', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    const faulty = (name: string, { family }: Delivery['service']) => hasGatewayFault(cluster, name, family)
    const lost = deliveries(cluster).flatMap((delivery) => {
      const { mode, host, director, realServer, reach, service } = delivery
      // Replies of NAT alone go the director's way.
      if (faulty(host.name, service) || (mode === 'nat' && faulty(director.name, service))) return []
      // Without a request there is no reply to lose: DR-L2 and RS-ROUTE speak.
      if (reach === 'none' || (mode === 'dr' && reach !== 'link')) return []
      const stuck = repliesOf(cluster, delivery).flatMap((reply) => {
        const at = lostAt(cluster, delivery, reply)
        // Another host with the client's address: ADDR-DUP speaks.
        return at === undefined || at.takes ? [] : [{ reply, at }]
      })
      const [first] = stuck
      if (first === undefined) return []
      const cause = routeCause(cluster, host, first.reply.to, first.reply.first)
      const own = cause !== undefined && cause.kind !== 'network' && mode !== 'nat'
      return [
        {
          place: own ? cause.place : keyAt(realServer.path),
          delivery,
          at: first.at,
          clients: stuck.map(({ reply }) => reply.client.name),
        },
      ]
    })
    for (const together of byPlace(lost)) {
      const [{ place, delivery, at }] = together
      report(
        place,
        say`replies of ${delivery.host.name} to ${listed(together.flatMap(({ clients }) => clients))} for ${quoted(together.map((one) => one.delivery.service.name))} are lost: ${at.at} ${at.what}`,
      )
    }
  },
}

function lostAt(cluster: Cluster, delivery: Delivery, { client, to, path }: Reply): Obstacle | undefined {
  const { mode, local, director, host } = delivery
  const wanted = client.drawn ? client.name : undefined
  if (mode === 'nat' && !local) {
    const before =
      to === client.address
        ? undefined
        : obstacle(cluster, wayTo(cluster, host.name, to).path, to, director.name)
    if (before !== undefined) return before
    // What does not come to the director at all is NAT-GW's; from there on it is the director's to send.
    if (!passes(path, director.name)) return undefined
    return obstacle(cluster, routedPath(cluster, director.name, client.address), client.address, wanted)
  }
  // The director as a router of its own VIP's replies is DR-GW's.
  return passes(path, director.name) ? undefined : obstacle(cluster, path, client.address, wanted)
}
