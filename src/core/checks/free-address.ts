import { addressAfter, broadcastAddress, contains } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Cluster } from '../hosts/cluster.js'
import { servicesByVip } from './vip-addresses.js'

/** Addresses tried; what is further away was hardly meant. */
const TRIED = 64

/** The next address after one, in its subnet of a network, that nothing in the drawing has. */
export function freeAddress(cluster: Cluster, network: string, after: IpAddress): IpAddress | undefined {
  const drawn = cluster.topology.networks.get(network)
  const subnet = drawn?.subnets.find((candidate) => contains(candidate, after))
  if (subnet === undefined) return undefined
  for (let step = 1; step <= TRIED; step++) {
    const next = addressAfter(after, step)
    if (next === undefined || !contains(subnet, next) || next === broadcastAddress(subnet)) return undefined
    const taken =
      cluster.ownerOn(network, next) !== undefined ||
      drawn?.gateways.includes(next) === true ||
      servicesByVip(cluster).has(next)
    if (!taken) return next
  }
  return undefined
}
