import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressPath } from '../structure.js'
import { drawnVips, servicesByVip, takeOff } from '../vip-addresses.js'
import { quoted } from '../wording.js'

export const vipOfHost: Rule = {
  code: 'VIP-HOST',
  severity: 'error',
  title: 'The VIP is the own address of a host',
  why: 'On another host than the director two hosts answer for it. On the director it would be the host’s own address: never moved or removed, and chosen as source of its own connections.',
  kernel:
    'A deployment adds the VIP with the whole address as prefix (/32, /128), after the director’s own addresses, so that ' +
    'it is never chosen as source. A VIP that is also a host’s first address loses that: as the source of a tunnel, say, it is a real server’s own address there, which drops it.',
  mend: 'Take the address off the interface; give the host an address of its own. The VIP’s place is derived.',
  source: 'the topology format: a deployment owns the VIP; net/ipv4/devinet.c inet_select_addr',
  explains: [],
  mayExplain: ['ARP_AMBIGUOUS', 'MARTIAN_SOURCE', 'NOT_LISTENING'],
  check: (cluster, report) => {
    for (const { drawn, services, takesRequests } of drawnVips(cluster)) {
      if (takesRequests) continue
      const { host, interface: interfaceName, address } = drawn
      const names = quoted(services.map(({ name }) => name))
      report(
        valueAt(addressPath(drawn)),
        services.some(({ director }) => director === host.name)
          ? say`${address} is the VIP of ${names} and must not also be ${host.name}'s own address on ${interfaceName}; a deployment puts it there`
          : say`${address} is the VIP of ${names} but the own address of ${host.name}, so two hosts would answer for it`,
        [takeOff(drawn)],
      )
    }
    // A gateway that a drawn host has is reported above.
    const drawnOnHosts = new Set(drawnVips(cluster).map(({ drawn }) => drawn.address))
    const byVip = servicesByVip(cluster)
    for (const [network, { gateways }] of cluster.topology.networks) {
      for (const gateway of gateways) {
        const services = byVip.get(gateway)
        if (services === undefined || drawnOnHosts.has(gateway)) continue
        report(
          valueAt(pathOf('services', services[0].name, 'vip')),
          say`${gateway} is the VIP of ${quoted(services.map(({ name }) => name))} and also the gateway of the network ${network}, whose router would answer for it too`,
        )
      }
    }
  },
}
