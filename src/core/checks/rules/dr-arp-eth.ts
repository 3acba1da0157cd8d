import type { Family } from '../../topology/address.js'
import { familyOf } from '../../topology/address.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressPath } from '../structure.js'
import { drawnVips, takeOff } from '../vip-addresses.js'
import { quoted } from '../wording.js'

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
  check: vipOnInterfaceCheck(4, 'it answers ARP for it even with arp_ignore 1'),
}

/** Both families: the VIP drawn on an interface of a real server that takes requests for it. */
export function vipOnInterfaceCheck(family: Family, because: string): Rule['check'] {
  return (cluster, report) => {
    for (const { drawn, services, takesRequests } of drawnVips(cluster)) {
      const { host, interface: interfaceName, address } = drawn
      if (!takesRequests || familyOf(address) !== family) continue
      report(
        valueAt(addressPath(drawn)),
        `${host.name} has ${address}, the VIP of ${quoted(services.map(({ name }) => name))}, on ${interfaceName}, where ${because}; the VIP belongs on a device that is on no network, and a deployment puts it there`,
        [takeOff(drawn)],
      )
    }
  }
}
