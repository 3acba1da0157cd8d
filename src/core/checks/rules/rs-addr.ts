import { say } from '../../speech/say.js'
import { addressKind, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import { below } from '../../topology/path.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const realServerUnicast: Rule = {
  code: 'RS-ADDR',
  severity: 'error',
  title: 'The address of a real server is not unicast',
  why: 'The kernel refuses the real server, and it is missing from the service.',
  kernel:
    'ip_vs_new_dest (ip_vs_ctl.c) answers EINVAL for what is neither unicast nor local: multicast, broadcast, unspecified, and link-local in IPv6.',
  mend: 'Use a unicast address of the real server; in IPv6 a global or unique local one.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: ['NO_DESTINATION', 'NOT_LISTENING'],
  check: ({ services }, report) => {
    for (const { name: service, realServers } of services) {
      for (const { name, path, drawn, rip, known, mode, local } of realServers) {
        if (rip === undefined || !known) continue
        // The director's own, which DR and TUN take for that (ip_vs_null_xmit); with NAT it is NAT-LOOP127's.
        if (addressKind(rip) === 'loopback' && (mode === 'nat' || local)) continue
        const what = refused(rip)
        // Of a host's own address that cannot be one, ADDR-SUBNET speaks, except where only IPVS minds.
        if (what === undefined || (drawn.address === undefined && what !== 'link-local')) continue
        const address = below(path, 'address')
        report(
          drawn.address === undefined ? keyAt(path) : valueAt(address),
          what === 'loopback'
            ? say`${rip}, where "${service}" is to reach ${name}, is an address of the director itself, not of ${name}`
            : say`${rip}, where "${service}" is to reach ${name}, is a ${what} address, and IPVS takes unicast only`,
          drawn.address === undefined
            ? []
            : [takingOut(address, say`Take ${rip} out; the address of ${name} is derived`)],
        )
      }
    }
  },
}

function refused(rip: IpAddress): string | undefined {
  const kind = addressKind(rip)
  if (kind === 'unicast' || (kind === 'link-local' && familyOf(rip) === 4)) return undefined
  return kind
}
