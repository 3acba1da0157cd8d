import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { commonNetworks, isOn, placedPairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { valueAt } from '../places.js'
import type { Report, Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const pairNetwork: Rule = {
  code: 'PAIR-NETWORK',
  severity: 'error',
  title: 'A director of a pair is not on a network it must be on',
  why: 'A director that does not hear the other becomes active beside it; one that is not on the VIP’s network has nowhere to put the VIP.',
  kernel:
    'VRRP advertisements are multicast on one link with a hop limit of 255 (RFC 5798); an address answers ARP only on ' +
    'links the host is on (arp.c, arp_process).',
  mend: 'Give both directors an interface on the network, or name one that both are on.',
  source: 'RFC 5798; net/ipv4/arp.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NEIGHBOUR_UNREACHABLE', 'VIP_NOT_ON_DIRECTOR', 'UNDETERMINED'],
  ofPairs: true,
  check: (cluster, report) => {
    advertisements(cluster, report)
    vips(cluster, report)
  },
}

function advertisements(cluster: Cluster, report: Report): void {
  const network = cluster.topology.vrrp?.network
  if (network === undefined || !cluster.topology.networks.has(network)) return
  const apart = placedPairs(cluster).filter(
    ({ active, backup }) => !isOn(active, network) || !isOn(backup, network),
  )
  const [first] = apart
  if (first === undefined) return
  const absent = new Set(
    apart.flatMap(({ active, backup }) => [active, backup]).filter((host) => !isOn(host, network)),
  )
  const path = pathOf('vrrp', 'network')
  report(
    valueAt(path),
    say`${listed(names(absent))} ${absent.size === 1 ? 'has' : 'have'} no interface on ${network}, where the pair of ${quoted(apart.map(({ service }) => service.name))} is to hear of each other`,
    networksOfAll(cluster).map((value): Fix => ({
      title: say`Let them agree on ${value}`,
      edits: [{ kind: 'set', path, value }],
    })),
  )
}

/** What every pair of the file has in common. */
function networksOfAll(cluster: Cluster): string[] {
  const [first, ...others] = placedPairs(cluster)
  if (first === undefined) return []
  return commonNetworks(cluster, first).filter((network) =>
    others.every(({ active, backup }) => isOn(active, network) && isOn(backup, network)),
  )
}

function vips(cluster: Cluster, report: Report): void {
  // One interface that is missing is one fault, whatever number of services it keeps from going over.
  const missing = new Map<
    string,
    { readonly pair: Pair; readonly network: string; readonly services: string[] }
  >()
  for (const pair of placedPairs(cluster)) {
    const { service, active, backup } = pair
    // A VIP in no subnet of the director is routed to it, by ways the drawing does not have.
    const network = active.drawn.interfaces.get(service.vipInterface ?? '')?.network
    if (network === undefined || isOn(backup, network)) continue
    const key = `${backup.name} ${network}`
    const known = missing.get(key)
    if (known === undefined) missing.set(key, { pair, network, services: [service.name] })
    else known.services.push(service.name)
  }
  for (const { pair, network, services } of missing.values()) {
    const { service, active, backup } = pair
    report(
      valueAt(pathOf('services', service.name, 'vip')),
      say`the VIP of ${quoted(services)} is on ${network} (${service.vipInterface ?? ''} of ${active.name}), and ${backup.name} has no interface there: it could not take it over`,
    )
  }
}

function names(hosts: Iterable<HostModel>): string[] {
  return [...hosts].map(({ name }) => name)
}
