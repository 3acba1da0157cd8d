import { say } from '../../speech/say.js'
import { isOlderThan } from '../../hosts/kernel-release.js'
import { below } from '../../topology/path.js'
import { tunnelSupport } from '../../hosts/tunnels.js'
import { drawnTunnels } from '../drawn-tunnels.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const tunnelKernel: Rule = {
  code: 'TUN-KERNEL',
  severity: 'error',
  title: 'A tunnel the director’s kernel cannot make',
  why: 'An older kernel does not know the attribute and sends plain IPIP instead, which the real server does not unpack.',
  kernel:
    'IPVS makes GUE since Linux 5.2, GRE and tunnel checksums since 5.3 (ip_vs_tunnel_xmit, ip_vs_xmit.c); before, ' +
    'ip_vs_genl_parse_dest (ip_vs_ctl.c) has no IPVS_DEST_ATTR_TUN_TYPE.',
  mend: 'Use ipip, or run a newer kernel on the director.',
  source: 'keepalived README.kernel_versions; net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: [],
  mayExplain: ['TUNNEL_NOT_SUPPORTED'],
  check: (cluster, report) => {
    for (const { service, tunnel, path, owner } of drawnTunnels(cluster)) {
      const { since, what, key } = tunnelSupport(tunnel)
      if (since === undefined) continue
      for (const director of service.drawn.directors) {
        const kernel = cluster.hosts.get(director)?.state.kernel
        if (kernel === undefined || !isOlderThan(kernel, since)) continue
        report(
          valueAt(below(path, key)),
          say`${owner} wants ${what}, which Linux has since ${since}, but ${director} runs ${kernel}`,
          [
            {
              title: say`Change to plain ipip`,
              edits: [{ kind: 'set', path, value: new Map([['type', 'ipip']]) }],
            },
          ],
        )
        break
      }
    }
  },
}
