import { say } from '../../speech/say.js'
import { addressKind } from '../../topology/address.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { notToLoopback } from '../table-wording.js'

export const natLoopback: Rule = {
  code: 'NAT-LOOP127',
  severity: 'error',
  title: 'A real server of a NAT service at a loopback address',
  why: 'Clients get no answer; the director alone, asking its own VIP, gets one, so that the service looks well from there.',
  kernel:
    'A loopback address is the director’s own, and IPVS does not rewrite packets from outside to it: "stopping DNAT to ' +
    'loopback address" (ip_vs_nat_xmit and ip_vs_nat_xmit_v6, ip_vs_xmit.c).',
  mend: 'Give an address the director has on a network; or, for a daemon on the director itself, use mode dr, which leaves the VIP as it is.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: ['NO_ROUTE'],
  check: ({ services }, report) => {
    for (const { name: service, director, realServers } of services) {
      for (const { name, path, drawn, mode, known, local, candidates } of realServers) {
        const { address } = drawn
        if (mode !== 'nat' || !known || address === undefined || addressKind(address) !== 'loopback') continue
        const at = below(path, 'address')
        report(
          valueAt(at),
          local
            ? say`${name} is the director of "${service}" itself, but NAT does not send what comes from outside to ${address}`
            : notToLoopback(address, service, name, director ?? say`the director`),
          candidates.length === 1
            ? [takingOut(at, say`Take ${address} out; the address of ${name} is derived`)]
            : candidates.map((value) => ({
                title: say`Reach ${name} at ${value}`,
                edits: [{ kind: 'set', path: at, value }],
              })),
        )
      }
    }
  },
}
