import { say } from '../../speech/say.js'
import { effectiveSetting } from '../../hosts/sysctl.js'
import { confPins, exposures } from '../arp.js'
import { byHost } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import { repliesOf } from '../replies.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const drAnnounce: Rule = {
  code: 'DR-ANNOUNCE',
  severity: 'warning',
  title: 'A real server puts the VIP into its ARP requests',
  why: 'It works for a while, then the router’s ARP entry for the VIP flips to this real server: all traffic goes to it, past the director, until the entry runs out.',
  kernel:
    'A reply has the VIP as source, and with arp_announce=0 the ARP request for its next hop names that source as ' +
    'sender (arp.c, arp_solicit); who receives it updates its entry for the VIP. With 1 the same happens where the VIP ' +
    'is in the subnet. The larger of conf.all and the interface’s value counts.',
  mend: 'Lift the pin: net.ipv4.conf.all.arp_announce=2 is derived.',
  source: 'net/ipv4/arp.c (Linux 6.1)',
  explains: ['ARP_POISONABLE'],
  check: (cluster, report) => {
    const announcing = exposures(cluster).filter(
      ({ host, interface: interfaceName, delivery }) =>
        effectiveSetting(host.state, 'arp_announce', interfaceName) < 2 &&
        repliesOf(cluster, delivery).some(
          ({ first, path, source }) =>
            first.kind !== 'none' &&
            first.interface === interfaceName &&
            source === delivery.vip &&
            // It knows the director, which has asked for it.
            path.hosts[1] !== delivery.director.name,
        ),
    )
    for (const [host, ofHost] of byHost(announcing)) {
      const [first] = ofHost
      if (first === undefined) continue
      const pins = confPins(host, 'arp_announce', first.interface).filter(({ key }) => key.includes('.all.'))
      const [pin] = pins
      report(
        pin === undefined ? keyAt(first.delivery.realServer.path) : valueAt(pin.path),
        say`${host.name} asks for its neighbours on ${listed(ofHost.map(({ network }) => network))} with the VIP ${listed(ofHost.map(({ delivery }) => delivery.vip))} as sender, and they then take it for the director; arp_announce must be 2 for ${first.interface} and is ${effectiveSetting(host.state, 'arp_announce', first.interface)}`,
        liftPins(pins),
      )
    }
  },
}
