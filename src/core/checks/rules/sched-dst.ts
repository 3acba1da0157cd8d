import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { byDestination } from '../table-wording.js'

export const schedulerByDestination: Rule = {
  code: 'SCHED-DST',
  severity: 'error',
  title: 'A scheduler that goes by destination, with one destination',
  why: 'All clients get the same real server; the others idle.',
  kernel:
    'dh, lblc and lblcr choose by the destination address of the packet (ip_vs_dh.c, ip_vs_lblc.c, ip_vs_lblcr.c), ' +
    'which is the VIP for every client. They are made for transparent caches, which see many destinations.',
  mend: 'Choose wlc, or sh or mh to keep a client with its real server.',
  source: 'net/netfilter/ipvs/ip_vs_dh.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      if (drawn.vip === undefined || drawn.mark !== undefined || realServers.length < 2) continue
      if (SCHEDULER_FACTS[drawn.scheduler].by !== 'destination') continue
      const at = below(path, 'scheduler')
      report(
        valueAt(at),
        byDestination(drawn.scheduler, drawn.vip, name),
        (['wlc', 'sh'] as const).map((value) => ({
          title: say`Change the scheduler to ${value}`,
          edits: [{ kind: 'set', path: at, value }],
        })),
      )
    }
  },
}
