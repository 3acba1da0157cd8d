import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { NOT_YET } from '../deployable.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/**
 * About this program, not about the drawing: what it understands but does not bring about. A file with such a
 * finding is sound, and is not deployed (deployable.ts).
 */
export const notYet: Rule = {
  code: NOT_YET,
  severity: 'information',
  title: 'Something this version checks but does not deploy',
  why: 'The drawing is checked as it is. Files are generated for it; planning, deploying and verifying it are refused, since part of it would be left out.',
  kernel: undefined,
  mend: 'Nothing is wrong with the drawing. To deploy it with this version, let ipvsadm manage a single director.',
  source: 'this version of the program',
  explains: [],
  check: ({ topology }, report) => {
    if (topology.manage.director !== 'keepalived') return
    report(
      valueAt(pathOf('manage', 'director')),
      say`directors managed by keepalived are checked, with pairs, health checks and sorry servers, and their keepalived.conf is generated; this version does not deploy it itself yet`,
    )
  },
}
