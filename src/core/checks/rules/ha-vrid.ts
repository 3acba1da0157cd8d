import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { pairs } from '../pairs.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const vrrpIdentifier: Rule = {
  code: 'HA-VRID',
  severity: 'error',
  title: 'One VRRP identifier for different pairs',
  why: 'The directors of one pair take the advertisements of the other for their own, and VIPs go to hosts that do not have the service.',
  kernel: undefined,
  mend: 'Give every service of the file the same two directors in the same order; another pair is another file with an identifier of its own.',
  source: 'RFC 5798; keepalived.conf(5), virtual_router_id',
  explains: [],
  ofPairs: true,
  check: (cluster, report) => {
    const { vrrp } = cluster.topology
    if (vrrp?.id === undefined) return
    const [first, ...others] = pairs(cluster)
    if (first === undefined) return
    for (const { service, active, backup } of others) {
      if (active === first.active && backup === first.backup) continue
      const value = [first.active.name, first.backup.name]
      report(
        valueAt(below(service.path, 'director')),
        say`the VRRP identifier ${vrrp.id} is that of ${value.join(say` with the backup `)} (in "${first.service.name}"), but "${service.name}" has ${active.name} with the backup ${backup.name}`,
        [
          {
            title: say`Use ${value.join(say` with `)} as its backup`,
            edits: [{ kind: 'set', path: below(service.path, 'director'), value }],
          },
        ],
      )
    }
  },
}
