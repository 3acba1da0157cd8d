import { say } from '../../speech/say.js'
import { FLAG_OWNERS, SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Scheduler, SchedulerFlag } from '../../topology/types.js'
import type { ServiceModel } from '../../hosts/services.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const schedulerFlags: Rule = {
  code: 'SCHED-FLAGS',
  severity: 'error',
  title: 'A flag of another scheduler',
  why: 'ipvsadm refuses the service with "incompatible scheduler flag"; keepalived leaves the flag out with a line in its log.',
  kernel:
    'sh-port and mh-port are one bit of the service, and so are sh-fallback and mh-fallback (IP_VS_SVC_F_SCHED2 and ' +
    'IP_VS_SVC_F_SCHED1, uapi/linux/ip_vs.h); only the scheduler gives it a meaning. The tools therefore compare names.',
  mend: 'Take the flag out, or choose the scheduler it belongs to.',
  source: 'ipvsadm.c, parse_sched_flags; uapi/linux/ip_vs.h',
  explains: ['NO_SERVICE'],
  check: ({ services }, report) => {
    for (const service of services) {
      const { scheduler, flags } = service.drawn
      for (const [index, flag] of flags.entries()) {
        const owner = FLAG_OWNERS.get(flag)
        if (owner === undefined || owner === scheduler) continue
        report(
          valueAt(below(service.path, 'flags', index)),
          say`${flag} is a flag of the scheduler ${owner}, but "${service.name}" has ${scheduler}`,
          fixes(service, index, flag, owner),
        )
      }
    }
  },
}

function fixes({ path, drawn }: ServiceModel, index: number, flag: SchedulerFlag, owner: Scheduler): Fix[] {
  const list = below(path, 'flags')
  const at = below(list, index)
  const own = SCHEDULER_FACTS[drawn.scheduler].flags
  const other = flag.endsWith('port') ? own?.port : own?.fallback
  const meant: Fix[] =
    other === undefined || drawn.flags.includes(other)
      ? []
      : [{ title: say`Change it to ${other}`, edits: [{ kind: 'set', path: at, value: other }] }]
  const foreign = drawn.flags.some((one) => (FLAG_OWNERS.get(one) ?? owner) !== owner)
  const follow: Fix[] = foreign
    ? []
    : [
        {
          title: say`Change the scheduler to ${owner}`,
          edits: [{ kind: 'set', path: below(path, 'scheduler'), value: owner }],
        },
      ]
  return [...meant, takingOut(drawn.flags.length === 1 ? list : at, say`Take ${flag} out`), ...follow]
}
