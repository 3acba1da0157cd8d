import { say } from '../../speech/say.js'
import { byHost, deliveries } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import { repliesOf } from '../replies.js'
import { filtersStrictly, strictPin } from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const drReversePath: Rule = {
  code: 'DR-RPF',
  severity: 'error',
  title: 'A real server of a DR service drops requests by strict reverse path filtering',
  why: 'Requests arrive at the real server and vanish there; clients wait until they give up.',
  kernel:
    'With rp_filter=1 a packet is dropped where the route back to its source leaves by another interface than the one ' +
    'it came in by (fib_frontend.c, __fib_validate_source). The value that counts is the larger of conf.all and the ' +
    'interface’s: all=1 with interface=0 drops, all=1 with interface=2 does not.',
  mend: 'Lift the pin: 2 (loose) is derived for the interface requests come in by. Or let the route to clients leave by it.',
  source: 'net/ipv4/fib_frontend.c, include/linux/inetdevice.h (Linux 6.1); RFC 3704',
  explains: ['RP_FILTER_DROP'],
  leg: 'request',
  check: (cluster, report) => {
    const strict = deliveries(cluster).filter(
      ({ mode, local, service, host, interface: receiving }) =>
        mode === 'dr' && !local && service.family === 4 && filtersStrictly(host, receiving),
    )
    const dropped = strict.flatMap((delivery) => {
      const away = repliesOf(cluster, delivery).filter(
        ({ first }) => first.kind !== 'none' && first.interface !== delivery.interface,
      )
      return away.length === 0 ? [] : [{ host: delivery.host, delivery, away }]
    })
    for (const [host, ofHost] of byHost(dropped)) {
      const [first] = ofHost
      if (first === undefined) continue
      const { interface: receiving, realServer } = first.delivery
      const pin = strictPin(host, receiving)
      const leaves = first.away.flatMap(({ first: lookup }) =>
        lookup.kind === 'none' ? [] : lookup.interface,
      )
      report(
        pin === undefined ? keyAt(realServer.path) : valueAt(pin.path),
        say`${host.name} filters strictly on ${receiving} (rp_filter 1) but its route back to ${listed(first.away.map(({ client }) => client.name))} leaves by ${listed(leaves)}, so it drops the requests of ${quoted(ofHost.map(({ delivery }) => delivery.service.name))}; rp_filter must be 2 or 0`,
        liftPins(pin === undefined ? [] : [pin]),
      )
    }
  },
}
