import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const thresholds: Rule = {
  code: 'THRESH',
  severity: 'error',
  title: 'The lower connection threshold is above the upper one',
  why: 'The real server is refused and missing from the table; keepalived’s configuration test says nothing of it.',
  kernel:
    'ip_vs_add_dest and ip_vs_edit_dest (ip_vs_ctl.c) answer ERANGE, "Numerical result out of range". A lower threshold of 0 means three quarters of the upper one.',
  mend: 'Lower the lower threshold, or take it out.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: ['NO_DESTINATION'],
  check: ({ services }, report) => {
    for (const { name: service, realServers } of services) {
      for (const { name, path, drawn } of realServers) {
        const { upper, lower } = drawn.thresholds ?? { upper: 0, lower: 0 }
        if (lower <= upper) continue
        const at = below(path, 'thresholds', 'lower')
        report(
          valueAt(at),
          upper === 0
            ? say`${name} of "${service}" has a lower threshold of ${lower} but no upper one, and the kernel refuses that`
            : say`${name} of "${service}" is to take connections again below ${lower} but stops above ${upper}; the kernel refuses a lower threshold above the upper one`,
          [takingOut(at, say`Take the lower threshold out; it is then three quarters of the upper one`)],
        )
      }
    }
  },
}
