import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const quorumWeight: Rule = {
  code: 'QUORUM-WEIGHT',
  severity: 'warning',
  title: 'A quorum that is not reached, or means nothing here',
  why: 'keepalived takes another quorum than was written, or nobody looks at it at all: the sorry server comes in at another moment than was planned.',
  kernel:
    'keepalived adds up the weights of the real servers that are up. A quorum above the sum of all is lowered to it, and a hysteresis that is not below the quorum to one less (check_data.c, validate_check_config).',
  mend: 'Choose a quorum of at most the sum of all weights, and a hysteresis below it; let keepalived manage the directors.',
  source: 'keepalived.conf(5), quorum and hysteresis; keepalived/check/check_data.c',
  explains: [],
  check: ({ services, topology }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      const { quorum, hysteresis } = drawn
      const at = (key: string) => below(path, key)
      if (topology.manage.director !== 'keepalived') {
        for (const key of ['quorum', 'hysteresis'] as const) {
          if (drawn[key] === undefined) continue
          report(keyAt(at(key)), say`nobody looks at the ${key} of "${name}" without keepalived`, [
            takingOut(at(key), say`Take ${key} out`),
          ])
        }
        continue
      }
      const sum = realServers.reduce((total, realServer) => total + realServer.drawn.weight, 0)
      if (quorum !== undefined && quorum > sum && sum > 0) {
        report(
          valueAt(at('quorum')),
          say`the weights of all real servers of "${name}" add up to ${sum}, which is below its quorum of ${quorum}; keepalived lowers it to ${sum}`,
          [{ title: say`Change to ${sum}`, edits: [{ kind: 'set', path: at('quorum'), value: sum }] }],
        )
      }
      if (hysteresis !== undefined && hysteresis > 0 && hysteresis >= (quorum ?? 1)) {
        const most = (quorum ?? 1) - 1
        report(
          valueAt(at('hysteresis')),
          say`the hysteresis of "${name}" must be below its quorum of ${quorum ?? 1}; keepalived lowers it to ${most}`,
          [{ title: say`Change to ${most}`, edits: [{ kind: 'set', path: at('hysteresis'), value: most }] }],
        )
      }
    }
  },
}
