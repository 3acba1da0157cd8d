import { say } from '../../speech/say.js'
import { answersForEveryAddress, exposures, uselessPins } from '../arp.js'
import { byHost } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'
import { tooLow } from './dr-arp.js'

export const drArpLo: Rule = {
  code: 'DR-ARP-LO',
  severity: 'error',
  title: 'arp_ignore is set on lo, where it has no effect',
  why: 'The recipe looks followed, yet the real server answers ARP for the VIP, and clients reach it past the director.',
  kernel:
    'The kernel reads arp_ignore of the interface an ARP request comes in by, joined with conf.all (inetdevice.h, ' +
    'IN_DEV_MAXCONF). No ARP request ever comes in by lo or by a tunnel, so their values are never read.',
  mend: 'Lift the pin of net.ipv4.conf.all.arp_ignore, for which 1 is derived; the value on lo may stay or go.',
  source: 'net/ipv4/arp.c, include/linux/inetdevice.h (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: (cluster, report) => {
    const answering = exposures(cluster).filter(
      (exposure) => !exposure.onInterface && answersForEveryAddress(exposure.arpIgnore),
    )
    for (const [host, ofHost] of byHost(answering)) {
      const [useless] = uselessPins(host)
      const [first] = ofHost
      if (useless === undefined || first === undefined) continue
      report(
        valueAt(useless.path),
        say`${useless.key}=${useless.value} is never read: ARP comes in by ${first.interface}, where ${host.name} answers for the VIP ${listed(ofHost.map(({ delivery }) => delivery.vip))}; net.ipv4.conf.all.arp_ignore must be 1`,
        liftPins(tooLow(first)),
      )
    }
  },
}
