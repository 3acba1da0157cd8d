import { oncePerCluster } from '../checks/once.js'
import { vlansOnInterfaces } from '../checks/vlans.js'
import type { Cluster } from '../hosts/cluster.js'
import type { Assumptions } from './assumptions.js'
import type { End } from './crossings.js'

const VLAN_TAG = 4

const parents = oncePerCluster(
  (cluster): ReadonlyMap<string, string> =>
    new Map(vlansOnInterfaces(cluster).map(({ host, name, parent }) => [`${host} ${name}`, parent])),
)

/** The interface whose card an interface uses: its own, or of a VLAN the one it is on. */
export function portOf(cluster: Cluster, { host, interface: name }: End): string {
  const vlans = parents(cluster)
  return vlans.size === 0 ? name : (vlans.get(`${host} ${name}`) ?? name)
}

/** Bytes of VLAN tags on frames of an interface. */
export function tagOf(cluster: Cluster, end: End): number {
  const drawn = cluster.hosts.get(end.host)?.drawn.interfaces.get(end.interface)
  return drawn?.vlan !== undefined || portOf(cluster, end) !== end.interface ? VLAN_TAG : 0
}

/** Bits a second of a port in each direction; that of a bond is the sum of what it joins. */
export function rateOf(
  cluster: Cluster,
  { linkRate, linkRates }: Assumptions,
  host: string,
  port: string,
): number {
  const interfaces = cluster.hosts.get(host)?.drawn.interfaces ?? new Map<string, never>()
  const ofNetworks = [...(linkRates.size === 0 ? [] : interfaces)].flatMap(([name, { network }]) => {
    const rate = network === undefined ? undefined : linkRates.get(network)
    return rate !== undefined && portOf(cluster, { host, interface: name }) === port ? [rate] : []
  })
  const one = linkRates.get(host) ?? (ofNetworks.length > 0 ? Math.min(...ofNetworks) : linkRate)
  return one * Math.max(1, interfaces.get(port)?.bond?.length ?? 1)
}

/** Bytes of the largest packet that an interface sends or takes on its link. */
export function mtuOf({ hosts, topology }: Cluster, { host, interface: name }: End): number {
  const state = hosts.get(host)?.state.interfaces.get(name)
  const segment = state?.network === undefined ? undefined : topology.networks.get(state.network)?.mtu
  return Math.min(state?.mtu ?? Infinity, segment ?? Infinity)
}
