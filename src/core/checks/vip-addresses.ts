import { say } from '../speech/say.js'
import type { IpAddress } from '../topology/address.js'
import type { Fix } from '../topology/problem.js'
import type { ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'
import { takingOut } from './places.js'
import { addressPath, drawnAddresses } from './structure.js'
import type { DrawnAddress } from './structure.js'

/** A VIP that the file draws as the own address of a host. */
export interface DrawnVip {
  readonly drawn: DrawnAddress
  /** The services with this VIP, not empty. */
  readonly services: readonly [ServiceModel, ...ServiceModel[]]
  /** The host is a real server of one of them that takes requests for the VIP itself (DR, TUN). */
  readonly takesRequests: boolean
}

export const servicesByVip = oncePerCluster(
  ({ services }): ReadonlyMap<IpAddress, readonly [ServiceModel, ...ServiceModel[]]> => {
    const result = new Map<IpAddress, [ServiceModel, ...ServiceModel[]]>()
    for (const service of services) {
      const { vip } = service.drawn
      if (vip === undefined) continue
      const known = result.get(vip)
      if (known === undefined) result.set(vip, [service])
      else known.push(service)
    }
    return result
  },
)

export const drawnVips = oncePerCluster((cluster): readonly DrawnVip[] => {
  const byVip = servicesByVip(cluster)
  return drawnAddresses(cluster).flatMap((drawn): DrawnVip[] => {
    const services = byVip.get(drawn.address)
    if (services === undefined) return []
    const takesRequests = services.some((service) => {
      const realServer = service.realServerOf(drawn.host.name)
      return (
        realServer !== undefined &&
        !realServer.local &&
        (realServer.mode === 'dr' || realServer.mode === 'tun')
      )
    })
    return [{ drawn, services, takesRequests }]
  })
})

export function takeOff(drawn: DrawnAddress): Fix {
  const { host, interface: interfaceName, address } = drawn
  return takingOut(addressPath(drawn), say`Take ${address} off ${interfaceName} of ${host.name}`)
}
