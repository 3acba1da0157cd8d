import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const markSetElsewhere: Rule = {
  code: 'FWMARK',
  severity: 'warning',
  title: 'A firewall mark that nothing in this file sets',
  why: 'Until something on the director marks packets and takes them as local, the service gets none: requests are routed on, or end in a timeout.',
  kernel:
    'ip_vs_service_find (ip_vs_ctl.c) looks for the packet’s mark first, but IPVS sees only what reaches the LOCAL_IN ' +
    'hook: packets for a local address, or those that a rule for the mark sends to a table with a local route.',
  mend: 'See to both by hand, or give the service a VIP (and ports): then a deployment marks packets for it and makes it local.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_core.c (Linux 6.1); ipvsadm(8)',
  explains: ['UNDETERMINED'],
  check: ({ services }, report) => {
    for (const { name, path, drawn, family, director } of services) {
      const { mark, vip } = drawn
      if (mark === undefined || vip !== undefined) continue
      const where = director ?? say`the director`
      const ip = family === 6 ? 'ip -6' : 'ip'
      const everything = family === 6 ? '::/0' : '0.0.0.0/0'
      report(
        valueAt(below(path, 'mark')),
        say`"${name}" takes what has mark ${mark}; ${where} must mark it in prerouting ("meta mark set ${mark}" in nftables) and, where its address is not local, needs "${ip} rule add fwmark ${mark} lookup ${TABLE}" and "${ip} route add local ${everything} dev lo table ${TABLE}"`,
      )
    }
  },
}

/** Any table that is free would do. */
const TABLE = 100
