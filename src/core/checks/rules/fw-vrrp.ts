import { say } from '../../speech/say.js'
import { refusalPath } from '../firewall.js'
import { pairedDirectors } from '../pairs.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const vrrpFirewall: Rule = {
  code: 'FW-VRRP',
  severity: 'warning',
  title: 'A firewall keeps the directors of a pair from hearing each other',
  why: 'The one that hears nothing becomes active too: both have the VIP, and clients are torn between them.',
  kernel:
    'Advertisements are IP protocol 112 to 224.0.0.18 or ff02::12 and pass the input chain like anything else; keepalived reads them from ' +
    'a raw socket behind it (ip_local_deliver_finish, ip_input.c).',
  mend: 'Accept protocol 112 (vrrp) from the other director on both.',
  source: 'RFC 5798, section 5.1; keepalived.conf(5)',
  explains: [],
  check: (cluster, report) => {
    for (const host of pairedDirectors(cluster)) {
      const path = refusalPath(host, { protocol: 'vrrp', port: undefined })
      if (path === undefined) continue
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses VRRP, so it does not hear the other director and becomes active beside it`,
        [takingOut(path, say`Let ${host.name} accept VRRP`)],
      )
    }
  },
}
