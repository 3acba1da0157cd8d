import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { drawnTunnels } from '../drawn-tunnels.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** What the GUE draft was given by IANA. */
const USUAL_PORT = 6080

export const tunGue: Rule = {
  code: 'TUN-GUE',
  severity: 'error',
  title: 'A GUE tunnel without a UDP port',
  why: 'The real servers are refused: ipvsadm wants --tun-port, and the service would have none.',
  kernel:
    'GUE is UDP: the kernel refuses a destination of this type whose port is 0 with EINVAL (ip_vs_ctl.c, ' +
    'ip_vs_add_dest), and a real server unpacks only at ports it was told (fou.c).',
  mend: 'Name the UDP port. The same one is opened for it on the real servers.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, net/ipv4/fou.c (Linux 6.1); ipvsadm(8)',
  explains: ['NO_DESTINATION'],
  check: (cluster, report) => {
    for (const { tunnel, path, owner } of drawnTunnels(cluster)) {
      if (tunnel.type !== 'gue' || tunnel.port !== undefined) continue
      report(
        valueAt(below(path, 'type')),
        say`the GUE tunnel of ${owner} has no UDP port; say as "port" where the real servers unpack it`,
        [
          {
            title: say`Use UDP port ${USUAL_PORT}`,
            edits: [{ kind: 'set', path: below(path, 'port'), value: USUAL_PORT }],
          },
        ],
      )
    }
  },
}
