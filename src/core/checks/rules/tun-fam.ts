import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { familyMismatches } from '../families.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const mixedFamilies: Rule = {
  code: 'TUN-FAM',
  severity: 'error',
  title: 'VIP and real server are of different address families',
  why: 'ipvsadm refuses the real server: "Different address family is allowed only for tunneling servers".',
  kernel:
    'NAT and DR send the client’s packet on as it is, so its family cannot change; ip_vs_genl_set_cmd (ip_vs_ctl.c) ' +
    'answers EINVAL. A tunnel puts it into an outer packet, which may be of the other family.',
  mend: 'Give the real server an address of the VIP’s family on a network of the director, or use a tunnel.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1); ipvsadm.c',
  explains: ['NO_DESTINATION'],
  check: (cluster, report) => {
    for (const { service, realServer, vip, rip, pinned } of familyMismatches(cluster)) {
      if (realServer.mode === 'tun' || realServer.mode === undefined) continue
      const address = below(realServer.path, 'address')
      report(
        pinned ? valueAt(address) : keyAt(realServer.path),
        pinned
          ? say`${realServer.name} is to be reached at ${rip}, but the VIP of "${service.name}" is ${vip}; only a tunnel could carry one family in the other`
          : say`${realServer.name} has no IPv${service.family} address, but the VIP of "${service.name}" is ${vip}; only a tunnel could carry one family in the other`,
        pinned && realServer.candidates.length === 1
          ? [
              takingOut(
                address,
                say`Use ${realServer.candidates[0] ?? say`the other address`} of ${realServer.name}`,
              ),
            ]
          : [],
      )
    }
  },
}
