import { familyOf } from '../topology/address.js'
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

/** A host that drops a packet for coming in elsewhere than its route to the source leaves. */
export interface StrictDrop {
  readonly host: HostModel
  readonly entry: string
  /** What makes it so in the file; undefined: it was found on the host. */
  readonly pin: Pin | undefined
  /** The interface its route to the source leaves by; undefined: it has none. */
  readonly leaves: string | undefined
}

const strictHosts = oncePerCluster(({ hosts }): ReadonlySet<string> => {
  const result = new Set<string>()
  for (const { name, state } of hosts.values()) {
    for (const [key, value] of state.sysctls) {
      if (value.trim() === '1' && key.endsWith('.rp_filter')) result.add(name)
    }
  }
  return result
})

export function someFilterStrictly(cluster: Cluster): boolean {
  return strictHosts(cluster).size > 0
}

/** The first host on a way that drops what comes from an address by strict reverse path filtering. */
export function strictDropOn(
  cluster: Cluster,
  hosts: readonly string[],
  { from, to }: { readonly from: IpAddress; readonly to: IpAddress },
): StrictDrop | undefined {
  if (familyOf(from) !== 4) return undefined
  const strict = strictHosts(cluster)
  for (let index = 1; index < hosts.length; index++) {
    const name = hosts[index] ?? ''
    if (!strict.has(name)) continue
    const before = cluster.hosts.get(hosts[index - 1] ?? '')
    const host = cluster.hosts.get(name)
    if (before === undefined || host === undefined) continue
    const entry = entryInterface(before, host, to)
    if (entry === undefined || !filtersStrictly(host, entry)) continue
    const back = lookupRoute(host.state, from)
    const pin = strictPin(host, entry)
    if (back.kind === 'local') continue
    const leaves = back.kind === 'none' ? undefined : back.interface
    if (leaves !== entry) return { host, entry, pin, leaves }
  }
  return undefined
}

export function strictPlace({ host, pin }: StrictDrop): FindingPlace {
  return pin === undefined ? keyAt(pathOf('hosts', host.name)) : valueAt(pin.path)
}

/** As a sentence that goes on after the sender: "… come into edge by eth1, but …". */
export function strictDropText({ host, entry, leaves }: StrictDrop, source: string): string {
  const route = leaves === undefined ? 'has no route to it' : `has its route to it by ${leaves}`
  return `come into ${host.name} by ${entry} with ${source} as source, and ${host.name} ${route}, so its strict filter there (rp_filter 1) drops them`
}

/** The larger value counts, so 2 on one of the two is enough. */
export function filterLoosely({ host, entry, pin }: StrictDrop): Fix[] {
  if (pin === undefined) return []
  return [
    {
      title: `Let ${host.name} filter loosely on ${entry}`,
      edits: [{ kind: 'set', path: pin.path, value: 2 }],
    },
  ]
}
