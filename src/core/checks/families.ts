import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Cluster } from '../hosts/cluster.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'

/** A real server that could only be reached by an address of the other family than the VIP's. */
export interface FamilyMismatch {
  readonly service: ServiceModel
  readonly realServer: RealServerModel
  readonly vip: IpAddress
  readonly rip: IpAddress
  /** The file names this RIP. */
  readonly pinned: boolean
}

export const familyMismatches = oncePerCluster((cluster): readonly FamilyMismatch[] =>
  cluster.services.flatMap((service) => {
    const { vip } = service.drawn
    if (vip === undefined || service.director === undefined) return []
    return service.realServers.flatMap((realServer): FamilyMismatch[] => {
      const rip = otherFamilyRip(cluster, service, realServer)
      return rip === undefined
        ? []
        : [{ service, realServer, vip, rip, pinned: realServer.drawn.address !== undefined }]
    })
  }),
)

function otherFamilyRip(
  { hosts }: Cluster,
  { family }: ServiceModel,
  { name, drawn, candidates, interface: own }: RealServerModel,
): IpAddress | undefined {
  if (drawn.address !== undefined) {
    return own !== undefined && familyOf(drawn.address) !== family ? drawn.address : undefined
  }
  const host = candidates.length === 0 ? hosts.get(name) : undefined
  return host === undefined
    ? undefined
    : [...host.drawn.interfaces.values()]
        .flatMap(({ addresses }) => addresses)
        .find((address) => familyOf(address) !== family)
}
