import { say } from '../../speech/say.js'
import { placesOf } from '../../hosts/observed-cluster.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const dr6Source: Rule = {
  code: 'DR6-SRC',
  severity: 'warning',
  title: 'The director may use the IPv6 VIP as its own source address',
  why: 'Health checks and tunnels of the director then come from the VIP, and a real server, which has it too, answers itself.',
  kernel:
    'Source address selection (RFC 6724; addrconf.c, ipv6_get_saddr_eval) prefers the address with the longest common ' +
    'prefix, which a VIP often has. An address with preferred_lft 0 is deprecated and chosen last.',
  mend: 'Give the VIP preferred_lft 0, as "lvs-designer apply" does and keepalived does for a /128.',
  source: 'RFC 6724, rule 3; net/ipv6/addrconf.c (Linux 6.1); the resource agent IPaddr2, lvs_ipv6_addrlabel',
  needs: 'observed',
  explains: [],
  check: (cluster, report) => {
    for (const [vip, services] of servicesByVip(cluster)) {
      const directing = services.filter(({ family, realServers }) => {
        return family === 6 && realServers.some(({ mode, local }) => !local && mode !== 'nat')
      })
      const directors = new Set(directing.flatMap(({ drawn }) => drawn.directors))
      for (const name of directors) {
        const host = cluster.hosts.get(name)
        if (host?.observed === undefined) continue
        const preferred = placesOf(host.state, vip).filter(({ deprecated }) => !deprecated)
        if (preferred.length === 0) continue
        report(
          atHost(host),
          say`${name} has the VIP ${vip} of ${quoted(directing.map((service) => service.name))} on ${listed(preferred.map(({ interface: where }) => where.name))} as an address it may send from; give it preferred_lft 0`,
        )
      }
    }
  },
}
