import { say } from '../../speech/say.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { neverOverflows, overflowsAtOnce } from '../table-wording.js'

export const schedulerOverflow: Rule = {
  code: 'SCHED-OVF',
  severity: 'warning',
  title: 'Overflow scheduling that cannot overflow, or at once',
  why: 'With UDP the real server of the highest weight gets everything and never overflows. With weights left at 1 clients are refused as soon as each real server has a second connection.',
  kernel:
    'ip_vs_ovf_schedule (ip_vs_ovf.c) takes the real server of the highest weight whose active connections are not above its ' +
    'weight, and none where all are. Flows of UDP never count as active.',
  mend: 'Give every real server the number of connections it can take as its weight; for UDP choose wlc.',
  source: 'net/netfilter/ipvs/ip_vs_ovf.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NO_DESTINATION'],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const { countsUdp, weights } = SCHEDULER_FACTS[drawn.scheduler]
      if (weights !== 'connections' || realServers.length === 0) continue
      const at = below(path, 'scheduler')
      const fixes = [
        {
          title: say`Change the scheduler to wlc`,
          edits: [{ kind: 'set', path: at, value: 'wlc' } as const],
        },
      ]
      const highest = realServers.reduce((most, realServer) => Math.max(most, realServer.drawn.weight), 0)
      if (!countsUdp && drawn.protocol === 'udp') {
        report(valueAt(at), neverOverflows(drawn.scheduler, name), fixes)
      } else if (highest === 1) {
        report(valueAt(at), overflowsAtOnce(drawn.scheduler, name), fixes)
      }
    }
  },
}
