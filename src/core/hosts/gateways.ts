import { say } from '../speech/say.js'
import { contains, familyOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Host, Topology } from '../topology/types.js'
import { isMasqueraded } from './masquerade.js'
import type { ReasonedNeed } from './needs.js'
import type { RealServerModel, ServiceModel } from './services.js'
import type { InterfaceState } from './state.js'

/** Why a host's default gateway of one family is what it is. */
export type GatewayChoice =
  | { readonly kind: 'pinned'; readonly via: IpAddress }
  /** A NAT service needs the director there; `otherwise` is what the host has before a deployment. */
  | {
      readonly kind: 'director'
      readonly via: IpAddress
      readonly otherwise: IpAddress | undefined
      readonly need: ReasonedNeed
    }
  | { readonly kind: 'network'; readonly via: IpAddress }
  /** Several networks offer one, and nothing says which. */
  | { readonly kind: 'ambiguous'; readonly via: undefined; readonly candidates: readonly IpAddress[] }
  | { readonly kind: 'none'; readonly via: undefined }

/**
 * The default gateway of a host: its own; else, for a real server of a NAT service, the director on the network both
 * share, by the inside VIP where it is one of a pair; else that of the only network that has one.
 */
export function chooseGateway(
  family: Family,
  name: string,
  host: Host,
  interfaces: readonly InterfaceState[],
  topology: Topology,
  services: readonly ServiceModel[],
): GatewayChoice {
  const pinned = host.gateways?.find((address) => familyOf(address) === family)
  if (pinned !== undefined) return { kind: 'pinned', via: pinned }
  const offered = offeredByNetworks(family, interfaces, topology)
  const [only] = offered
  const byNetwork: GatewayChoice =
    only === undefined
      ? { kind: 'none', via: undefined }
      : offered.length === 1
        ? { kind: 'network', via: only }
        : { kind: 'ambiguous', via: undefined, candidates: offered }
  return throughDirector(family, name, services, byNetwork.via) ?? byNetwork
}

function throughDirector(
  family: Family,
  name: string,
  services: readonly ServiceModel[],
  otherwise: IpAddress | undefined,
): GatewayChoice | undefined {
  for (const service of services) {
    const { name: serviceName, director, family: of, realServerOf, sorryServer } = service
    const realServer = realServerOf(name) ?? (sorryServer?.name === name ? sorryServer : undefined)
    if (of !== family || director === undefined || director === name) continue
    if (realServer?.mode !== 'nat' || realServer.interface === undefined) continue
    // The director is who is answered, and is found like anybody.
    if (isMasqueraded(service)) continue
    const via = gatewayOfNat(service, realServer)
    if (via === undefined) continue
    return {
      kind: 'director',
      via,
      otherwise,
      need: {
        need: { kind: 'default-route', family, via, interface: realServer.interface },
        why: say`replies of a NAT service must pass the director, which puts the VIP back as their source`,
        services: [serviceName],
      },
    }
  }
  return undefined
}

/** Where replies of a real server of NAT must go: to the director, or the inside VIP that goes over to its backup. */
export function gatewayOfNat(
  { insideVips }: ServiceModel,
  { dip, directorInterface }: RealServerModel,
): IpAddress | undefined {
  if (dip === undefined) return undefined
  return insideVips.find((inside) => inside.interface === directorInterface)?.address ?? dip
}

/** The gateways the networks of a host offer it: more than one where the file must choose. */
export function offeredByNetworks(
  family: Family,
  interfaces: readonly InterfaceState[],
  topology: Topology,
): IpAddress[] {
  const own = new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)))
  const result = new Set<IpAddress>()
  for (const { network, addresses } of interfaces) {
    const drawn = network === undefined ? undefined : topology.networks.get(network)
    for (const gateway of drawn?.gateways ?? []) {
      if (familyOf(gateway) !== family || own.has(gateway)) continue
      // A host that has no address of this family on the network cannot use a gateway there.
      const usable = addresses.some(({ address }) =>
        drawn?.subnets.some((subnet) => contains(subnet, address) && contains(subnet, gateway)),
      )
      if (usable) result.add(gateway)
    }
  }
  return [...result]
}
