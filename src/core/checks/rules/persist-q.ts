import { say } from '../../speech/say.js'
import { EXPIRE_QUIESCENT } from '../../hosts/sysctl.js'
import { switchedOff, liftPins } from '../pins.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const persistenceQuiescent: Rule = {
  code: 'PERSIST-Q',
  severity: 'warning',
  title: 'Persistent clients keep coming to a real server of weight 0',
  why: 'Weight 0 is to empty a real server, but clients it has had go on opening connections to it, each time for the whole persistence timeout again: it is never empty.',
  kernel:
    'A persistence template is followed without asking the scheduler (ip_vs_sched_persist, ip_vs_core.c). Only with ' +
    'net.ipv4.vs.expire_quiescent_template=1 does ip_vs_check_template (ip_vs_conn.c) drop one whose real server has weight 0.',
  mend: 'Lift the pin: 1 is derived for a persistent service with a real server of weight 0.',
  source: 'net/netfilter/ipvs/ip_vs_conn.c; Documentation/networking/ipvs-sysctl.rst',
  explains: [],
  check: (cluster, report) => {
    for (const { host, place, pins, services } of switchedOff(cluster, EXPIRE_QUIESCENT)) {
      report(
        place,
        say`${host.name} keeps sending persistent clients of ${quoted(services)} to real servers of weight 0, which are to be emptied`,
        liftPins(pins),
      )
    }
  },
}
