import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { ignoresWeights } from '../table-wording.js'

export const schedulerWeights: Rule = {
  code: 'SCHED-W',
  severity: 'warning',
  title: 'Weights with a scheduler that ignores them',
  why: 'All real servers get the same share, whatever the weights say.',
  kernel: 'rr and lc look at a weight only to see whether it is 0 (ip_vs_rr.c, ip_vs_lc.c).',
  mend: 'Choose the weighted form of the scheduler, or take the weights out.',
  source: 'net/netfilter/ipvs/ip_vs_rr.c, ip_vs_lc.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const { weighted } = SCHEDULER_FACTS[drawn.scheduler]
      if (weighted === undefined) continue
      const weights = new Set(
        realServers.map((realServer) => realServer.drawn.weight).filter((weight) => weight > 0),
      )
      if (weights.size < 2) continue
      const at = below(path, 'scheduler')
      report(valueAt(at), ignoresWeights(drawn.scheduler, name, weighted), [
        {
          title: say`Change the scheduler to ${weighted}`,
          edits: [{ kind: 'set', path: at, value: weighted }],
        },
      ])
    }
  },
}
