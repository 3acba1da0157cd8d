import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const onePacketUdp: Rule = {
  code: 'OPS-UDP',
  severity: 'error',
  title: 'One-packet scheduling of a service that is not UDP',
  why: 'ipvsadm refuses the service; keepalived takes the setting away with a line in its log.',
  kernel:
    'A TCP or SCTP connection cannot be spread over real servers packet by packet; ip_vs_schedule (ip_vs_core.c) ' +
    'heeds the flag for UDP only.',
  mend: 'Take one-packet out, or make it a UDP service.',
  source: 'ipvsadm(8); net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['NO_SERVICE'],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      const { onePacket, protocol, mark } = drawn
      if (!onePacket || protocol === 'udp' || mark !== undefined) continue
      const at = below(path, 'one-packet')
      report(
        valueAt(at),
        say`"${name}" is a ${protocol} service, and only UDP packets can be scheduled one by one`,
        [
          takingOut(at, say`Take one-packet out of "${name}"`),
          {
            title: say`Make "${name}" a UDP service`,
            edits: [{ kind: 'set', path: below(path, 'protocol'), value: 'udp' }],
          },
        ],
      )
    }
  },
}
