import { say } from '../../speech/say.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { below } from '../../topology/path.js'
import type { RealServerModel } from '../../hosts/services.js'
import type { Scheduler } from '../../topology/types.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'
import { refusalReasons, refusedByHash, refusedWithoutFallback } from '../table-wording.js'

export const schedulerFallback: Rule = {
  code: 'SCHED-FALLBACK',
  severity: 'warning',
  title: 'Clients of a real server that takes none are refused, not given another',
  why: 'The clients whose address leads to that real server get "Connection refused", while others are served.',
  kernel:
    'ip_vs_sh_schedule returns no destination where the one of the hash has weight 0 or is above its threshold, unless ' +
    'sh-fallback tells it to look for another (ip_vs_sh.c); mh leaves out weight 0 but not what is above its threshold (ip_vs_mh.c). ' +
    'dh keeps the place of both and has no such flag (ip_vs_dh_schedule, ip_vs_dh.c).',
  mend: 'Add the fallback flag, with dh choose another scheduler; or give the real server a weight, or no connection limit.',
  source: 'net/netfilter/ipvs/ip_vs_sh.c, ip_vs_mh.c, ip_vs_dh.c (Linux 6.1)',
  explains: ['NO_DESTINATION'],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const { flags } = SCHEDULER_FACTS[drawn.scheduler]
      if (flags === undefined && drawn.scheduler !== 'dh') continue
      // flag-1 is the same bit by its general name.
      if (flags !== undefined && (drawn.flags.includes(flags.fallback) || drawn.flags.includes('flag-1')))
        continue
      const refusing = realServers.filter((realServer) => refuses(realServer, drawn.scheduler))
      // Where none takes any, another would not help: NORS.
      if (refusing.length === 0 || realServers.every((realServer) => realServer.drawn.weight === 0)) continue
      const names = listed(refusing.map((realServer) => realServer.name))
      const why = refusalReasons(refusing.map((realServer) => realServer.drawn))
      const at = below(path, 'scheduler')
      if (flags === undefined) {
        report(valueAt(at), refusedByHash(name, names, why), [
          { title: say`Change the scheduler to wlc`, edits: [{ kind: 'set', path: at, value: 'wlc' }] },
        ])
      } else {
        report(valueAt(at), refusedWithoutFallback(name, names, why, flags.fallback), [
          {
            title: say`Add ${flags.fallback}`,
            edits: [{ kind: 'set', path: below(path, 'flags'), value: [...drawn.flags, flags.fallback] }],
          },
        ])
      }
    }
  },
}

function refuses({ drawn: { weight, thresholds } }: RealServerModel, scheduler: Scheduler): boolean {
  return (weight === 0 && scheduler !== 'mh') || (weight > 0 && (thresholds?.upper ?? 0) > 0)
}
