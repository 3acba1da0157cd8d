import { say } from '../../speech/say.js'
import type { Cluster } from '../../hosts/cluster.js'
import { routedPath } from '../../hosts/routing.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { byPlace } from '../places.js'
import { clientsOfService, sourceOfRequests } from '../replies.js'
import {
  filterLoosely,
  someFilter,
  reverseDropOn,
  reverseDropText,
  reverseDropPlace,
} from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { requestWay } from '../ways.js'
import { listed, quoted } from '../wording.js'

export const requestReversePath: Rule = {
  code: 'REQUEST-RPF',
  severity: 'error',
  title: 'Reverse path filtering on the way drops requests',
  why: 'Clients of one network wait until they give up, while those of another are served; IPVS counts nothing.',
  kernel:
    'The source of a request is the client. Where the route back to it leaves by another interface than the request came in by, ' +
    'rp_filter=1 drops it (__fib_validate_source, fib_frontend.c) before IPVS sees it; the larger of conf.all and the ' +
    'interface’s value counts. With symmetric ways strict filtering does no harm.',
  mend: 'Filter loosely (2) there, or give that host a route to the clients by the interface their requests come in by.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 3704',
  explains: ['RP_FILTER_DROP'],
  leg: 'request',
  check: (cluster, report) => {
    if (!someFilter(cluster)) return
    const dropped = cluster.services.flatMap((service) => {
      const { vip } = service.drawn
      if (vip === undefined) return []
      return clientsOfService(cluster, service).flatMap((client) => {
        const drop = reverseDropOn(cluster, requestWay(cluster, service, client), {
          from: client.address,
          to: vip,
        })
        return drop === undefined ? [] : [{ place: reverseDropPlace(drop), drop, service, client }]
      })
    })
    for (const together of byPlace(deliveries(cluster).flatMap((each) => droppedBehind(cluster, each)))) {
      const [{ place, drop, client, own }] = together
      report(
        place,
        say`requests of ${listed(together.map((one) => one.client.name))} for ${quoted(together.map(({ delivery }) => delivery.service.name))}, on their way to ${listed(together.map(({ delivery }) => delivery.host.name))}, ${reverseDropText(drop, own ?? client.address)}`,
        filterLoosely(drop),
      )
    }
    for (const together of byPlace(dropped)) {
      const [{ place, drop, client }] = together
      report(
        place,
        say`requests of ${listed(together.map((one) => one.client.name))} for ${quoted(together.map((one) => one.service.name))} ${reverseDropText(drop, client.address)}`,
        filterLoosely(drop),
      )
    }
  },
}

/**
 * By routers between the director and a real server of NAT, to which the request still comes from the client, or by any of
 * them from a director that masquerades.
 */
function droppedBehind(cluster: Cluster, delivery: Delivery) {
  const { mode, local, reach, rip, director, service } = delivery
  const own = sourceOfRequests(delivery)
  if (mode !== 'nat' || local || reach === 'none' || (own === undefined && reach === 'link')) return []
  const { hosts } = routedPath(cluster, director.name, rip)
  const routers = own === undefined ? hosts.slice(0, -1) : hosts
  return clientsOfService(cluster, service).flatMap((client) => {
    const drop = reverseDropOn(cluster, routers, { from: own ?? client.address, to: rip })
    return drop === undefined ? [] : [{ place: reverseDropPlace(drop), drop, delivery, client, own }]
  })
}
