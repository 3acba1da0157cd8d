import type { Cluster } from '../hosts/cluster.js'
import type { Role } from '../topology/types.js'
import { sysctlKeys } from './sysctls-here.js'

/** So many names a panel offers; with more, a name is typed. */
const MOST = 200

/** The names of this file that a reference may lead to; undefined where the place is no reference. */
export function namesFor(
  pattern: string,
  steps: readonly string[],
  cluster: Cluster,
  most = MOST,
): readonly string[] | undefined {
  const { networks, hosts } = cluster.topology
  const first = (names: Iterable<string>) => firstOf(names, most)
  switch (pattern) {
    case 'hosts/:/interfaces/:/network':
    case 'vrrp/network':
      return first(networks.keys())
    case 'hosts/:/routes/:/interface':
      return first(hosts.get(steps[1] ?? '')?.interfaces.keys() ?? [])
    case 'hosts/:/interfaces/:/bond':
      return first(
        [...(hosts.get(steps[1] ?? '')?.interfaces.keys() ?? [])].filter((name) => name !== steps[3]),
      )
    case 'services/:/director':
      return first(meant(cluster, 'director'))
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
  most = MOST,
): readonly string[] {
  const first = (names: Iterable<string>) => firstOf(names, most)
  switch (pattern) {
    case 'services/:/real-servers':
      return first(meant(cluster, 'real-server', has))
    case 'hosts/:/interfaces': {
      let number = 0
      while (has(`eth${number}`)) number += 1
      return [`eth${number}`]
    }
    case 'hosts/:/sysctls':
      return first(sysctlKeys(cluster, steps[1] ?? '').filter((key) => !has(key)))
    case 'layout/hosts':
    case 'layout/networks':
    case 'layout/services':
    case 'layout/lengths': {
      const section = pattern.slice('layout/'.length) as 'hosts' | 'networks' | 'services' | 'lengths'
      const drawn = cluster.topology[section === 'lengths' ? 'networks' : section]
      return first([...drawn.keys()].filter((name) => !has(name)))
    }
    default:
      return []
  }
}

/** Hosts of the role that is meant; where none is left, those that may do too. */
function meant(cluster: Cluster, role: Role, has: (name: string) => boolean = () => false): string[] {
  const names = hostsOf(cluster, role).filter((name) => !has(name))
  const ofRole = names.filter((name) => cluster.topology.hosts.get(name)?.role === role)
  return ofRole.length > 0 ? ofRole : names
}

/** Hosts of the role that is meant before the others, which may do too; a client serves nobody. */
export function hostsOf({ topology: { hosts } }: Cluster, role: Role): string[] {
  const withRole = (test: (of: Role | undefined) => boolean) =>
    [...hosts].flatMap(([name, host]) => (test(host.role) ? [name] : []))
  return [...withRole((of) => of === role), ...withRole((of) => of !== role && of !== 'client')]
}

function firstOf(names: Iterable<string>, most: number): string[] {
  const result: string[] = []
  for (const name of names) {
    if (result.length === most) break
    result.push(name)
  }
  return result
}
