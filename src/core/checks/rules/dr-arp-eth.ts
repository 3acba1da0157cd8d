import { said, say, toSay } from '../../speech/say.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import type { Family, IpAddress } from '../../topology/address.js'
import { familyOf } from '../../topology/address.js'
import { deliveries } from '../deliveries.js'
import { atInterface, onNetworks } from '../found.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressPath } from '../structure.js'
import { drawnVips, takeOff } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const drArpEth: Rule = {
  code: 'DR-ARP-ETH',
  severity: 'error',
  title: 'The VIP is on a network interface of a real server',
  why: 'The real server answers ARP for the VIP whatever its sysctls say, and clients reach it past the director.',
  kernel:
    'arp_ignore=1 still answers for an address that is on the interface the request comes in by (arp.c, arp_ignore). ' +
    'Only an address on another device, such as lo, is kept quiet.',
  mend: 'Take the VIP off the interface: a deployment puts it on lo (DR) or the tunnel device (TUN).',
  source: 'net/ipv4/arp.c (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: vipOnInterfaceCheck(4, toSay`it answers ARP for it even with arp_ignore 1`),
}

/** Both families: the VIP drawn, or found, on an interface of a real server that takes requests for it. */
export function vipOnInterfaceCheck(family: Family, because: string): Rule['check'] {
  return (cluster, report) => {
    for (const { drawn, services, takesRequests } of drawnVips(cluster)) {
      const { host, interface: interfaceName, address } = drawn
      if (!takesRequests || familyOf(address) !== family) continue
      report(
        valueAt(addressPath(drawn)),
        say`${host.name} has ${address}, the VIP of ${quoted(services.map(({ name }) => name))}, on ${interfaceName}, where ${said(because)}; the VIP belongs on a device that is on no network, and a deployment puts it there`,
        [takeOff(drawn)],
      )
    }
    for (const { host, vip, interfaces, services } of vipsOnInterfaces(cluster)) {
      if (familyOf(vip) !== family) continue
      const [first = ''] = interfaces
      report(
        atInterface(host, first),
        say`${host.name} has ${vip}, the VIP of ${quoted(services)}, on ${listed(interfaces)}, where ${said(because)}; the VIP belongs on a device that is on no network`,
      )
    }
  }
}

interface VipOnInterface {
  readonly host: HostModel
  readonly vip: IpAddress
  readonly interfaces: readonly string[]
  readonly services: string[]
}

/** VIPs that were found on network interfaces of real servers and are not drawn there. */
function vipsOnInterfaces(cluster: Cluster): VipOnInterface[] {
  const result = new Map<string, VipOnInterface>()
  for (const { host, vip, mode, local, service } of deliveries(cluster)) {
    if (host.observed === undefined || mode === 'nat' || local) continue
    const interfaces = onNetworks(host, vip)
      .map(({ name }) => name)
      .filter((name) => host.drawn.interfaces.get(name)?.addresses.includes(vip) !== true)
    if (interfaces.length === 0) continue
    const key = `${host.name} ${vip}`
    const known = result.get(key)
    if (known === undefined) result.set(key, { host, vip, interfaces, services: [service.name] })
    else known.services.push(service.name)
  }
  return [...result.values()]
}
