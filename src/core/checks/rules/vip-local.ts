import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { hasAddress, placesOf } from '../../hosts/observed-cluster.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { canBeVip } from '../structure.js'
import { servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const vipLocal: Rule = {
  code: 'VIP-LOCAL',
  severity: 'error',
  title: 'The director does not have the VIP',
  why: 'Clients wait until they give up, or get "No route to host"; the director’s counters stay at 0.',
  kernel:
    'IPVS takes requests at the LOCAL_IN hook, where only packets for a local address come by (ip_vs_core.c, ip_vs_in_hook). ' +
    'A VIP that is only routed to the director is forwarded on, or sent back, before IPVS sees it.',
  mend: 'Give the director the VIP: "lvs-designer apply" does. Of a pair, see why neither keepalived has it.',
  source: 'net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  needs: 'observed',
  explains: ['VIP_NOT_ON_DIRECTOR'],
  check: (cluster, report) => {
    for (const [vip, services] of servicesByVip(cluster)) {
      if (!canBeVip(vip)) continue
      const lacking = new Map<HostModel, { readonly pair: HostModel[]; readonly services: string[] }>()
      for (const { name, drawn } of services) {
        const directors = drawn.directors.flatMap((director) => cluster.hosts.get(director) ?? [])
        const [first] = directors
        // One that could not be read may have it.
        const known = directors.every(
          (director) => director.observed !== undefined && !hasAddress(director, vip),
        )
        if (first === undefined || !known) continue
        const together = lacking.get(first) ?? { pair: directors, services: [] }
        lacking.set(first, together)
        together.services.push(name)
      }
      for (const [first, { pair, services: names }] of lacking) {
        const down = placesOf(first.state, vip).map(({ interface: { name } }) => name)
        report(
          atHost(first),
          say`${pair.length === 1 ? say`${first.name} does not have` : say`neither of ${listed(pair.map(({ name }) => name))} has`} ${vip}, the VIP of ${quoted(names)}, so IPVS there never sees a request${down.length === 0 ? '' : say`: ${listed(down)}, where it is, is down`}`,
        )
      }
    }
  },
}
