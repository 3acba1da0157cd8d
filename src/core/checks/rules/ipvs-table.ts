import type { IpvsDifference } from '../ipvs-differences.js'
import { ipvsDifferences } from '../ipvs-differences.js'
import type { Rule } from '../rule.js'

export const ipvsTable: Rule = {
  code: 'IPVS-TABLE',
  severity: 'error',
  title: 'The director does not send requests where the drawing says',
  why: 'Without the service clients are refused or get the director’s own daemon; without a destination its real server gets nothing; with another forwarding method requests arrive in a form the real server does not expect.',
  kernel:
    'IPVS knows a service by protocol, address and port, or by firewall mark (ip_vs_ctl.c, ip_vs_service_find); for any ' +
    'other packet it does nothing (ip_vs_core.c, ip_vs_in_hook).',
  mend: 'See who else changes the table (keepalived, ldirectord, a script); "lvs-designer plan" shows what is different, "apply" mends it.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_core.c (Linux 6.1)',
  needs: 'observed',
  explains: ['NO_SERVICE', 'NO_DESTINATION'],
  check: differenceCheck('wrong'),
}

export function differenceCheck(kind: IpvsDifference['kind']): Rule['check'] {
  return (cluster, report) => {
    for (const difference of ipvsDifferences(cluster)) {
      if (difference.kind === kind) report(difference.place, difference.message)
    }
  }
}
