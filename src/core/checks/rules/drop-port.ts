import { say } from '../../speech/say.js'
import { pathOf, below } from '../../topology/path.js'
import type { Drop } from '../../topology/types.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

const WITH_PORTS: ReadonlySet<Drop['protocol']> = new Set([undefined, 'tcp', 'udp', 'sctp'])

export const dropPort: Rule = {
  code: 'DROP-PORT',
  severity: 'warning',
  title: 'A port of a protocol that has none',
  why: 'No packet is ever refused by this entry: what it was meant to refuse comes in.',
  kernel: undefined,
  mend: 'Take the port out, or name tcp, udp or sctp.',
  source: 'RFC 792; RFC 2003; RFC 2784; RFC 5798',
  explains: [],
  check: ({ hosts }, report) => {
    for (const { name, drawn } of hosts.values()) {
      for (const [index, { protocol, port }] of drawn.drops.entries()) {
        if (port === undefined || protocol === undefined || WITH_PORTS.has(protocol)) continue
        const path = below(pathOf('hosts', name), 'drops', index, 'port')
        report(
          valueAt(path),
          say`the firewall of ${name} is to refuse ${protocol} port ${port}, and ${protocol} has no ports`,
          [takingOut(path, say`Refuse ${protocol} altogether`)],
        )
      }
    }
  },
}
