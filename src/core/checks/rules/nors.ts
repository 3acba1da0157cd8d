import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { sorryDestination } from '../../packet/sorry.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'

export const noRealServers: Rule = {
  code: 'NORS',
  severity: 'warning',
  title: 'A service without a real server that takes connections',
  why: 'Clients get "Connection refused". keepalived drops a service without real servers altogether.',
  kernel:
    'Where the scheduler finds no destination, ip_vs_leave (ip_vs_core.c) answers with ICMP port unreachable. A weight ' +
    'of 0 takes a real server out of scheduling and leaves its connections alone.',
  mend: 'Add a real server, or give one a weight above 0.',
  source: 'net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['NO_DESTINATION'],
  check: (cluster, report) => {
    for (const service of cluster.services) {
      const { name, path, realServers } = service
      if (realServers.some((realServer) => realServer.drawn.weight > 0)) continue
      if (sorryDestination(cluster, service) !== undefined) continue
      const none = realServers.length === 0
      report(
        keyAt(below(path, 'real-servers')),
        none
          ? say`"${name}" has no real server, so every request is refused`
          : say`every real server of "${name}" has weight 0, so no new connection is taken`,
        none
          ? []
          : [
              {
                title: say`Give every real server of "${name}" weight 1 again`,
                edits: realServers.map((realServer) => ({
                  kind: 'unset',
                  path: below(realServer.path, 'weight'),
                })),
              },
            ],
      )
    }
  },
}
