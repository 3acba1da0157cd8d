import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { atInterface, seen } from '../found.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

const ETHERNET = 1500

export const hostMtu: Rule = {
  code: 'HOST-MTU',
  severity: 'warning',
  title: 'An interface carries other packets than drawn',
  why: 'Small requests work and large ones stall, where one side sends packets that the other does not take.',
  kernel:
    'What is larger than the interface’s MTU is not sent (ip_output.c, ip_fragment) and on most drivers not received. ' +
    'What a tunnel adds counts too: IPVS asks for smaller packets by ICMP (ip_vs_xmit.c, ensure_mtu_is_adequate).',
  mend: 'Set the same MTU on all hosts of a network, and draw it: "mtu" of the network or of the interface.',
  source: 'net/ipv4/ip_output.c, net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  needs: 'observed',
  explains: [],
  mayExplain: ['MTU_BLACKHOLE'],
  check: (cluster, report) => {
    for (const host of seen(cluster)) {
      for (const [name, { mtu: own, network }] of host.drawn.interfaces) {
        const found = host.state.interfaces.get(name)?.mtu
        const drawn = own ?? (network === undefined ? undefined : cluster.topology.networks.get(network)?.mtu)
        // Where the drawing says nothing, larger packets than Ethernet's are the host's own business.
        if (name === 'lo' || found === undefined || found === (drawn ?? ETHERNET)) continue
        if (drawn === undefined && found > ETHERNET) continue
        report(
          own === undefined
            ? atInterface(host, name)
            : valueAt(below(pathOf('hosts', host.name, 'interfaces', name), 'mtu')),
          say`${name} of ${host.name} has MTU ${found}, and the drawing ${drawn === undefined ? say`says nothing, which means ${ETHERNET}` : say`says ${drawn}`}`,
        )
      }
    }
  },
}
