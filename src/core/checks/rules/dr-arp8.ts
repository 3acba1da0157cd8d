import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { effectiveSetting } from '../../hosts/sysctl.js'
import { confPins } from '../arp.js'
import { askings } from '../askings.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'
import { pathOf } from '../../topology/path.js'

export const drArp8: Rule = {
  code: 'DR-ARP8',
  severity: 'error',
  title: 'arp_ignore is 8: the host answers no ARP at all',
  why: 'Nobody on the segment can find the host, not even by its own address; it looks as if it were switched off.',
  kernel: 'arp_ignore=8 drops every ARP request that comes in by the interface (arp.c, arp_ignore).',
  mend: 'Lift the pin; where ARP for the VIP must be kept quiet, 1 is derived.',
  source: 'net/ipv4/arp.c; Documentation/networking/ip-sysctl.rst (Linux 6.1)',
  explains: ['NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    if (![...cluster.hosts.values()].some(keepsSilent)) return
    const places = new Map<string, { host: HostModel; interface: string; services: Set<string> }>()
    for (const { family, asked: host, askedInterface, service } of askings(cluster)) {
      if (family !== 4) continue
      const key = `${host.name} ${askedInterface}`
      const known = places.get(key) ?? { host, interface: askedInterface, services: new Set() }
      places.set(key, known)
      known.services.add(service)
    }
    for (const { host, interface: interfaceName, services } of places.values()) {
      if (effectiveSetting(host.state, 'arp_ignore', interfaceName) !== 8) continue
      const pins = confPins(host, 'arp_ignore', interfaceName).filter(({ value }) => value === 8)
      const [pin] = pins
      report(
        pin === undefined ? keyAt(pathOf('hosts', host.name)) : valueAt(pin.path),
        say`${host.name} answers no ARP on ${interfaceName}, so nothing on that network can reach it for ${quoted(services)}`,
        liftPins(pins),
      )
    }
  },
}

function keepsSilent({ state }: HostModel): boolean {
  return [...state.interfaces.keys()].some((name) => effectiveSetting(state, 'arp_ignore', name) === 8)
}
