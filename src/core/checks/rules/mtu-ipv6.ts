import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { below, pathOf } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** RFC 8200, section 5: IPV6_MIN_MTU. */
const LEAST = 1280

export const mtuOfIpv6: Rule = {
  code: 'MTU-IPV6',
  severity: 'error',
  title: 'A link too small for IPv6',
  why: 'The IPv6 addresses of the interface disappear, and with them every IPv6 service there, while IPv4 goes on.',
  kernel:
    'Below 1280 bytes the kernel takes IPv6 off the interface (addrconf_notify with NETDEV_CHANGEMTU, addrconf.c, IPV6_MIN_MTU).',
  mend: 'Give the link 1280 bytes or more, or no IPv6.',
  source: 'RFC 8200, section 5; net/ipv6/addrconf.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE'],
  check: ({ topology, hosts }, report) => {
    for (const [name, { subnets, mtu }] of topology.networks) {
      const six = subnets.find((subnet) => familyOf(subnet) === 6)
      if (six === undefined || mtu === undefined || mtu >= LEAST) continue
      const path = pathOf('networks', name, 'mtu')
      report(
        valueAt(path),
        say`${name} carries ${mtu} bytes, and IPv6 (${six}) takes at least ${LEAST}`,
        raise(path),
      )
    }
    for (const { name: host, drawn } of hosts.values()) {
      for (const [name, { addresses, mtu }] of drawn.interfaces) {
        if (mtu === undefined || mtu >= LEAST) continue
        const six = addresses.find((address) => familyOf(address) === 6)
        if (six === undefined) continue
        const path = below(pathOf('hosts', host), 'interfaces', name, 'mtu')
        report(
          valueAt(path),
          say`${name} of ${host} sends ${mtu} bytes, and IPv6 (${six}) takes at least ${LEAST}`,
          raise(path),
        )
      }
    }
  },
}

function raise(path: Path): Fix[] {
  return [{ title: say`Raise it to ${LEAST}`, edits: [{ kind: 'set', path, value: LEAST }] }]
}
