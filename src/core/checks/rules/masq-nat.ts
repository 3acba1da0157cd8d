import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const masqueradeOfNat: Rule = {
  code: 'MASQ-NAT',
  severity: 'error',
  title: 'Masquerading of a service that is not NAT throughout, or has no VIP',
  why: 'Nothing is masqueraded: real servers see the client’s address, and answer the client.',
  kernel:
    'What DR and TUN send must keep the client’s address, since real servers answer it directly (ip_vs_xmit.c, ip_vs_dr_xmit).',
  mend: 'Take "masquerade" out, or make the whole service NAT. A service by mark needs a VIP as well, by which conntrack knows its connections.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c, ip_vs_nfct.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const service of services) {
      const { name, path, drawn, realServers } = service
      if (!drawn.masquerade || drawn.mode === undefined || isMasqueraded(service)) continue
      const others = realServers.filter(({ mode }) => mode !== undefined && mode !== 'nat')
      const at = below(path, 'masquerade')
      if (drawn.mode !== 'nat' || others.length > 0) {
        report(
          valueAt(at),
          drawn.mode === 'nat'
            ? say`"${name}" is to be masqueraded, and is not NAT for ${listed(others.map((one) => one.name))}: then nothing of it is`
            : say`"${name}" is to be masqueraded, and its mode is ${drawn.mode}, where real servers answer clients themselves and must know their address`,
          [takingOut(at, say`Take masquerade out of "${name}"`)],
        )
      } else if (drawn.vip === undefined && drawn.mark !== undefined) {
        report(
          valueAt(at),
          say`"${name}" is to be masqueraded, and others mark its packets: without a VIP nothing says which connections are meant`,
          [takingOut(at, say`Take masquerade out of "${name}"`)],
        )
      }
    }
  },
}
