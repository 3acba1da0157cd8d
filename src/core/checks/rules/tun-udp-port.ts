import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { drawnTunnels } from '../drawn-tunnels.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const tunUdpPort: Rule = {
  code: 'TUN-UDP-PORT',
  severity: 'warning',
  title: 'A tunnel that is not UDP has a port',
  why: 'The port is not used: whoever opens it in a firewall waits for packets that do not come.',
  kernel:
    'IPIP and GRE are IP protocols beside UDP (4 or 41, and 47); only GUE is sent to a UDP port ' +
    '(ip_vs_xmit.c, ip_vs_tunnel_xmit).',
  mend: 'Take the port out, or change the type to gue.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: [],
  check: (cluster, report) => {
    for (const { tunnel, path, owner } of drawnTunnels(cluster)) {
      if (tunnel.type === 'gue' || tunnel.port === undefined) continue
      const port = below(path, 'port')
      report(
        valueAt(port),
        say`the ${tunnel.type === 'gre' ? 'GRE' : 'IPIP'} tunnel of ${owner} has no use for UDP port ${tunnel.port}`,
        [
          takingOut(port, say`Take the port out`),
          {
            title: say`Change the type to gue`,
            edits: [{ kind: 'set', path: below(path, 'type'), value: 'gue' }],
          },
        ],
      )
    }
  },
}
