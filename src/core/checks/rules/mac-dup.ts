import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const macDuplicate: Rule = {
  code: 'MAC-DUP',
  severity: 'error',
  title: 'The same MAC address twice on one network',
  why: 'The switch sends frames to whichever of the two it heard last; connections of both stall and recover by turns.',
  kernel: undefined,
  mend: 'Take the MAC address out of one of the two; it is needed only where it matters.',
  source: 'IEEE 802.1D: a bridge learns one port for each address',
  explains: [],
  mayExplain: ['NEIGHBOUR_UNREACHABLE', 'ARP_AMBIGUOUS'],
  check: ({ hosts }, report) => {
    const seen = new Map<string, { readonly host: string; readonly interface: string }>()
    for (const { name: host, drawn } of hosts.values()) {
      for (const [name, { mac, network }] of drawn.interfaces) {
        if (mac === undefined || network === undefined) continue
        const key = `${network} ${mac.toLowerCase()}`
        const other = seen.get(key)
        if (other === undefined) {
          seen.set(key, { host, interface: name })
          continue
        }
        const path = pathOf('hosts', host, 'interfaces', name, 'mac')
        report(
          valueAt(path),
          say`${name} of ${host} and ${other.interface} of ${other.host} have the same MAC address ${mac} on ${network}`,
          [takingOut(path, say`Take the MAC address of ${host} out`)],
        )
      }
    }
  },
}
