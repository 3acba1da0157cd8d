import { addressBits, contains, familyOf, parseAddress, prefixLength } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Host, Topology } from '../topology/types.js'
import type { AddressState, InterfaceState } from './state.js'

const LOOPBACK_ADDRESSES = [
  { address: parseAddress('127.0.0.1'), prefix: 8 },
  { address: parseAddress('::1'), prefix: 128 },
].flatMap(({ address, prefix }) => (address === undefined ? [] : [addressState(address, prefix)]))

/** The interfaces of a host as the file draws them, and lo. */
export function drawnInterfaces(host: Host, topology: Topology): InterfaceState[] {
  const result: InterfaceState[] = [
    { name: 'lo', network: undefined, mac: undefined, mtu: 65_536, up: true, addresses: LOOPBACK_ADDRESSES },
  ]
  for (const [name, drawn] of host.interfaces) {
    if (name === 'lo') continue
    const network = drawn.network === undefined ? undefined : topology.networks.get(drawn.network)
    result.push({
      name,
      network: network === undefined ? undefined : drawn.network,
      mac: drawn.mac?.toLowerCase(),
      mtu: drawn.mtu ?? network?.mtu ?? 1500,
      up: true,
      addresses: drawn.addresses.map((address) => {
        const subnet = network?.subnets.find((candidate) => contains(candidate, address))
        return addressState(
          address,
          subnet === undefined ? addressBits(familyOf(address)) : prefixLength(subnet),
        )
      }),
    })
  }
  return result
}

export function addressState(address: IpAddress, prefix: number): AddressState {
  return { address, prefix, deprecated: false }
}
