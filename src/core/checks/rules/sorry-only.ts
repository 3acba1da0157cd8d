import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { sorryDestination } from '../../packet/sorry.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'

export const sorryOnly: Rule = {
  code: 'SORRY-ONLY',
  severity: 'warning',
  title: 'A service whose sorry server takes every connection',
  why: 'Everybody gets the page that says sorry, though nothing has failed.',
  kernel:
    'A weight of 0 takes a real server out of scheduling. keepalived adds the weights of those that are up, finds less than its ' +
    'quorum of 1, takes them out of the table, and puts the sorry server in (ipwrapper.c, update_quorum_state).',
  mend: 'Give a real server a weight above 0 when it may take connections again.',
  source: 'keepalived.conf(5), sorry_server and quorum; keepalived/check/ipwrapper.c',
  explains: [],
  mayExplain: ['UNDETERMINED', 'NO_DESTINATION'],
  check: (cluster, report) => {
    for (const service of cluster.services) {
      const { name, path, realServers } = service
      if (realServers.some((realServer) => realServer.drawn.weight > 0)) continue
      const sorry = sorryDestination(cluster, service)
      if (sorry === undefined) continue
      report(
        keyAt(below(path, 'real-servers')),
        say`every real server of "${name}" has weight 0, so keepalived puts the sorry server ${sorry.address} in, and every new connection goes to it`,
        [
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
