import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'
import { misplacedHosts } from '../structure.js'
import { listed } from '../wording.js'

export const gatewayAmbiguous: Rule = {
  code: 'GW-AMBIGUOUS',
  severity: 'error',
  title: 'Several gateways, and nothing says which is the host’s',
  why: 'No default route is derived, so the host answers only on its own networks.',
  kernel: undefined,
  mend: 'Name the host’s gateway.',
  source: 'the topology format: a host’s gateway is that of its only network that has one',
  explains: [],
  mayExplain: ['NO_ROUTE', 'UNDETERMINED', 'RP_FILTER_DROP', 'MTU_BLACKHOLE'],
  check: (cluster, report) => {
    for (const { name, gateways, drawn } of cluster.hosts.values()) {
      if (misplacedHosts(cluster).has(name)) continue
      for (const [family, choice] of gateways) {
        if (choice.kind !== 'ambiguous') continue
        const path = pathOf('hosts', name, 'gateway')
        const others = drawn.gateways ?? []
        report(
          keyAt(path),
          say`the networks of ${name} offer the IPv${family} gateways ${listed(choice.candidates)}; say which is its own as "gateway"`,
          choice.candidates.map((candidate) => ({
            title: say`Make ${candidate} the gateway of ${name}`,
            edits: [{ kind: 'set', path, value: others.length === 0 ? candidate : [...others, candidate] }],
          })),
        )
      }
    }
  },
}
