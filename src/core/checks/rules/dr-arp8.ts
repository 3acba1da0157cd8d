import type { HostModel } from '../../hosts/cluster.js'
import { effectiveSetting } from '../../hosts/sysctl.js'
import { confPins } from '../arp.js'
import { deliveries } from '../deliveries.js'
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
    const places = new Map<string, { host: HostModel; interface: string; services: Set<string> }>()
    const add = (host: HostModel, interfaceName: string, service: string) => {
      const key = `${host.name} ${interfaceName}`
      const known = places.get(key) ?? { host, interface: interfaceName, services: new Set() }
      places.set(key, known)
      known.services.add(service)
    }
    for (const { service, host, director, interface: interfaceName, local, realServer } of deliveries(
      cluster,
    )) {
      if (service.family !== 4) continue
      if (!local) add(host, interfaceName, service.name)
      for (const own of [service.vipInterface, realServer.directorInterface]) {
        if (own !== undefined && own !== 'lo') add(director, own, service.name)
      }
    }
    for (const { host, interface: interfaceName, services } of places.values()) {
      if (effectiveSetting(host.state, 'arp_ignore', interfaceName) !== 8) continue
      const pins = confPins(host, 'arp_ignore', interfaceName).filter(({ value }) => value === 8)
      const [pin] = pins
      report(
        pin === undefined ? keyAt(pathOf('hosts', host.name)) : valueAt(pin.path),
        `${host.name} answers no ARP on ${interfaceName}, so nothing on that network can reach it for ${quoted(services)}`,
        liftPins(pins),
      )
    }
  },
}
