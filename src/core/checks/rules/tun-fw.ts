import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { refusalPath } from '../firewall.js'
import type { Arriving } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const tunFirewall: Rule = {
  code: 'TUN-FW',
  severity: 'error',
  title: 'The firewall of a TUN real server refuses the tunnel or what is in it',
  why: 'Requests that are given this real server get no answer; with two real servers every second one fails.',
  kernel:
    'A tunnelled request passes the INPUT hook twice: as the tunnel’s protocol from the director (4 for IPv4 in IPIP, 41 for ' +
    'IPv6 in it, 47 for GRE, UDP to its port for GUE), and once more ' +
    'unpacked, from the tunnel device, with its own port (ip_tunnel.c, ip_tunnel_rcv). A rule set that accepts only the ' +
    'service’s port refuses the first; one without it the second.',
  mend: 'Accept the tunnel’s protocol from the director and the service’s port on the real server.',
  source: 'net/ipv4/ipip.c, net/ipv4/ip_tunnel.c, net/ipv6/ip6_tunnel.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  check: (cluster, report) => {
    const refused = deliveries(cluster).flatMap((delivery) => {
      const { mode, local, host } = delivery
      if (mode !== 'tun' || local) return []
      return arriving(delivery).flatMap((packet) => {
        const path = refusalPath(host, packet)
        return path === undefined ? [] : [{ host, path, delivery, what: packet.what }]
      })
    })
    for (const [host, ofHost] of byHost(refused)) {
      for (const path of new Set(ofHost.map((refusal) => refusal.path))) {
        const same = ofHost.filter((refusal) => refusal.path === path)
        report(
          valueAt(path),
          say`the firewall of ${host.name} refuses ${same[0]?.what ?? say`the request`}, so requests of ${quoted(same.map(({ delivery }) => delivery.service.name))} get no answer from it`,
          [takingOut(path, say`Let ${host.name} accept ${same[0]?.what ?? say`the request`}`)],
        )
      }
    }
  },
}

/** The packets the firewall sees: the outer one, then the request. */
function arriving(delivery: Delivery): readonly (Arriving & { readonly what: string })[] {
  const { port, service } = delivery
  const { protocol } = service.drawn
  return [
    ...outerPackets(delivery),
    { protocol, port, what: port === 0 ? protocol : say`${protocol} port ${port}` },
  ]
}

/** What a tunnel's packets are to whoever passes them on. */
export function outerPackets({
  vip,
  realServer,
}: Delivery): readonly (Arriving & { readonly what: string })[] {
  const { type, port } = realServer.tunnel
  switch (type) {
    case 'ipip':
      // The protocol is that of what is inside, whatever carries it.
      return familyOf(vip) === 4
        ? [{ protocol: 'ipip', port: undefined, what: say`IP protocol 4 (ipip)` }]
        : [{ protocol: 'ipv6', port: undefined, what: say`IP protocol 41 (ipv6)` }]
    case 'gre':
      return [{ protocol: 'gre', port: undefined, what: say`IP protocol 47 (gre)` }]
    case 'gue':
      return port === undefined ? [] : [{ protocol: 'udp', port, what: say`udp port ${port} (gue)` }]
  }
}
