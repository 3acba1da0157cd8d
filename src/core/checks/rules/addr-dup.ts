import { addressAfter, broadcastAddress, contains } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressPath, drawnAddresses } from '../structure.js'
import type { DrawnAddress } from '../structure.js'
import { servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const addressDuplicate: Rule = {
  code: 'ADDR-DUP',
  severity: 'error',
  title: 'The same address twice',
  why: 'Two hosts answer for one address, and packets go now to the one and now to the other; on one host the second is refused or useless.',
  kernel:
    'Whoever answered the last ARP request or neighbour solicitation gets the packets (arp.c, ndisc.c). IPv6 duplicate ' +
    'address detection takes the second one out of use.',
  mend: 'Give one of the two another address.',
  source: 'RFC 5227; RFC 4862',
  explains: ['ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    const onNetwork = new Map<string, DrawnAddress>()
    const onHost = new Map<string, DrawnAddress>()
    for (const drawn of drawnAddresses(cluster)) {
      const { host, network, address } = drawn
      const onNetworkKey = `${network ?? ''} ${address}`
      const onHostKey = `${host.name} ${address}`
      const other = onHost.get(onHostKey) ?? (network === undefined ? undefined : onNetwork.get(onNetworkKey))
      if (other !== undefined) {
        report(valueAt(addressPath(drawn)), message(drawn, other), fixes(cluster, drawn, other))
        continue
      }
      onHost.set(onHostKey, drawn)
      if (network !== undefined) onNetwork.set(onNetworkKey, drawn)
    }
    for (const [vip, services] of servicesByVip(cluster)) {
      const directors = new Set(services.flatMap(({ director }) => director ?? []))
      const [first] = directors
      const other = services.find(({ director }) => director !== undefined && director !== first)
      if (other === undefined) continue
      report(
        valueAt(pathOf('services', other.name, 'vip')),
        `${vip} is the VIP of ${quoted(services.map(({ name }) => name))} with different directors (${listed(directors)}), so each of them would have it`,
      )
    }
  },
}

function message({ host, interface: name, network, address }: DrawnAddress, other: DrawnAddress): string {
  return other.host === host
    ? `${host.name} has ${address} twice, on ${listed([other.interface, name])}`
    : `${address} is the address of both ${other.host.name} and ${host.name} on ${network ?? ''}`
}

function fixes(cluster: Cluster, drawn: DrawnAddress, other: DrawnAddress): Fix[] {
  const { host, interface: name, address } = drawn
  const path = addressPath(drawn)
  if (other.host === host) return [takingOut(path, `Take the second ${address} off ${name} of ${host.name}`)]
  const free = nextFree(cluster, drawn)
  return free === undefined
    ? []
    : [{ title: `Change it to ${free}, which is free`, edits: [{ kind: 'set', path, value: free }] }]
}

/** Addresses tried; what is further away was hardly meant. */
const TRIED = 64

function nextFree(cluster: Cluster, { network, address }: DrawnAddress): IpAddress | undefined {
  const drawn = network === undefined ? undefined : cluster.topology.networks.get(network)
  const subnet = drawn?.subnets.find((candidate) => contains(candidate, address))
  if (network === undefined || subnet === undefined) return undefined
  for (let step = 1; step <= TRIED; step++) {
    const next = addressAfter(address, step)
    if (next === undefined || !contains(subnet, next) || next === broadcastAddress(subnet)) return undefined
    const taken =
      cluster.ownerOn(network, next) !== undefined ||
      drawn?.gateways.includes(next) === true ||
      servicesByVip(cluster).has(next)
    if (!taken) return next
  }
  return undefined
}
