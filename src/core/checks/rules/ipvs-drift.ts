import type { Rule } from '../rule.js'
import { differenceCheck } from './ipvs-table.js'

export const ipvsDrift: Rule = {
  code: 'IPVS-DRIFT',
  severity: 'warning',
  title: 'The director shares requests otherwise than the drawing says',
  why: 'Somebody changed a weight, a scheduler or who takes part: the load is not where it is expected, or a real server that was emptied for maintenance still is.',
  kernel:
    'Schedulers read weights and thresholds of the table at every new connection (ip_vs_wlc.c and its like); a weight of 0 ' +
    'or a reached threshold takes a real server out (ip_vs_ctl.c, __ip_vs_update_dest).',
  mend: '"lvs-designer apply" brings the table back to the drawing; where the host is right, change the drawing.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  needs: 'observed',
  explains: [],
  check: differenceCheck('other'),
}
