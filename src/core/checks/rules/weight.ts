import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** ipvsadm 1.31 as its authors release it; the kernel and Debian's build take any positive int. */
const MOST = 65_535

export const weight: Rule = {
  code: 'WEIGHT',
  severity: 'warning',
  title: 'A weight that not every ipvsadm takes',
  why: 'On a director with such an ipvsadm the real server is refused with "illegal weight specified" and missing from the service.',
  kernel:
    'The kernel itself takes 0 to 2147483647 (ip_vs_add_dest, ip_vs_ctl.c); ipvsadm 1.31 reads a weight as 0 to 65535, ' +
    'unless the distribution changed that, as Debian did.',
  mend: 'Scale the weights of the service down; most schedulers go by their ratio.',
  source: 'ipvsadm.c; net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name: service, realServers } of services) {
      for (const { name, path, drawn } of realServers) {
        if (drawn.weight <= MOST) continue
        const at = below(path, 'weight')
        report(
          valueAt(at),
          say`${name} of "${service}" has weight ${drawn.weight}; ipvsadm as released takes at most ${MOST}`,
          [{ title: say`Lower it to ${MOST}`, edits: [{ kind: 'set', path: at, value: MOST }] }],
        )
      }
    }
  },
}
