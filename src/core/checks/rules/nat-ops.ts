import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import { conntrackOfIpvs } from '../../packet/ipvs-settings.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'
import { repliesAsThemselves } from '../table-wording.js'

export const natOnePacket: Rule = {
  code: 'NAT-OPS',
  severity: 'error',
  title: 'A NAT service schedules every packet by itself',
  why: 'Clients get answers from the real server’s address, which they never asked, and drop them; where the director masquerades, they get none.',
  kernel:
    'One-packet connections are never entered into the connection table (ip_vs_conn.c, ip_vs_conn_hash returns for ' +
    'IP_VS_CONN_F_ONE_PACKET), so the reply finds no entry on the director and leaves with the RIP as source. Nor does IPVS tell conntrack whom the reply ' +
    'comes from (ip_vs_nfct.c, ip_vs_update_conntrack), so that of a masqueraded request ends at the director.',
  mend: 'Take one-packet out, or use DR or TUN, where replies need no entry.',
  source: 'net/netfilter/ipvs/ip_vs_conn.c, ip_vs_nfct.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: ({ services, hosts }, report) => {
    for (const service of services) {
      const { name, path, drawn, realServers, director } = service
      if (!drawn.onePacket || drawn.protocol !== 'udp') continue
      const natted = realServers.filter(({ mode }) => mode === 'nat')
      if (natted.length === 0) continue
      const at = below(path, 'one-packet')
      const names = listed(natted.map((realServer) => realServer.name))
      report(
        valueAt(at),
        isMasqueraded(service) && keepsConntrack(hosts.get(director ?? ''))
          ? say`"${name}" schedules every packet by itself, so ${director ?? ''}, which masquerades it, does not know whose replies those of ${names} are: they end there`
          : repliesAsThemselves(name, names),
        [takingOut(at, say`Take one-packet out of "${name}"`)],
      )
    }
  },
}

/** Without it nothing is masqueraded: MASQ-CT speaks. */
function keepsConntrack(director: HostModel | undefined): boolean {
  return director !== undefined && conntrackOfIpvs(director.state)
}
