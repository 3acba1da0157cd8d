import { say } from '../speech/say.js'
import { contains, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { pathOf } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute } from '../hosts/routing.js'
import { confKey, effectiveSetting } from '../hosts/sysctl.js'
import { oncePerCluster } from './once.js'
import { entryInterface, keyAt, valueAt } from './places.js'
import type { FindingPlace } from './rule.js'
import { pinsOf } from './pins.js'
import type { Pin } from './pins.js'

/** Strict reverse path filtering: max(conf.all, the interface's) is exactly 1 (RFC 3704 3.1). */
export function filtersStrictly(host: HostModel, interfaceName: string): boolean {
  return effectiveSetting(host.state, 'rp_filter', interfaceName) === 1
}

/**
 * The pin that makes it so: the interface's own, for which 2 is derived once it is not pinned and 2 beats any `all`;
 * where the interface's is 0, the 1 on `all`.
 */
export function strictPin(host: HostModel, interfaceName: string): Pin | undefined {
  const pins = pinsOf(host, [confKey(4, interfaceName, 'rp_filter'), confKey(4, 'all', 'rp_filter')])
  return pins.find(({ value }) => value === 1)
}

/** A host that drops a packet for coming in elsewhere than its route to the source leaves, or for having no such route. */
export interface ReverseDrop {
  readonly host: HostModel
  readonly entry: string
  /** 1 strict, 2 loose, which drops where there is no route at all. */
  readonly filter: 1 | 2
  /** What makes it so in the file; undefined: it is derived, or was found on the host. */
  readonly pin: Pin | undefined
  /** The interface its route to the source leaves by; undefined: it has none. */
  readonly leaves: string | undefined
}

const filteringHosts = oncePerCluster(({ hosts }): ReadonlySet<string> => {
  const result = new Set<string>()
  for (const { name, state } of hosts.values()) {
    for (const [key, value] of state.sysctls) {
      if (value.trim() !== '0' && key.endsWith('.rp_filter')) result.add(name)
    }
  }
  return result
})

export function someFilter(cluster: Cluster): boolean {
  return filteringHosts(cluster).size > 0
}

/** The first host on a way that drops what comes from an address by reverse path filtering. */
export function reverseDropOn(
  cluster: Cluster,
  hosts: readonly string[],
  { from, to }: { readonly from: IpAddress; readonly to: IpAddress },
): ReverseDrop | undefined {
  if (familyOf(from) !== 4) return undefined
  const filtering = filteringHosts(cluster)
  for (let index = 1; index < hosts.length; index++) {
    const name = hosts[index] ?? ''
    if (!filtering.has(name)) continue
    const before = cluster.hosts.get(hosts[index - 1] ?? '')
    const host = cluster.hosts.get(name)
    if (before === undefined || host === undefined) continue
    const entry = entryInterface(before, host, to)
    const filter = entry === undefined ? 0 : effectiveSetting(host.state, 'rp_filter', entry)
    if (entry === undefined || (filter !== 1 && filter !== 2)) continue
    const back = lookupRoute(host.state, from)
    if (back.kind === 'local') continue
    const leaves = back.kind === 'none' ? undefined : back.interface
    if (leaves === entry || (filter === 2 && leaves !== undefined)) continue
    // What cannot be routed where it is to go is dropped for that (route.c `ip_route_input_slow`).
    if (lookupRoute(host.state, to).kind === 'none' && (host.role !== 'router' || isDrawn(cluster, to)))
      continue
    const pin = pinsOf(host, [confKey(4, entry, 'rp_filter'), confKey(4, 'all', 'rp_filter')]).find(
      ({ value }) => value === filter,
    )
    return { host, entry, filter, pin, leaves }
  }
  return undefined
}

/** Whoever is not drawn a drawn router is taken to know the way to. */
function isDrawn({ topology }: Cluster, address: IpAddress): boolean {
  return [...topology.networks.values()].some(({ subnets }) => subnets.some((one) => contains(one, address)))
}

export function reverseDropPlace({ host, pin }: ReverseDrop): FindingPlace {
  return pin === undefined ? keyAt(pathOf('hosts', host.name)) : valueAt(pin.path)
}

/** As a sentence that goes on after the sender: "… come into edge by eth1, but …". */
export function reverseDropText({ host, entry, filter, leaves }: ReverseDrop, source: string): string {
  const route = leaves === undefined ? say`has no route to it` : say`has its route to it by ${leaves}`
  return say`come into ${host.name} by ${entry} with ${source} as source, and ${host.name} ${route}, so its ${filter === 1 ? say`strict` : say`loose`} filter there (rp_filter ${filter}) drops them`
}

/** The larger value counts, so 2 on one of the two is enough where there is any route back. */
export function filterLoosely({ host, entry, pin, leaves }: ReverseDrop): Fix[] {
  if (pin === undefined || leaves === undefined) return []
  return [
    {
      title: say`Let ${host.name} filter loosely on ${entry}`,
      edits: [{ kind: 'set', path: pin.path, value: 2 }],
    },
  ]
}
