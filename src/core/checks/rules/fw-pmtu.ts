import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { walkCluster } from '../../packet/walk-cluster.js'
import type { Walk } from '../../packet/walk.js'
import { dropPath } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const sizeFirewall: Rule = {
  code: 'FW-PMTU',
  severity: 'error',
  title: 'A firewall refuses the message that a packet is too big',
  why: 'Small requests work, and whatever fills a packet stalls: a page begins and never ends, an upload stops after some kilobytes.',
  kernel:
    'A host that cannot pass a packet on because it is too long for the next link drops it and tells its sender by ICMP ' +
    '"fragmentation needed" (type 3, code 4; ICMPv6 "packet too big", type 2) what fits (ip_forward.c, ip6_output.c). Who does not hear it sends the same again.',
  mend: 'Accept ICMP errors where they come in and where they pass: at least type 3 (ICMPv6 type 2). Or give all links on the way the same MTU.',
  source: 'RFC 1191; RFC 2923; RFC 4890; net/ipv4/ip_forward.c (Linux 6.1)',
  explains: ['MTU_BLACKHOLE'],
  check: (cluster, report) => {
    if (![...cluster.hosts.values()].some((host) => refusal(host, 4) ?? refusal(host, 6))) return
    const found = new Map<string, { readonly host: HostModel; readonly services: Set<string> }>()
    for (const walk of walkCluster(cluster)) {
      const host = refusingHost(cluster, walk)
      const vip = cluster.topology.services.get(walk.service)?.vip
      const path = host === undefined || vip === undefined ? undefined : refusal(host, familyOf(vip))
      if (host === undefined || path === undefined) continue
      const known = found.get(path) ?? { host, services: new Set() }
      found.set(path, known)
      known.services.add(walk.service)
    }
    for (const [path, { host, services }] of found) {
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses the ICMP message by which senders learn that a packet is too big, so full packets of ${quoted(services)} are lost`,
        [takingOut(path, say`Let ${host.name} accept ICMP`)],
      )
    }
  },
}

/** Whose firewall ends the message: to know which message goes where is to walk there. Of what a tunnel takes TUN-MTU speaks. */
function refusingHost(cluster: Cluster, walk: Walk): HostModel | undefined {
  if (walk.verdict !== 'MTU_BLACKHOLE') return undefined
  const service = cluster.services.find(({ name }) => name === walk.service)
  if (walk.realServer === undefined) return undefined
  const tunnelled = service?.realServerOf(walk.realServer)?.mode === 'tun'
  // What is too long for a link before the director is no matter of the tunnel.
  if (tunnelled && walk.hops.some(({ host }) => host === walk.director)) return undefined
  const name = /never told: the firewall of (\S+) drops icmp/.exec(walk.reason)?.[1]
  return name === undefined ? undefined : cluster.hosts.get(name)
}

function refusal(host: HostModel, family: 4 | 6) {
  const wanted = family === 4 ? 'icmp' : 'icmpv6'
  return dropPath(host, ({ protocol, state }) => protocol === wanted && state === undefined)
}
