import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const sipEngine: Rule = {
  code: 'PE-SIP',
  severity: 'warning',
  title: 'The SIP persistence engine on a service that is not UDP',
  why: 'Calls are not kept together: clients stick by their address, as if no engine were named.',
  kernel:
    'ip_vs_sip_fill_param (ip_vs_pe_sip.c) finds the Call-ID in UDP packets only; for anything else it fails, and ' +
    'ip_vs_sched_persist goes by the client’s address.',
  mend: 'Make it a UDP service, or take the engine out.',
  source: 'net/netfilter/ipvs/ip_vs_pe_sip.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      const { persistence, protocol, mark, vip } = drawn
      if (persistence?.engine !== 'sip' || protocol === 'udp') continue
      // What gets a mark that others set, the file does not know.
      if (mark !== undefined && vip === undefined) continue
      const at = below(path, 'persistence', 'engine')
      report(
        valueAt(at),
        say`"${name}" is a ${protocol} service, and the engine sip looks into UDP packets only`,
        [
          takingOut(at, say`Take the engine out of "${name}"`),
          {
            title: say`Make "${name}" a UDP service`,
            edits: [{ kind: 'set', path: below(path, 'protocol'), value: 'udp' }],
          },
        ],
      )
    }
  },
}
