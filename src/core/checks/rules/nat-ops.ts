import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const natOnePacket: Rule = {
  code: 'NAT-OPS',
  severity: 'error',
  title: 'A NAT service schedules every packet by itself',
  why: 'Clients get answers from the real server’s address, which they never asked, and drop them.',
  kernel:
    'One-packet connections are never entered into the connection table (ip_vs_conn.c, ip_vs_conn_hash returns for ' +
    'IP_VS_CONN_F_ONE_PACKET), so the reply finds no entry on the director and leaves with the RIP as source.',
  mend: 'Take one-packet out, or use DR or TUN, where replies need no entry.',
  source: 'net/netfilter/ipvs/ip_vs_conn.c (Linux 6.1)',
  explains: ['REPLY_SKIPS_DIRECTOR', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: ({ services }, report) => {
    for (const { name, path, drawn, realServers } of services) {
      if (!drawn.onePacket || drawn.protocol !== 'udp') continue
      const natted = realServers.filter(({ mode }) => mode === 'nat')
      if (natted.length === 0) continue
      const at = below(path, 'one-packet')
      report(
        valueAt(at),
        say`"${name}" schedules every packet by itself, so replies of its NAT real servers (${listed(natted.map((realServer) => realServer.name))}) leave the director with their own address instead of the VIP`,
        [takingOut(at, say`Take one-packet out of "${name}"`)],
      )
    }
  },
}
