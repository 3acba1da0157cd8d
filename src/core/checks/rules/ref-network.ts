import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import { valueAt } from '../places.js'
import { didYouMean, guesser } from '../references.js'
import type { Rule } from '../rule.js'

export const unknownNetwork: Rule = {
  code: 'REF-NETWORK',
  severity: 'error',
  title: 'An interface on a network that is not drawn',
  why: 'The interface is on no segment, so nothing can be reached by it.',
  kernel: undefined,
  mend: 'Correct the name, or draw the network.',
  source: 'the topology format, version 1',
  explains: [],
  mayExplain: ['UNDETERMINED', 'NEIGHBOUR_UNREACHABLE', 'NO_ROUTE', 'NOT_SAME_L2', 'LOOP'],
  check: (cluster, report) => {
    const { networks, vrrp } = cluster.topology
    const guess = guesser()
    const refer = (network: string | undefined, at: () => Path, who: string) => {
      if (network === undefined || networks.has(network)) return
      const path = at()
      const meant = guess(network, () => networks.keys())
      report(
        valueAt(path),
        say`the network "${network}" of ${who} is not in this file${didYouMean(meant)}`,
        meant.map((value) => ({ title: say`Change to ${value}`, edits: [{ kind: 'set', path, value }] })),
      )
    }
    for (const { name: host, drawn } of cluster.hosts.values()) {
      for (const [name, { network }] of drawn.interfaces) {
        refer(network, () => pathOf('hosts', host, 'interfaces', name, 'network'), `${host} (${name})`)
      }
    }
    refer(vrrp?.network, () => pathOf('vrrp', 'network'), 'vrrp')
  },
}
