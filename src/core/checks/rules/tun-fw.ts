import { familyOf } from '../../topology/address.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { refusalPath } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const tunFirewall: Rule = {
  code: 'TUN-FW',
  severity: 'error',
  title: 'The firewall of a TUN real server refuses the tunnel or what is in it',
  why: 'Requests that are given this real server get no answer; with two real servers every second one fails.',
  kernel:
    'A tunnelled request passes the INPUT hook twice: as IP protocol 4 (41 for IPv6) from the director, and once more ' +
    'unpacked, from the tunnel device, with its own port (ip_tunnel.c, ip_tunnel_rcv). A rule set that accepts only the ' +
    'service’s port refuses the first; one without it the second.',
  mend: 'Accept the tunnel’s protocol from the director and the service’s port on the real server.',
  source: 'net/ipv4/ipip.c, net/ipv4/ip_tunnel.c, net/ipv6/ip6_tunnel.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  check: (cluster, report) => {
    const refused = deliveries(cluster).flatMap((delivery) => {
      const { mode, local, host, realServer } = delivery
      if (mode !== 'tun' || local || realServer.tunnel.type !== 'ipip') return []
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
          `the firewall of ${host.name} refuses ${same[0]?.what ?? 'the request'}, so requests of ${quoted(same.map(({ delivery }) => delivery.service.name))} get no answer from it`,
          [takingOut(path, `Let ${host.name} accept ${same[0]?.what ?? 'the request'}`)],
        )
      }
    }
  },
}

function arriving({ rip, port, service }: Delivery) {
  const { protocol } = service.drawn
  const tunnel = familyOf(rip) === 4 ? 'ipip' : 'ipv6'
  return [
    {
      protocol: tunnel,
      port: undefined,
      what: `IP protocol ${tunnel === 'ipip' ? '4 (ipip)' : '41 (ipv6)'}`,
    },
    { protocol, port, what: port === 0 ? protocol : `${protocol} port ${port}` },
  ] as const
}
