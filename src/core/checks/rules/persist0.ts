import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** Seconds; what ipvsadm and keepalived take when they are told "persistent" without a time. */
const USUAL_TIMEOUT = 360

export const persistAllPorts: Rule = {
  code: 'PERSIST0',
  severity: 'error',
  title: 'A service for every port without persistence',
  why: 'ipvsadm refuses the service. A client’s connections to several ports must reach one real server, or there is no use in joining them.',
  kernel: 'ip_vs_schedule (ip_vs_core.c) schedules for port 0 only where the service is persistent.',
  mend: 'Add persistence, or name the port.',
  source: 'ipvsadm(8); net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['NO_SERVICE'],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      if (drawn.port !== 0 || drawn.persistence !== undefined || drawn.mark !== undefined) continue
      report(
        valueAt(below(path, 'port')),
        say`"${name}" is for every port (port 0), which IPVS does only for persistent services`,
        [
          {
            title: say`Make "${name}" persistent for ${USUAL_TIMEOUT} seconds`,
            edits: [
              { kind: 'set', path: below(path, 'persistence'), value: new Map([['timeout', USUAL_TIMEOUT]]) },
            ],
          },
        ],
      )
    }
  },
}
