import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { below, pathOf } from '../topology/path.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ObservedHost } from '../hosts/observe.js'
import { placesOf } from '../hosts/observed-cluster.js'
import type { InterfaceState } from '../hosts/state.js'
import { unpacking } from '../hosts/tunnels.js'
import type { Unpacking } from '../hosts/tunnels.js'
import type { Delivery } from './deliveries.js'
import { oncePerCluster } from './once.js'
import { itemPath, keyAt, valueAt } from './places.js'
import type { FindingPlace } from './rule.js'

/* What was found on a host, where in the drawing it is shown. */

/** Where a finding about a host as a whole is shown. */
export function atHost({ name }: HostModel): FindingPlace {
  return keyAt(pathOf('hosts', name))
}

/** At the drawn interface, or else at the host: real hosts have more interfaces than drawings. */
export function atInterface({ name, drawn }: HostModel, interfaceName: string): FindingPlace {
  return drawn.interfaces.has(interfaceName)
    ? keyAt(pathOf('hosts', name, 'interfaces', interfaceName))
    : keyAt(pathOf('hosts', name))
}

/** Something the drawing says a host has and that was not found there. */
export interface HostFault {
  readonly host: HostModel
  readonly place: FindingPlace
  /** Completes "lb1 has". */
  readonly lacks: string
  readonly instead: string | undefined
}

/** Drawn interfaces and addresses that hosts do not have. */
export const hostFaults = oncePerCluster((cluster): readonly HostFault[] => {
  const faults: HostFault[] = []
  for (const host of cluster.hosts.values()) {
    if (host.observed === undefined) continue
    for (const [name, { addresses }] of host.drawn.interfaces) {
      if (name === 'lo') continue
      const found = host.state.interfaces.get(name)
      const path = pathOf('hosts', host.name, 'interfaces', name)
      const elsewhere = (address: IpAddress) =>
        placesOf(host.state, address).map(({ interface: where }) => where.name)
      if (found === undefined) {
        const [other] = addresses.flatMap(elsewhere)
        faults.push({
          host,
          place: keyAt(path),
          lacks: say`no interface ${name}`,
          instead: other === undefined ? undefined : say`the drawn address is on ${other}`,
        })
        continue
      }
      if (!found.up) {
        faults.push({ host, place: keyAt(path), lacks: say`${name} set down`, instead: undefined })
      }
      for (const [index, address] of addresses.entries()) {
        if (found.addresses.some((own) => own.address === address)) continue
        const [other] = elsewhere(address)
        const own = found.addresses.filter((each) => familyOf(each.address) === familyOf(address))
        faults.push({
          host,
          place: valueAt(itemPath(below(path, 'address'), index, addresses.length)),
          lacks: say`no address ${address} on ${name}`,
          instead:
            other !== undefined
              ? say`it is on ${other}`
              : own.length === 0
                ? undefined
                : say`there is ${own.map((each) => each.address).join(', ')}`,
        })
      }
    }
  }
  return faults
})

/** The interfaces on a drawn network that have an address of the host. */
export function onNetworks({ state }: HostModel, address: IpAddress): InterfaceState[] {
  return placesOf(state, address)
    .map(({ interface: where }) => where)
    .filter(({ network }) => network !== undefined)
}

/**
 * What takes the packets of a tunnel apart on a real server: what a deployment would bring about, or a device somebody
 * made for just the RIP, which the kernel prefers to the one that comes with the module (ip_tunnel.c, ip_tunnel_lookup).
 */
export function unpackingOn({ host, realServer, rip, vip }: Delivery): Unpacking {
  const usual = unpacking(realServer.tunnel, rip, familyOf(vip))
  const { observed } = host
  if (observed === undefined) return usual
  const name = madeFor(observed, usual, rip)
  return name === undefined ? usual : { ...usual, device: { name, made: usual.device.made } }
}

function madeFor(
  { tunnels, state }: ObservedHost,
  { device }: Unpacking,
  rip: IpAddress,
): string | undefined {
  const standing: Readonly<Record<string, string>> = {
    tunl0: 'ipip',
    sit0: 'sit',
    gre0: 'gre',
    ip6tnl0: 'ip6tnl',
    ip6gre0: 'ip6gre',
  }
  const kind = device.made?.split(' ')[0] ?? standing[device.name]
  const checksum = device.made?.includes(' icsum') === true
  for (const [name, made] of tunnels) {
    const words = made.split(' ')
    if (words[0] !== kind || words[words.indexOf('local') + 1] !== rip) continue
    if (words.includes('icsum') !== checksum || state.interfaces.get(name)?.up !== true) continue
    return name
  }
  return undefined
}

/** Hosts that were looked at. */
export function seen({ hosts }: Cluster): HostModel[] {
  return [...hosts.values()].filter(({ observed }) => observed !== undefined)
}
