import type { Cluster } from '../hosts/cluster.js'

/** So many names are offered; with more, a name is typed. */
const MOST = 200

/** The names of this file that a reference may lead to; undefined where the place is no reference. */
export function namesFor(
  pattern: string,
  steps: readonly string[],
  cluster: Cluster,
): readonly string[] | undefined {
  const { networks, hosts } = cluster.topology
  switch (pattern) {
    case 'hosts/:/interfaces/:/network':
      return first(networks.keys())
    case 'hosts/:/routes/:/interface':
      return first(hosts.get(steps[1] ?? '')?.interfaces.keys() ?? [])
    case 'services/:/director':
      return hostsOf(cluster, 'director')
    default:
      return undefined
  }
}

/** Names a new entry of a map may be given; those it has are left out. */
export function namesToAdd(
  pattern: string,
  steps: readonly string[],
  has: (name: string) => boolean,
  cluster: Cluster,
): readonly string[] {
  switch (pattern) {
    case 'services/:/real-servers':
      return hostsOf(cluster, 'real-server', has)
    case 'hosts/:/interfaces': {
      let number = 0
      while (has(`eth${number}`)) number += 1
      return [`eth${number}`]
    }
    case 'hosts/:/sysctls': {
      const needs = cluster.hosts.get(steps[1] ?? '')?.needs ?? []
      const needed = needs.flatMap(({ need }) => (need.kind === 'sysctl' ? [need.key] : []))
      return first([...new Set([...needed, ...COMMON_SYSCTLS])].filter((key) => !has(key)))
    }
    default:
      return []
  }
}

/** What rules and walks look at, and so what there may be reason to pin. */
const COMMON_SYSCTLS = [
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.all.arp_ignore',
  'net.ipv4.conf.all.arp_announce',
  'net.ipv4.conf.all.send_redirects',
]

/** Hosts of the role that is meant before the others, which may do too. */
function hostsOf(cluster: Cluster, role: string, has: (name: string) => boolean = () => false): string[] {
  const free = [...cluster.topology.hosts].filter(([name]) => !has(name))
  const meant = free.filter(([, host]) => host.role === role)
  return first((meant.length > 0 ? meant : free).map(([name]) => name))
}

function first(names: Iterable<string>): string[] {
  const result: string[] = []
  for (const name of names) {
    if (result.length === MOST) break
    result.push(name)
  }
  return result
}
