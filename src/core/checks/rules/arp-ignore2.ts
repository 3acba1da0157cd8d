import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { confPins } from '../arp.js'
import { askings, isChoosy, isTakenForStranger } from '../askings.js'
import type { Asking } from '../askings.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const arpIgnore2: Rule = {
  code: 'ARP-IGNORE2',
  severity: 'error',
  title: 'arp_ignore is 2, and neighbours ask with an address of another subnet',
  why: 'Some hosts of the segment find this one and others do not: packets of those that do not are never sent.',
  kernel:
    'With arp_ignore=2 a host answers only who asks with an address of the same subnet (arp.c, arp_ignore; devinet.c, inet_confirm_addr). ' +
    'With arp_announce=0 a host asks with the source of the packet that waits (arp_solicit), which of a reply is the VIP, or an address of another network.',
  mend: 'Use arp_ignore=1 there, or let who asks announce an address of the link: arp_announce=2.',
  source: 'net/ipv4/arp.c, net/ipv4/devinet.c (Linux 6.1)',
  explains: ['NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    if (![...cluster.hosts.values()].some(isChoosy)) return
    const found = new Map<string, { asking: Asking; askers: Set<string>; services: Set<string> }>()
    for (const asking of askings(cluster)) {
      if (asking.asker === undefined || !isTakenForStranger(asking)) continue
      const key = `${asking.asked.name} ${asking.askedInterface}`
      const known = found.get(key) ?? { asking, askers: new Set(), services: new Set() }
      found.set(key, known)
      known.askers.add(asking.asker.name)
      known.services.add(asking.service)
    }
    for (const { asking, askers, services } of found.values()) {
      const { asked, askedInterface, target } = asking
      const pins = confPins(asked, 'arp_ignore', askedInterface).filter(({ value }) => value === 2)
      const [pin] = pins
      report(
        pin === undefined ? keyAt(pathOf('hosts', asked.name)) : valueAt(pin.path),
        say`${asked.name} answers no ARP of ${listed(askers)} for ${target ?? ''} on ${askedInterface}, since arp_ignore is 2 there and they ask with an address of another subnet, so packets of ${quoted(services)} are not sent`,
        liftPins(pins),
      )
    }
  },
}
