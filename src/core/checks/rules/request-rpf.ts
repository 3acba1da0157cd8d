import { byPlace } from '../places.js'
import { clientsOfService } from '../replies.js'
import {
  filterLoosely,
  someFilterStrictly,
  strictDropOn,
  strictDropText,
  strictPlace,
} from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { requestWay } from '../ways.js'
import { listed, quoted } from '../wording.js'

export const requestReversePath: Rule = {
  code: 'REQUEST-RPF',
  severity: 'error',
  title: 'Strict reverse path filtering on the way to the director drops requests',
  why: 'Clients of one network wait until they give up, while those of another are served; IPVS counts nothing.',
  kernel:
    'The source of a request is the client. Where the route back to it leaves by another interface than the request came in by, ' +
    'rp_filter=1 drops it (__fib_validate_source, fib_frontend.c) before IPVS sees it; the larger of conf.all and the ' +
    'interface’s value counts. With symmetric ways strict filtering does no harm.',
  mend: 'Filter loosely (2) there, or give that host a route to the clients by the interface their requests come in by.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 3704',
  explains: ['RP_FILTER_DROP'],
  check: (cluster, report) => {
    if (!someFilterStrictly(cluster)) return
    const dropped = cluster.services.flatMap((service) => {
      const { vip } = service.drawn
      if (vip === undefined) return []
      return clientsOfService(cluster, service).flatMap((client) => {
        const drop = strictDropOn(cluster, requestWay(cluster, service, client), {
          from: client.address,
          to: vip,
        })
        return drop === undefined ? [] : [{ place: strictPlace(drop), drop, service, client }]
      })
    })
    for (const together of byPlace(dropped)) {
      const [{ place, drop, client }] = together
      report(
        place,
        `requests of ${listed(together.map((one) => one.client.name))} for ${quoted(together.map((one) => one.service.name))} ${strictDropText(drop, client.address)}`,
        filterLoosely(drop),
      )
    }
  },
}
