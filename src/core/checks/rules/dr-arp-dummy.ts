import { say } from '../../speech/say.js'
import { answersForEveryAddress, exposures } from '../arp.js'
import { byHost } from '../deliveries.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'
import { servicesAt } from './dr-arp.js'

export const drArpDummy: Rule = {
  code: 'DR-ARP-DUMMY',
  severity: 'error',
  title: 'The VIP is on a dummy device, and ARP for it is answered all the same',
  why: 'The recipe with a device without ARP looks followed, yet the real server answers for the VIP, and clients reach it past the director.',
  kernel:
    'NOARP on the device that has the address keeps that device quiet, not the others: ARP comes in by the network ' +
    'interface, where arp_ignore=0 answers for every address of the host (arp.c, arp_process and arp_ignore).',
  mend: 'Set net.ipv4.conf.all.arp_ignore to 1 and arp_announce to 2, whatever device has the VIP: "lvs-designer apply" does.',
  source: 'net/ipv4/arp.c (Linux 6.1)',
  needs: 'observed',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: (cluster, report) => {
    const answering = exposures(cluster).filter(
      ({ delivery, onInterface, onDevice, arpIgnore }) =>
        delivery.mode === 'dr' && !onInterface && onDevice !== undefined && answersForEveryAddress(arpIgnore),
    )
    for (const [host, ofHost] of byHost(answering)) {
      const [first] = ofHost
      if (first === undefined) continue
      report(
        atHost(host),
        say`${host.name} has the VIP ${listed(ofHost.map(({ delivery }) => delivery.vip))} of ${quoted(ofHost.flatMap(({ delivery }) => servicesAt(cluster, delivery)))} on ${first.onDevice ?? ''}, but answers ARP for it on ${listed(ofHost.map(({ network }) => network))}; arp_ignore must be 1 for ${first.interface} and is ${first.arpIgnore}`,
      )
    }
  },
}
