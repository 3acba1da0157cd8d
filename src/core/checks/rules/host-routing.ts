import { say } from '../../speech/say.js'
import { atHost, seen } from '../found.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const hostRouting: Rule = {
  code: 'HOST-ROUTING',
  severity: 'information',
  title: 'A host whose routes are chosen by more than its main table',
  why: 'Where it sends replies cannot be told here, so nothing is said of them, neither good nor bad.',
  kernel:
    'Rules are looked through by priority, and each names a table (fib_rules.c, fib_rules_lookup); of a route with several ' +
    'next hops one is taken by a hash of addresses or ports (fib_semantics.c, fib_select_multipath).',
  mend: 'See for yourself: "ip route get CLIENT from VIP" on a real server of DR or TUN, "from RIP" on one of NAT.',
  source: 'net/core/fib_rules.c, net/ipv4/fib_semantics.c (Linux 6.1); ip-rule(8)',
  needs: 'observed',
  explains: ['UNDETERMINED'],
  check: (cluster, report) => {
    for (const host of seen(cluster)) {
      const other = host.observed?.otherRouting ?? []
      if (other.length === 0) continue
      report(
        atHost(host),
        say`${host.name} also routes by ${listed(other.map((line) => `"${line}"`))}; where its replies go is not judged`,
      )
    }
  },
}
