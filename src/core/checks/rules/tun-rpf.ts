import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { unpackingOn } from '../found.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import { filtersStrictly, strictPin } from '../reverse-path.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const tunReversePath: Rule = {
  code: 'TUN-RPF',
  severity: 'error',
  title: 'A real server of a TUN service drops requests by strict reverse path filtering',
  why: 'Requests arrive in the tunnel and vanish after they are unpacked; clients wait until they give up.',
  kernel:
    'The unpacked request comes in by the tunnel device with the client as source, and the route to the client never ' +
    'leaves by that device; with rp_filter=1 it is dropped (fib_frontend.c, __fib_validate_source). The larger of ' +
    'conf.all and the device’s value counts: all=1 with tunl0=2 works, all=1 with tunl0=0 does not.',
  mend: 'Lift the pin: rp_filter=2 is derived for the tunnel device.',
  source: 'net/ipv4/fib_frontend.c, include/linux/inetdevice.h (Linux 6.1)',
  explains: ['RP_FILTER_DROP'],
  check: (cluster, report) => {
    const tunnelled = deliveries(cluster).filter(
      ({ mode, local, vip }) => mode === 'tun' && !local && familyOf(vip) === 4,
    )
    for (const [host, ofHost] of byHost(tunnelled)) {
      for (const [device, ofDevice] of byDevice(ofHost)) {
        // A device that is down or missing takes nothing in: TUN-DECAP.
        if (host.state.interfaces.get(device)?.up !== true || !filtersStrictly(host, device)) continue
        const pin = strictPin(host, device)
        report(
          pin === undefined ? keyAt(ofDevice[0].realServer.path) : valueAt(pin.path),
          say`${host.name} filters strictly on ${device} (rp_filter 1), where requests of ${quoted(ofDevice.map(({ service }) => service.name))} come out with the client as source, so it drops them; rp_filter must be 2 there`,
          liftPins(pin === undefined ? [] : [pin]),
        )
      }
    }
  },
}

function byDevice(ofHost: readonly Delivery[]): Map<string, [Delivery, ...Delivery[]]> {
  const result = new Map<string, [Delivery, ...Delivery[]]>()
  for (const delivery of ofHost) {
    const { name } = unpackingOn(delivery).device
    const known = result.get(name)
    if (known === undefined) result.set(name, [delivery])
    else known.push(delivery)
  }
  return result
}
