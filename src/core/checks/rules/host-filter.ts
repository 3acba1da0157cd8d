import { say } from '../../speech/say.js'
import { stoppedByRules } from '../firewall-found.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const hostFilter: Rule = {
  code: 'HOST-FILTER',
  severity: 'information',
  title: 'The firewall of a host has rules that cannot be read',
  why: 'Whether requests and replies get through there cannot be told here, so nothing is said of it, neither good nor bad.',
  kernel:
    'A rule may go by more than a packet shows: rates, marks, sockets, matches and targets of iptables, of which nft lists ' +
    'no more than the name.',
  mend: 'See for yourself what the rule does: "nft list ruleset", "iptables-save"; its counters tell whether packets come to it.',
  source: 'libnftables-json(5), nft(8)',
  needs: 'observed',
  explains: ['UNDETERMINED'],
  check: (cluster, report) => {
    for (const { host, reason, services } of stoppedByRules(cluster).filter(({ isKnown }) => !isKnown)) {
      report(atHost(host), say`on the way of ${quoted(services)} ${reason}`)
    }
  },
}
