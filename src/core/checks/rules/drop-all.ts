import { said, say, toSay } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const dropsEverything: Rule = {
  code: 'DROP-ALL',
  severity: 'warning',
  title: 'A firewall that refuses everything',
  why: 'No packet gets in, or through: a host drawn like this serves nobody. Mostly the entry was begun and not finished.',
  kernel: undefined,
  mend: 'Say which protocol or port is refused, or "state: invalid", or take the entry out.',
  source: 'the topology format: an entry of drops without protocol, port and state is every packet',
  explains: [],
  mayExplain: ['FIREWALL_DROP', 'NEIGHBOUR_UNREACHABLE'],
  check: ({ hosts }, report) => {
    for (const { name, drawn } of hosts.values()) {
      for (const [index, { protocol, port, state, chain }] of drawn.drops.entries()) {
        if (protocol !== undefined || port !== undefined || state !== undefined) continue
        const path = pathOf('hosts', name, 'drops', index)
        report(
          valueAt(path),
          say`the firewall of ${name} refuses everything ${said(WHERE[chain ?? 'both'])}`,
          [takingOut(path, say`Take the entry out of the drops of ${name}`)],
        )
      }
    }
  },
}

const WHERE = {
  input: toSay`that is for the host itself`,
  forward: toSay`that is to pass through it`,
  both: toSay`that is for it or passes through it`,
} as const
