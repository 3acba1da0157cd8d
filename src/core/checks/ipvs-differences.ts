import { say } from '../speech/say.js'
import { destinationKey, destinationOptions, targetOptions } from '../formats/ipvsadm.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { targetText } from '../hosts/needs.js'
import { tableWasRead } from '../hosts/observed-cluster.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { withPort } from '../topology/address.js'
import { serviceOptions } from '../formats/ipvsadm.js'
import { oncePerCluster } from './once.js'
import { keyAt } from './places.js'
import type { FindingPlace } from './rule.js'

/** Where the IPVS table of a real director is not what is drawn. */
export interface IpvsDifference {
  /** `wrong`: requests are not sent where the drawing says; `other`: they are, but not as it says. */
  readonly kind: 'wrong' | 'other'
  readonly place: FindingPlace
  readonly message: string
}

export const ipvsDifferences = oncePerCluster((cluster): readonly IpvsDifference[] =>
  cluster.services.flatMap((service) =>
    service.drawn.directors.flatMap((name) => {
      const director = cluster.hosts.get(name)
      return director === undefined ? [] : differencesOn(cluster, service, director)
    }),
  ),
)

function differencesOn(cluster: Cluster, service: ServiceModel, director: HostModel): IpvsDifference[] {
  const { observed } = director
  const wanted = service.virtualService
  if (observed === undefined || wanted === undefined || !tableWasRead(observed)) return []
  const target = targetOptions(wanted.target)
  const found = director.state.virtualServices.find((each) => targetOptions(each.target) === target)
  if (found === undefined) {
    const why = director.state.modules.has('ip_vs') ? '' : say`; ip_vs is not loaded`
    return [
      {
        kind: 'wrong',
        place: keyAt(service.path),
        message: say`${director.name} has no service ${targetText(wanted.target)} ("${service.name}") in its IPVS table${why}`,
      },
    ]
  }
  return [
    ...ofService(service, director, wanted, found),
    ...ofDestinations(cluster, service, director, wanted, found),
  ]
}

function ofService(
  service: ServiceModel,
  director: HostModel,
  wanted: VirtualService,
  found: VirtualService,
): IpvsDifference[] {
  if (serviceOptions(wanted) === serviceOptions(found)) return []
  const what =
    wanted.scheduler === found.scheduler
      ? say`"${serviceOptions(found)}", and the drawing means "${serviceOptions(wanted)}"`
      : say`the scheduler ${found.scheduler}, and the drawing says ${wanted.scheduler}`
  return [
    {
      kind: 'other',
      place: keyAt(service.path),
      message: say`"${service.name}" has in the IPVS table of ${director.name} ${what}`,
    },
  ]
}

function ofDestinations(
  { hosts }: Cluster,
  service: ServiceModel,
  { name: director, observed }: HostModel,
  wanted: VirtualService,
  found: VirtualService,
): IpvsDifference[] {
  const pool = observed?.pool
  const there = new Map(found.destinations.map((each) => [addressOf(each), each]))
  const byRip = new Map<string, RealServerModel>()
  for (const realServer of service.realServers) {
    if (realServer.rip !== undefined) byRip.set(realServer.rip, realServer)
  }
  const result: IpvsDifference[] = []
  for (const destination of wanted.destinations) {
    const realServer = byRip.get(destination.address)
    const place = keyAt(realServer?.path ?? service.path)
    const who = say`${realServer?.name ?? destination.address} (${addressOf(destination)}) of "${service.name}"`
    const same = there.get(addressOf(destination))
    there.delete(addressOf(destination))
    if (same === undefined) {
      // Health checks take real servers out and bring them back: that is what they are for.
      if (pool?.takenOut.has(destinationKey(wanted.target, destination)) === true) continue
      const [other] = found.destinations.filter(({ address }) => address === destination.address)
      result.push({
        kind: 'wrong',
        place,
        message: say`${who} is not in the IPVS table of ${director}${other === undefined ? '' : say`; there it has port ${other.port}`}`,
      })
    } else if (forwarding(same) !== forwarding(destination)) {
      result.push({
        kind: 'wrong',
        place,
        message: say`${director} forwards to ${who} by ${forwarding(same)}, and the drawing says ${forwarding(destination)}`,
      })
    } else if (destinationOptions(same) !== destinationOptions(destination)) {
      result.push({
        kind: 'other',
        place,
        message: say`${who} has in the IPVS table of ${director} ${limits(same)}, and the drawing says ${limits(destination)}${same.weight === 0 ? say`; weight 0 takes no new connections` : ''}`,
      })
    }
  }
  const { sorryServer } = service.drawn
  for (const extra of there.values()) {
    const drawnAtOtherPort = byRip.has(extra.address)
    if (drawnAtOtherPort || extra.address === sorryServer?.address) continue
    const owner = [...hosts.values()].find((host) =>
      [...host.state.interfaces.values()].some(({ network, addresses }) =>
        network === undefined ? false : addresses.some(({ address }) => address === extra.address),
      ),
    )
    result.push({
      kind: 'other',
      place: keyAt(service.path),
      message: say`${director} also sends requests of "${service.name}" to ${addressOf(extra)}${owner === undefined ? '' : ` (${owner.name})`}, which is not drawn as its real server`,
    })
  }
  return result
}

function addressOf({ address, port }: Destination): string {
  return withPort(address, port)
}

/** What the packet becomes on its way to the real server. */
function forwarding({ method, tunnel }: Destination): string {
  if (tunnel === undefined || tunnel.type === 'ipip') return method
  const { type, port, checksum } = tunnel
  const at = type === 'gue' && port !== undefined ? say` at port ${port}` : ''
  return `${method} (${type}${at}${checksum === 'none' ? '' : `, ${checksum}`})`
}

function limits({ weight, upper, lower }: Destination): string {
  return upper === 0 && lower === 0
    ? say`weight ${weight}`
    : say`weight ${weight} and thresholds ${upper} and ${lower}`
}
