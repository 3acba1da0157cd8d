import type { IpAddress } from '../topology/address.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute } from '../hosts/routing.js'

/** What a host can send by one of its interfaces at a time. */
export interface LinkSize {
  readonly host: HostModel
  readonly interface: string
  readonly network: string | undefined
  /** Bytes. */
  readonly mtu: number
  /** Where the file says it; undefined: it is the usual one of Ethernet. */
  readonly drawn: Path | undefined
}

/** The size of every link on a way, of those the drawing has. */
export function linkSizes(cluster: Cluster, hosts: readonly string[], to: IpAddress): LinkSize[] {
  return hosts.flatMap((name) => {
    const host = cluster.hosts.get(name)
    const lookup = host === undefined ? undefined : lookupRoute(host.state, to)
    return host === undefined || lookup === undefined || lookup.kind === 'none' || lookup.kind === 'local'
      ? []
      : [linkSize(cluster, host, lookup.interface)]
  })
}

function linkSize({ topology }: Cluster, host: HostModel, interfaceName: string): LinkSize {
  const state = host.state.interfaces.get(interfaceName)
  const network = state?.network
  const own = host.drawn.interfaces.get(interfaceName)?.mtu
  const segment = network === undefined ? undefined : topology.networks.get(network)?.mtu
  const mtu = Math.min(state?.mtu ?? USUAL_MTU, segment ?? Infinity)
  const drawn =
    network !== undefined && segment === mtu
      ? pathOf('networks', network, 'mtu')
      : own === undefined
        ? undefined
        : below(pathOf('hosts', host.name), 'interfaces', interfaceName, 'mtu')
  return { host, interface: interfaceName, network, mtu, drawn }
}

/** Ethernet's, in bytes. */
export const USUAL_MTU = 1500

/** What fits through all of them. */
export function leastOf(links: readonly LinkSize[]): number {
  return Math.min(USUAL_LARGEST, ...links.map(({ mtu }) => mtu))
}

const USUAL_LARGEST = 65_535
