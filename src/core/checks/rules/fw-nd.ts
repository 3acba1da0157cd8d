import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { askings } from '../askings.js'
import { dropPath } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const neighbourFirewall: Rule = {
  code: 'FW-ND',
  severity: 'error',
  title: 'A firewall refuses ICMPv6, and neighbour discovery with it',
  why: 'Over IPv6 the host cannot be reached and reaches nobody, as if its cable were pulled, while IPv4 goes on. It may work for as long as neighbours remember it.',
  kernel:
    'IPv6 has no ARP: neighbour solicitations and advertisements are ICMPv6 types 135 and 136, and pass the input chain like ' +
    'every packet before ndisc_rcv (ndisc.c) sees them. A host that drops them answers no question, and does not hear the answer to its own.',
  mend: 'Accept ICMPv6, or at least types 133 to 136 for neighbour discovery and 1 to 4 for errors; what else is dropped harms nobody.',
  source: 'RFC 4861; RFC 4890, section 4.4; net/ipv6/ndisc.c (Linux 6.1)',
  explains: ['NEIGHBOUR_UNREACHABLE'],
  check: (cluster, report) => {
    if (![...cluster.hosts.values()].some((host) => refusal(host) !== undefined)) return
    const found = new Map<string, { readonly host: HostModel; readonly services: Set<string> }>()
    for (const { family, asker, asked, service } of askings(cluster)) {
      if (family !== 6) continue
      for (const host of asker === undefined ? [asked] : [asker, asked]) {
        const path = refusal(host)
        if (path === undefined) continue
        const known = found.get(path) ?? { host, services: new Set() }
        found.set(path, known)
        known.services.add(service)
      }
    }
    for (const [path, { host, services }] of found) {
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses icmpv6, and neighbour discovery with it: over IPv6 its neighbours do not find it, nor it them, so ${quoted(services)} gives no answer`,
        [takingOut(path, say`Let ${host.name} accept icmpv6`)],
      )
    }
  },
}

/** One that refuses every protocol is DROP-ALL's. */
function refusal(host: HostModel) {
  return dropPath(
    host,
    ({ protocol, state, chain }) => protocol === 'icmpv6' && state === undefined && chain !== 'forward',
  )
}
