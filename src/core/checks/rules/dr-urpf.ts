import { say } from '../../speech/say.js'
import type { Mode } from '../../topology/types.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { byPlace } from '../places.js'
import { passes, repliesOf } from '../replies.js'
import {
  filterLoosely,
  someFilter,
  reverseDropOn,
  reverseDropText,
  reverseDropPlace,
} from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const drUnicastReversePath: Rule = {
  code: 'DR-URPF',
  severity: 'warning',
  title: 'A router takes replies of a DR service for forged',
  why: 'Requests are taken and answered, but answers of this real server are lost on the way; with several, some clients wait and others do not.',
  kernel:
    'A reply has the VIP as source, and to the router that address is where the director is. Strict reverse path filtering drops ' +
    'what comes in by another interface than the route to its source leaves by (__fib_validate_source, fib_frontend.c); the larger of ' +
    'conf.all and the interface’s value counts. Routers of other makers call it uRPF.',
  mend: 'Filter loosely (2) there, or let replies come in where the route to the VIP leaves. In a cloud, turn the source/destination check off.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 3704',
  explains: ['RP_FILTER_DROP'],
  leg: 'reply',
  check: strictRepliesCheck('dr'),
}

/** Both methods by which replies go straight to the client. */
export function strictRepliesCheck(wanted: Exclude<Mode, 'nat'>): Rule['check'] {
  return (cluster, report) => {
    if (!someFilter(cluster)) return
    const dropped = deliveries(cluster).flatMap((delivery: Delivery) => {
      const { mode, local, director, vip } = delivery
      if (mode !== wanted || local) return []
      return repliesOf(cluster, delivery).flatMap((reply) => {
        // The director as a router of its own VIP's replies is DR-GW's.
        if (passes(reply.path, director.name)) return []
        const drop = reverseDropOn(cluster, reply.path.hosts, { from: vip, to: reply.client.address })
        return drop === undefined
          ? []
          : [{ place: reverseDropPlace(drop), drop, delivery, client: reply.client.name }]
      })
    })
    for (const together of byPlace(dropped)) {
      const [{ place, drop, delivery }] = together
      const clients = listed(together.map(({ client }) => client))
      report(
        place,
        say`replies of ${listed(together.map((one) => one.delivery.host.name))} to ${clients} for ${quoted(together.map((one) => one.delivery.service.name))} ${reverseDropText(drop, say`the VIP ${delivery.vip}`)}`,
        filterLoosely(drop),
      )
    }
  }
}
