import { say } from '../../speech/say.js'
import type { Mode } from '../../topology/types.js'
import { answersForEveryAddress, confPins, exposures, uselessPins } from '../arp.js'
import type { Exposure } from '../arp.js'
import type { Cluster } from '../../hosts/cluster.js'
import { byHost } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const drArp: Rule = {
  code: 'DR-ARP',
  severity: 'error',
  title: 'A real server of a DR service answers ARP for the VIP',
  why: 'Whoever answers first gets the client: connections go to one real server past the director, unbalanced and unseen, and it changes whenever an ARP entry runs out. A test with curl still succeeds.',
  kernel:
    'With arp_ignore=0 Linux answers ARP for every address it has, on whatever interface (arp.c, arp_process and ' +
    'arp_ignore), the VIP on lo included. The value that counts is the larger of conf.all and that of the interface ' +
    'the request comes in by (inetdevice.h, IN_DEV_MAXCONF).',
  mend: 'Lift the pin: net.ipv4.conf.all.arp_ignore=1 is derived, and is set before the VIP is added.',
  source: 'net/ipv4/arp.c, include/linux/inetdevice.h (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: arpCheck('dr'),
}

/** A real server that answers for every address it has. What a value on lo hides, DR-ARP-LO says. */
export function arpCheck(mode: Mode): Rule['check'] {
  return (cluster, report) => {
    const answering = exposures(cluster).filter(
      (exposure) =>
        exposure.delivery.mode === mode &&
        !exposure.onInterface &&
        // On a dummy device DR-ARP-DUMMY says it.
        (mode === 'tun' || exposure.onDevice === undefined) &&
        answersForEveryAddress(exposure.arpIgnore) &&
        uselessPins(exposure.host).length === 0,
    )
    for (const [host, ofHost] of byHost(answering)) {
      const [first] = ofHost
      if (first === undefined) continue
      const pins = tooLow(first)
      const [pin] = pins
      report(
        pin === undefined ? keyAt(first.delivery.realServer.path) : valueAt(pin.path),
        say`${host.name} answers ARP for the VIP ${listed(ofHost.map(({ delivery }) => delivery.vip))} of ${quoted(ofHost.flatMap(({ delivery }) => servicesAt(cluster, delivery)))} on ${listed(ofHost.map(({ network }) => network))}, so clients may reach it past ${listed(ofHost.map(({ delivery }) => delivery.director.name))}; arp_ignore must be 1 for ${first.interface} and is ${first.arpIgnore}`,
        liftPins(pins),
      )
    }
  }
}

/** Whoever asks for another service of the same VIP and director may come to it as well. */
export function servicesAt({ services }: Cluster, { service, vip }: Delivery): string[] {
  return services
    .filter((other) => other === service || (other.drawn.vip === vip && other.director === service.director))
    .map(({ name }) => name)
}

/** The pins to lift: `all`, where 1 is derived once nothing is pinned; and one on the interface that hides it. */
export function tooLow({ host, interface: interfaceName }: Exposure) {
  return confPins(host, 'arp_ignore', interfaceName).filter(
    ({ key, value }) => key.includes('.all.') || value > 3,
  )
}
