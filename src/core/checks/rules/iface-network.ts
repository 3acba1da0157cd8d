import { say } from '../../speech/say.js'
import { contains } from '../../topology/address.js'
import { below, pathOf } from '../../topology/path.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'
import { isCarrier } from '../structure.js'

export const interfaceNetwork: Rule = {
  code: 'IFACE-NETWORK',
  severity: 'error',
  title: 'An interface that is on no network',
  why: 'Nothing can be reached by it, and nothing is known of who else is on its link.',
  kernel: undefined,
  mend: 'Say its network. A part of a bond, and an interface that only carries VLANs, have none.',
  source: 'the topology format, version 1',
  explains: [],
  mayExplain: ['UNDETERMINED', 'NEIGHBOUR_UNREACHABLE', 'NO_ROUTE', 'NOT_SAME_L2', 'LOOP'],
  check: (cluster, report) => {
    const { networks } = cluster.topology
    for (const { name: host, drawn } of cluster.hosts.values()) {
      for (const [name, { network, addresses }] of drawn.interfaces) {
        if (network !== undefined || isCarrier(cluster, host, name)) continue
        const path = below(pathOf('hosts', host, 'interfaces', name), 'network')
        const possible = [...networks].filter(([, { subnets }]) =>
          addresses.length === 0
            ? networks.size === 1
            : addresses.every((address) => subnets.some((subnet) => contains(subnet, address))),
        )
        report(
          keyAt(path),
          say`${name} of ${host} is on no network`,
          possible.map(([value]) => ({
            title: say`Put ${name} of ${host} on ${value}`,
            edits: [{ kind: 'set', path, value }],
          })),
        )
      }
    }
  },
}
