import { contains, familyOf } from '../topology/address.js'
import { effectiveSetting, confKey } from '../hosts/sysctl.js'
import type { HostModel } from '../hosts/cluster.js'
import { isOwnDevice, STANDING_DEVICES } from '../hosts/tunnels.js'
import { placesOf } from '../hosts/observed-cluster.js'
import { deliveries } from './deliveries.js'
import type { Delivery } from './deliveries.js'
import { oncePerCluster } from './once.js'
import { pinsOf } from './pins.js'
import type { Pin } from './pins.js'
import { networksOf } from './structure.js'

/** A real server that hears neighbours ask for a VIP it has but must not answer for. */
export interface Exposure {
  readonly delivery: Delivery
  readonly host: HostModel
  /** The interface the requests come in by, and its network. */
  readonly interface: string
  readonly network: string
  /** The effective value where the requests come in. */
  readonly arpIgnore: number
  /** The host has the VIP on a network interface: arp_ignore=1 would not help (DR-ARP-ETH). */
  readonly onInterface: boolean
  /** The device that has it instead, where that is not lo and unpacks no tunnel. */
  readonly onDevice: string | undefined
}

/**
 * Where IPv4 neighbours resolve a VIP by ARP, which is only where it lies in a subnet of the network. Elsewhere the
 * VIP is routed and nobody asks.
 */
export const exposures = oncePerCluster((cluster): readonly Exposure[] => {
  const result: Exposure[] = []
  for (const delivery of deliveries(cluster)) {
    const { host, mode, local, vip } = delivery
    if (mode === 'nat' || local || familyOf(vip) !== 4) continue
    const places = placesOf(host.state, vip).map(({ interface: where }) => where)
    // A host that does not have the VIP does not answer for it: DR-VIP-MISSING and TUN-VIP speak.
    if (places.length === 0) continue
    const onInterface = places.some(({ network }) => network !== undefined)
    const onDevice = places.every(({ name }) => name !== 'lo' && !isTunnel(name))
      ? places[0]?.name
      : undefined
    for (const { interface: interfaceName, name, network } of networksOf(cluster, host)) {
      if (!network.subnets.some((subnet) => contains(subnet, vip))) continue
      result.push({
        delivery,
        host,
        interface: interfaceName,
        network: name,
        arpIgnore: effectiveSetting(host.state, 'arp_ignore', interfaceName),
        onInterface,
        onDevice,
      })
    }
  }
  return result
})

function isTunnel(name: string): boolean {
  return isOwnDevice(name) || STANDING_DEVICES.includes(name)
}

/** arp.c `arp_ignore`: 4 to 7 are reserved and mean 0; so does what is above 8. */
export function answersForEveryAddress(value: number): boolean {
  return ![1, 2, 3, 8].includes(value)
}

/** Pins of a setting on an interface of a host and on `all`, `all` first: that is where it is derived. */
export function confPins(host: HostModel, setting: string, interfaceName: string): Pin[] {
  return pinsOf(host, [confKey(4, 'all', setting), confKey(4, interfaceName, setting)])
}

/**
 * Values set where requests never come in: `lo` and the tunnel device. People copy them from recipes, and they do
 * nothing there.
 */
export function uselessPins(host: HostModel): Pin[] {
  return pinsOf(host, [confKey(4, 'lo', 'arp_ignore'), confKey(4, 'tunl0', 'arp_ignore')]).filter(
    ({ value }) => !answersForEveryAddress(value),
  )
}
