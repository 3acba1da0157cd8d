import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import { placedPairs } from '../pairs.js'
import { keyAt, takingOut } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const tunnelSync: Rule = {
  code: 'TUN-SYNC',
  severity: 'error',
  title: 'Connections kept in step, with tunnels from one address family into the other',
  why: 'Whichever comes second is refused: the sync daemon does not start, or the real server is missing from the service.',
  kernel:
    'The message of the sync daemon has one address family for all (ip_vs_sync.c), so ip_vs_genl_new_daemon and ' +
    'ip_vs_genl_set_cmd (ip_vs_ctl.c) answer EINVAL while the other is there (mixed_address_family_dests).',
  mend: 'Do without vrrp.sync, or give the real servers addresses of the VIP’s family.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_sync.c (Linux 6.1)',
  explains: ['NO_DESTINATION'],
  ofPairs: true,
  check: (cluster, report) => {
    if (cluster.topology.vrrp?.sync !== true) return
    const mixed = placedPairs(cluster).flatMap(({ service }) =>
      service.realServers
        .filter(({ mode, rip }) => mode === 'tun' && rip !== undefined && familyOf(rip) !== service.family)
        .map((realServer) => ({ service, realServer })),
    )
    const [first] = mixed
    if (first === undefined) return
    report(
      keyAt(pathOf('vrrp', 'sync')),
      say`connections cannot be kept in step while ${listed(mixed.map(({ realServer }) => realServer.name))} of "${first.service.name}" is reached by IPv${first.service.family === 4 ? 6 : 4} and the VIP is IPv${first.service.family}`,
      [takingOut(pathOf('vrrp', 'sync'), say`Do not keep connections in step`)],
    )
  },
}
