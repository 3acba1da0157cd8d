import { below, pathOf } from '../../topology/path.js'
import { byHost, deliveries } from '../deliveries.js'
import { canRouteDirectly, modeOfRealServer } from '../modes.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const tunDecapsulation: Rule = {
  code: 'TUN-DECAP',
  severity: 'error',
  title: 'A real server of a TUN service cannot unpack the tunnel',
  why: 'Clients that are given this real server get "Connection refused".',
  kernel:
    'Without an IPIP device that is up nothing takes IP protocol 4, and the real server answers "protocol unreachable" ' +
    '(ip_input.c, ip_local_deliver_finish); the director turns that into "port unreachable" for the client.',
  mend: 'Use a kernel with the ipip module on the real server, or another forwarding method. A deployment loads the module and brings tunl0 up where the host supports it.',
  source: 'net/ipv4/ip_input.c, net/ipv4/ipip.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['TUNNEL_NOT_SUPPORTED'],
  check: (cluster, report) => {
    const tunnelled = deliveries(cluster).filter(
      ({ mode, local, realServer, host }) =>
        mode === 'tun' && !local && realServer.tunnel.type === 'ipip' && host.drawn.supports.ipip === false,
    )
    for (const [host, ofHost] of byHost(tunnelled)) {
      const path = below(pathOf('hosts', host.name), 'supports', 'ipip')
      report(
        valueAt(path),
        `${host.name} cannot unpack IPIP, and ${quoted(ofHost.map(({ service }) => service.name))} reaches it through an IPIP tunnel`,
        [
          takingOut(path, `Lift the pin: let the next plan find out whether ${host.name} can`),
          ...ofHost.flatMap((delivery) =>
            canRouteDirectly(cluster, delivery)
              ? [modeOfRealServer(delivery.service, delivery.realServer, 'dr')]
              : [],
          ),
        ],
      )
    }
  },
}
