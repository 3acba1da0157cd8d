import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { drawnTunnels } from '../drawn-tunnels.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const tunChecksum: Rule = {
  code: 'TUN-CSUM',
  severity: 'error',
  title: 'A tunnel has a checksum that its type does not know',
  why: 'ipvsadm refuses the real servers, and the service would have none.',
  kernel:
    'IPIP has no header of its own to put a checksum in; GRE has a checksum (RFC 2784), and nothing that says where a ' +
    'remote one would begin, which is an option of GUE (ip_vs_xmit.c, ip_vs_gre_encap and ip_vs_gue_encap).',
  mend: 'Take the checksum out, or choose a type of tunnel that has it.',
  source: 'ipvsadm.c, parse_options; net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: ['NO_DESTINATION'],
  check: (cluster, report) => {
    for (const { tunnel, path, owner } of drawnTunnels(cluster)) {
      const { type, checksum } = tunnel
      const refused = (type === 'ipip' && checksum !== 'none') || (type === 'gre' && checksum === 'remcsum')
      if (!refused) continue
      const at = below(path, 'checksum')
      report(
        valueAt(at),
        say`the ${type === 'gre' ? 'GRE' : 'IPIP'} tunnel of ${owner} is to have the checksum ${checksum}, which ${type === 'gre' ? say`only GUE has` : say`IPIP does not have`}; ipvsadm refuses it`,
        [
          ...(type === 'gre'
            ? [
                {
                  title: say`Change the checksum to csum`,
                  edits: [{ kind: 'set', path: at, value: 'csum' } as const],
                },
              ]
            : []),
          takingOut(at, say`Take the checksum out`),
        ],
      )
    }
  },
}
