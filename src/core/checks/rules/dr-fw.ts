import { said, say, toSay } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { HostModel } from '../../hosts/cluster.js'
import { invalidDrop } from '../../hosts/conntrack.js'
import { conntrackOfIpvs } from '../../packet/ipvs-settings.js'
import { deliveries } from '../deliveries.js'
import { takingOut, valueAt } from '../places.js'
import { passes, repliesOf } from '../replies.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const drFirewall: Rule = {
  code: 'DR-FW',
  severity: 'warning',
  title: 'The director’s firewall drops what ends a connection',
  why: 'Connections begin and do not end properly: closes and resets of clients never reach the real server, which keeps them open until it gives up, and the director counts them as active. Associations of SCTP are not made at all.',
  kernel:
    'IPVS takes what it balances out of conntrack (ip_vs_notrack, include/net/ip_vs.h) unless net.ipv4.vs.conntrack=1, and of DR and ' +
    'TUN replies do not cross the director at all. Every packet is looked at as the first of a connection; a FIN or a reset cannot be ' +
    'that (tcp_new, nf_conntrack_proto_tcp.c) and is invalid. With net.ipv4.vs.conntrack=1 of DR and TUN nothing after the SYN is valid, while of NAT and of what the director serves itself everything is (ip_vs_send_or_cont, ip_vs_xmit.c). Of SCTP only an INIT begins one (sctp_new, nf_conntrack_proto_sctp.c), and the COOKIE ECHO is lost. ' +
    'The input chain at priority 0 comes before IPVS at 99 (ip_vs_ops4, ip_vs_core.c).',
  mend: 'Accept packets for the VIP before invalid ones are dropped, or take them out of conntrack (notrack); with NAT, and where the director is the real server itself, net.ipv4.vs.conntrack=1 does.',
  source:
    'net/netfilter/nf_conntrack_proto_tcp.c, nf_conntrack_proto_sctp.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  check: (cluster, report) => {
    const found = new Map<string, Dropping>()
    for (const delivery of deliveries(cluster)) {
      const { service, director, mode, local, port } = delivery
      if (director.drawn.drops.length === 0) continue
      // Of NAT, and of what its own programs answer (ip_vs_xmit.c `ip_vs_send_or_cont`), IPVS can leave the whole connection in conntrack.
      if ((mode === 'nat' || local) && conntrackOfIpvs(director.state)) continue
      // Where it should for the sake of replies, NAT-CT speaks.
      const dropsReplies =
        invalidDrop(director.drawn.drops, 'forward', { protocol: service.drawn.protocol, port: undefined }) >=
        0
      if (mode === 'nat' && !local && dropsReplies) continue
      // Replies that come by the director all the same are seen by its conntrack (DR-GW).
      const replies = mode === 'nat' || local ? [] : repliesOf(cluster, delivery)
      if (replies.length > 0 && replies.every(({ path }) => passes(path, director.name))) continue
      const { protocol } = service.drawn
      // Of UDP any packet can be the first.
      if (protocol === 'udp') continue
      const index = invalidDrop(director.drawn.drops, 'input', { protocol, port })
      if (index < 0) continue
      const key = `${director.name} ${index} ${protocol}`
      const known = found.get(key) ?? { host: director, index, protocol, services: new Set() }
      found.set(key, known)
      known.services.add(service.name)
    }
    for (const { host, index, protocol, services } of found.values()) {
      report(
        valueAt(pathOf('hosts', host.name, 'drops', index)),
        say`the firewall of ${host.name} drops what is for itself and conntrack calls invalid; of ${quoted(services)} it knows no connection, and takes ${said(TAKEN[protocol])} of clients for that`,
        fixesOf(host, index),
      )
    }
  },
}

interface Dropping {
  readonly host: HostModel
  readonly index: number
  readonly protocol: keyof typeof TAKEN
  readonly services: Set<string>
}

/** What cannot be the first packet of a connection. */
const TAKEN = { tcp: toSay`closes and resets`, sctp: toSay`the second packet and all that follow` }

function fixesOf({ name, drawn }: HostModel, index: number): Fix[] {
  const path = pathOf('hosts', name, 'drops', index)
  const take = takingOut(path, say`Let ${name} accept invalid packets`)
  if (drawn.drops[index]?.chain !== undefined) return [take]
  return [
    {
      title: say`Let ${name} drop invalid packets only on their way through it`,
      edits: [{ kind: 'set', path: below(path, 'chain'), value: 'forward' }],
    },
    take,
  ]
}
