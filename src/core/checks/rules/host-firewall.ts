import { walkCluster } from '../../packet/walk-cluster.js'
import type { Walk } from '../../packet/walk.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { atHost } from '../found.js'
import { oncePerCluster } from '../once.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const hostFirewall: Rule = {
  code: 'HOST-FIREWALL',
  severity: 'error',
  title: 'The firewall of a host drops requests or replies of a service',
  why: 'Clients wait and get nothing, or are refused; nothing but the counters of that firewall shows it.',
  kernel:
    'What is for a host passes prerouting and input before IPVS, tunnels and programs get it, and what is passed on passes ' +
    'forward (ip_input.c, ip_forward.c, NF_HOOK). A drop in any chain of a hook is final (nf_tables_core.c, nft_do_chain).',
  mend: 'Accept what the service needs in the chain named: on a director requests in input, replies of NAT in forward; on a real server requests or the tunnel’s packets in input; on routers both.',
  source: 'net/netfilter/nf_tables_core.c, net/ipv4/ip_input.c, net/ipv4/ip_forward.c (Linux 6.1); nft(8)',
  needs: 'observed',
  explains: ['FIREWALL_DROP', 'MTU_BLACKHOLE'],
  check: (cluster, report) => {
    for (const { host, reason, services } of stopped(cluster).filter(({ isKnown }) => isKnown)) {
      report(atHost(host), `on the way of ${quoted(services)} ${reason}`)
    }
  },
}

export const hostFirewallUnread: Rule = {
  code: 'HOST-FILTER',
  severity: 'information',
  title: 'The firewall of a host has rules that cannot be read',
  why: 'Whether requests and replies get through there cannot be told here, so nothing is said of it, neither good nor bad.',
  kernel:
    'A rule may go by more than a packet shows: rates, marks, sockets, matches and targets of iptables, of which nft lists ' +
    'no more than the name.',
  mend: 'See for yourself what the rule does: "nft list ruleset", "iptables-save"; its counters tell whether packets come to it.',
  source: 'libnftables-json(5), nft(8)',
  needs: 'observed',
  explains: ['UNDETERMINED'],
  check: (cluster, report) => {
    for (const { host, reason, services } of stopped(cluster).filter(({ isKnown }) => !isKnown)) {
      report(atHost(host), `on the way of ${quoted(services)} ${reason}`)
    }
  },
}

interface Stopped {
  readonly host: HostModel
  /** As the walk says it. */
  readonly reason: string
  readonly services: string[]
  /** It is dropped; otherwise that cannot be told. */
  readonly isKnown: boolean
}

/** Where the walk of a request ends in the rules of a host that was read: to know what they do is to walk there. */
const stopped = oncePerCluster((cluster: Cluster): readonly Stopped[] => {
  const filters = [...cluster.hosts.values()].some(({ observed }) => {
    const ruleset = observed?.ruleset
    return (
      ruleset !== undefined &&
      (ruleset.unread.length > 0 || ruleset.chains.some(({ base }) => base !== undefined))
    )
  })
  if (!filters) return []
  const found = new Map<string, Stopped>()
  for (const walk of walkCluster(cluster)) {
    const host = cluster.hosts.get(walk.at)
    const said = filterWords(walk)
    if (host?.observed?.ruleset === undefined || said === undefined) continue
    const key = `${host.name} ${said}`
    const known = found.get(key)
    const isKnown = walk.verdict !== 'UNDETERMINED'
    if (known === undefined) found.set(key, { host, reason: said, services: [walk.service], isKnown })
    else if (!known.services.includes(walk.service)) known.services.push(walk.service)
  }
  return [...found.values()]
})

/** What a walk says of a firewall, without what comes before it. */
function filterWords({ reason }: Walk): string | undefined {
  return /(the firewall of \S+ (?:drops|refuses) it: |what the firewall of \S+ does with it ).*$/.exec(
    reason,
  )?.[0]
}
