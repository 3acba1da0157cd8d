import { say } from '../../speech/say.js'
import { confPins, exposures } from '../arp.js'
import { byHost } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const drArp3: Rule = {
  code: 'DR-ARP3',
  severity: 'warning',
  title: 'arp_ignore is 3, which hides only addresses of scope host',
  why: 'A VIP that was added without "scope host" is still answered for, and clients reach the real server past the director.',
  kernel:
    'arp_ignore=3 keeps quiet about addresses of scope host only (arp.c, arp_ignore: RT_SCOPE_LINK). "ip address add" ' +
    'gives scope global to everything but 127/8, also on lo.',
  mend: 'Lift the pin: 1, which is derived, hides the VIP whatever its scope.',
  source: 'net/ipv4/arp.c; Documentation/networking/ip-sysctl.rst (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: (cluster, report) => {
    const answering = exposures(cluster).filter(
      (exposure) => !exposure.onInterface && exposure.arpIgnore === 3,
    )
    for (const [host, ofHost] of byHost(answering)) {
      const [first] = ofHost
      if (first === undefined) continue
      const pins = confPins(host, 'arp_ignore', first.interface).filter(({ value }) => value === 3)
      const [pin] = pins
      report(
        pin === undefined ? keyAt(first.delivery.realServer.path) : valueAt(pin.path),
        say`${host.name} has arp_ignore 3 on ${first.interface}, which hides the VIP ${listed(ofHost.map(({ delivery }) => delivery.vip))} only if it has scope host; 1 hides it in any case`,
        liftPins(pins),
      )
    }
  },
}
