import { say } from '../../speech/say.js'
import { contains } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { itemPath, keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressFault, addressPath, drawnAddresses } from '../structure.js'
import type { AddressFault, DrawnAddress } from '../structure.js'
import { listed } from '../wording.js'

export const addressSubnet: Rule = {
  code: 'ADDR-SUBNET',
  severity: 'error',
  title: 'An address that a host cannot have on its network',
  why: 'The host and its neighbours do not find each other: they look for each other on different links, or the kernel refuses the address.',
  kernel:
    'An address brings the route to its subnet (fib_frontend.c, fib_add_ifaddr). Outside the subnets of the segment ' +
    'it brings none. The highest address of an IPv4 subnet is its broadcast address; so is the lowest for most other ' +
    'systems and for Linux before 5.14.',
  mend: 'Use a free address of the network’s subnet, or put the interface on the network the address belongs to.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 3021 for /31',
  explains: [],
  mayExplain: ['NO_DESTINATION', 'NO_ROUTE', 'NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    const { topology } = cluster
    let searches = 0
    const withoutSubnet = new Map<string, IpAddress[]>()
    for (const drawn of drawnAddresses(cluster)) {
      const network = drawn.network === undefined ? undefined : topology.networks.get(drawn.network)
      if (network === undefined || drawn.network === undefined) continue
      const fault = addressFault(drawn.address, network)
      if (fault === undefined) continue
      if (network.subnets.length === 0) {
        const known = withoutSubnet.get(drawn.network)
        if (known === undefined) withoutSubnet.set(drawn.network, [drawn.address])
        else known.push(drawn.address)
        continue
      }
      const searched = fault.kind === 'outside' && searches < SEARCHED
      if (searched) searches += 1
      report(
        valueAt(addressPath(drawn)),
        message(drawn, fault, network.subnets),
        searched ? moves(cluster, drawn) : [],
      )
    }
    for (const [name, addresses] of withoutSubnet) {
      report(
        keyAt(pathOf('networks', name, 'subnet')),
        say`the network ${name} has no subnet, but hosts have addresses on it (${listed(addresses)}); without one they have no route to each other`,
      )
    }
    for (const [name, { subnets, gateways }] of topology.networks) {
      for (const [index, gateway] of gateways.entries()) {
        const fault = addressFault(gateway, { subnets, gateways, mtu: undefined })
        // One outside every subnet is GW-SUBNET's.
        if (fault === undefined || fault.kind === 'outside') continue
        report(
          valueAt(itemPath(pathOf('networks', name, 'gateway'), index, gateways.length)),
          say`the gateway ${gateway} of ${name} ${saying(fault)} and cannot be a router's`,
        )
      }
    }
  },
}

function message(
  { host, interface: name, network, address }: DrawnAddress,
  fault: AddressFault,
  subnets: readonly string[],
) {
  return fault.kind === 'outside'
    ? say`${address} of ${host.name} (${name}) is in no subnet of ${network ?? ''}, which has ${listed(subnets)}`
    : say`${address} of ${host.name} (${name}) ${saying(fault)} and cannot be a host's`
}

function saying(fault: Exclude<AddressFault, { kind: 'outside' }>): string {
  switch (fault.kind) {
    case 'network-address':
      return say`is the lowest of its subnet, which most systems take for a broadcast address`
    case 'broadcast':
      return say`is the broadcast address of its subnet`
    case 'not-unicast':
      return say`is a ${fault.what} address`
  }
}

/** Addresses for which the right network is looked up; with more, a file has another fault than a misplaced host. */
const SEARCHED = 50

function moves({ topology }: Cluster, { host, interface: name, address }: DrawnAddress): Fix[] {
  const fitting = [...topology.networks].filter(([, { subnets }]) =>
    subnets.some((subnet) => contains(subnet, address)),
  )
  const [only] = fitting
  if (only === undefined || fitting.length > 1) return []
  const [value] = only
  return [
    {
      title: say`Put ${name} of ${host.name} on ${value}`,
      edits: [{ kind: 'set', path: pathOf('hosts', host.name, 'interfaces', name, 'network'), value }],
    },
  ]
}
