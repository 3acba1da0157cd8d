import { say } from '../../speech/say.js'
import { contains } from '../../topology/address.js'
import { below, pathOf } from '../../topology/path.js'
import { gatewayPath, itemPath, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { gatewayFault, isOnLink, misplacedHosts } from '../structure.js'
import { listed } from '../wording.js'

export const gatewaySubnet: Rule = {
  code: 'GW-SUBNET',
  severity: 'error',
  title: 'A gateway that is on no link',
  why: 'The kernel refuses the route ("Nexthop has invalid gateway"), and the host cannot answer anyone beyond its own networks.',
  kernel:
    'A next hop must be a neighbour: fib_check_nh (fib_semantics.c) looks it up and wants it on a link of the host.',
  mend: 'Name a gateway in a subnet of one of the host’s networks, or lift the pin and let it be derived.',
  source: 'net/ipv4/fib_semantics.c, net/ipv6/route.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NO_ROUTE'],
  check: (cluster, report) => {
    for (const [name, { subnets, gateways }] of cluster.topology.networks) {
      if (subnets.length === 0) continue
      for (const [index, gateway] of gateways.entries()) {
        if (subnets.some((subnet) => contains(subnet, gateway))) continue
        report(
          valueAt(itemPath(pathOf('networks', name, 'gateway'), index, gateways.length)),
          say`the gateway ${gateway} of ${name} is in none of its subnets (${listed(subnets)}), so no host on it can reach it`,
        )
      }
    }
    for (const host of cluster.hosts.values()) {
      // What its networks are is not clear: ADDR-SUBNET or REF-NETWORK speaks.
      if (misplacedHosts(cluster).has(host.name)) continue
      for (const gateway of host.drawn.gateways ?? []) {
        const fault = gatewayFault(cluster, host, gateway)
        if (fault === undefined) continue
        const path = gatewayPath(host, gateway)
        report(
          valueAt(path),
          fault === 'own-address'
            ? say`the gateway ${gateway} of ${host.name} is its own address`
            : say`the gateway ${gateway} of ${host.name} is on none of its networks, and the kernel refuses it`,
          [takingOut(path, say`Lift the pin of ${host.name}'s gateway`)],
        )
      }
      for (const [index, { via, interface: by }] of host.drawn.routes.entries()) {
        if (via === undefined || isOnLink(cluster, host, via, by)) continue
        // An interface the host does not have is ROUTE-IFACE's.
        if (by !== undefined && !host.state.interfaces.has(by)) continue
        report(
          valueAt(below(pathOf('hosts', host.name), 'routes', index, 'via')),
          say`the next hop ${via} of a route of ${host.name} is on ${by === undefined ? say`none of its networks` : say`no network of ${by}`}, and the kernel refuses it`,
        )
      }
    }
  },
}
