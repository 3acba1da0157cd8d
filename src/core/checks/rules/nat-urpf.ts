import { say } from '../../speech/say.js'
import type { Cluster } from '../../hosts/cluster.js'
import { routedPath } from '../../hosts/routing.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { byPlace } from '../places.js'
import { clientsOfService, repliesOf } from '../replies.js'
import {
  filterLoosely,
  someFilter,
  reverseDropOn,
  reverseDropText,
  reverseDropPlace,
} from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const natUnicastReversePath: Rule = {
  code: 'NAT-URPF',
  severity: 'error',
  title: 'A router takes replies of a NAT director for forged',
  why: 'Real servers answer and the director sends the answers on, but they are lost on the way; clients wait until they give up.',
  kernel:
    'The director gives replies the VIP as source and sends them by its route to the client. Where that is another way than requests come, a ' +
    'router has its route to the VIP by another interface, and strict reverse path filtering drops them ' +
    '(__fib_validate_source, fib_frontend.c); the larger of conf.all and the interface’s value counts.',
  mend: 'Filter loosely (2) there, or let the director send replies the way requests come.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 3704',
  explains: ['RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    if (!someFilter(cluster)) return
    const dropped = cluster.services.flatMap((service) => {
      const { director, drawn, realServers } = service
      const { vip } = drawn
      const natted = realServers.some(({ mode, local }) => mode === 'nat' && !local)
      if (director === undefined || vip === undefined || !natted) return []
      return clientsOfService(cluster, service).flatMap((client) => {
        const { hosts } = routedPath(cluster, director, client.address)
        const drop = reverseDropOn(cluster, hosts, { from: vip, to: client.address })
        return drop === undefined ? [] : [{ place: reverseDropPlace(drop), drop, service, client, vip }]
      })
    })
    for (const together of byPlace(deliveries(cluster).flatMap((each) => droppedBefore(cluster, each)))) {
      const [{ place, drop, delivery }] = together
      report(
        place,
        say`replies of ${listed(together.map((one) => one.delivery.host.name))} to ${listed(together.map(({ client }) => client))} for ${quoted(together.map((one) => one.delivery.service.name))} ${reverseDropText(drop, delivery.rip)}`,
        filterLoosely(drop),
      )
    }
    for (const together of byPlace(dropped)) {
      const [{ place, drop, service, vip }] = together
      report(
        place,
        say`replies of ${service.director ?? ''} to ${listed(together.map(({ client }) => client.name))} for ${quoted(together.map((one) => one.service.name))} ${reverseDropText(drop, say`the VIP ${vip}`)}`,
        filterLoosely(drop),
      )
    }
  },
}

/** On the way to the director, which the real server may reach by another interface than the director has its route by. */
function droppedBefore(cluster: Cluster, delivery: Delivery) {
  const { mode, local, rip, director } = delivery
  if (mode !== 'nat' || local) return []
  return repliesOf(cluster, delivery).flatMap(({ client, to, path }) => {
    const at = path.hosts.indexOf(director.name, 1)
    const way = at < 0 ? [] : path.hosts.slice(0, at + 1)
    const drop = reverseDropOn(cluster, way, { from: rip, to })
    return drop === undefined ? [] : [{ place: reverseDropPlace(drop), drop, delivery, client: client.name }]
  })
}
