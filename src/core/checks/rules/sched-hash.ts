import { say } from '../../speech/say.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { byClientAddress } from '../table-wording.js'

export const schedulerHash: Rule = {
  code: 'SCHED-HASH',
  severity: 'information',
  title: 'One client address gets one real server',
  why: 'That keeps a client where it was, but everyone behind one address, such as an office or a proxy, lands on one real server, and a test from one machine sees only one.',
  kernel:
    'sh and mh look up the real server by a hash of the source address, and of the port only with sh-port or mh-port ' +
    '(ip_vs_sh.c ip_vs_sh_hashkey, ip_vs_mh.c ip_vs_mh_hashkey).',
  mend: 'Leave it where clients must stay with their real server; else add the port flag, or choose wlc.',
  source: 'net/netfilter/ipvs/ip_vs_sh.c, ip_vs_mh.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const { flags } = SCHEDULER_FACTS[drawn.scheduler]
      // flag-2 is the same bit by its general name.
      if (flags === undefined || drawn.flags.includes(flags.port) || drawn.flags.includes('flag-2')) continue
      if (realServers.length < 2) continue
      report(valueAt(below(path, 'scheduler')), byClientAddress(drawn.scheduler, name), [
        {
          title: say`Go by the client’s port too (${flags.port})`,
          edits: [{ kind: 'set', path: below(path, 'flags'), value: [...drawn.flags, flags.port] }],
        },
      ])
    }
  },
}
