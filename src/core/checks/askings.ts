import { familyOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute, routedPath } from '../hosts/routing.js'
import { effectiveSetting } from '../hosts/sysctl.js'
import { arpIgnores, arpSender } from '../packet/neighbour.js'
import { deliveries } from './deliveries.js'
import type { Delivery } from './deliveries.js'
import { oncePerCluster } from './once.js'
import { entryInterface } from './places.js'
import { repliesOf, sourceOfRequests } from './replies.js'
import type { Reply } from './replies.js'
import { requestWay } from './ways.js'

/** One host asks for another's link-layer address, by ARP or neighbour discovery, before that one has asked for its own. */
export interface Asking {
  readonly service: string
  readonly family: Family
  /** Undefined: somebody who is not drawn. */
  readonly asker: HostModel | undefined
  readonly asked: HostModel
  readonly askedInterface: string
  /** Whom the packet that waits is from; undefined with the asker. */
  readonly source: IpAddress | undefined
  /** The address that is asked for. */
  readonly target: IpAddress | undefined
}

/** Every question for a neighbour that a request or its reply takes, in the order of their way. */
export const askings = oncePerCluster((cluster) => asked(cluster).flatMap(({ passing }) => passing))

/** Those that a director asks besides, before it can tell a client by ICMP that a packet is too big for a tunnel. */
export const tellings = oncePerCluster((cluster) => asked(cluster).flatMap(({ telling }) => telling))

interface Asked {
  readonly passing: readonly Asking[]
  readonly telling: readonly Asking[]
}

const asked = oncePerCluster((cluster): readonly Asked[] =>
  deliveries(cluster).flatMap((delivery) => {
    // Without a request there is no reply: DR-L2 speaks.
    if (delivery.mode === 'dr' && delivery.reach !== 'link') return []
    return repliesOf(cluster, delivery).flatMap((reply) => askedFor(cluster, delivery, reply) ?? [])
  }),
)

function askedFor(
  cluster: Cluster,
  delivery: Delivery,
  { client, to, path: { hosts: back } }: Reply,
): Asked | undefined {
  const { service, director, vip, rip, local, mode } = delivery
  const request = requestWay(cluster, service, client)
  if (client.drawn && request.length === 0) return undefined
  const found: Asking[] = []
  // Who answers has learned who asked (arp.c `arp_process`), and needs not ask in turn.
  const known = new Set<string>()
  const follow = (
    hosts: readonly string[],
    destination: IpAddress,
    sourceAt: (asker: string) => IpAddress | undefined,
  ) => {
    const family = familyOf(destination)
    for (const [index, name] of hosts.slice(1).entries()) {
      const asker = cluster.hosts.get(hosts[index] ?? '')
      const host = cluster.hosts.get(name)
      if (asker === undefined || host === undefined || known.has(`${name} ${asker.name} ${family}`)) continue
      const askedInterface = entryInterface(asker, host, destination)
      if (askedInterface === undefined) continue
      known.add(`${asker.name} ${name} ${family}`)
      const way = lookupRoute(asker.state, destination)
      found.push({
        service: service.name,
        family,
        asker,
        asked: host,
        askedInterface,
        source: sourceAt(asker.name),
        target: way.kind === 'via' ? way.gateway : destination,
      })
    }
  }
  const { vipInterface } = service
  if (request.length < 2 && vipInterface !== undefined && vipInterface !== 'lo') {
    const family = familyOf(vip)
    found.push({
      service: service.name,
      family,
      asker: undefined,
      asked: director,
      askedInterface: vipInterface,
      source: undefined,
      target: undefined,
    })
  }
  follow(request, vip, () => client.address)
  // A tunnel's own source is taken for the way.
  const onward = mode === 'tun' ? undefined : (sourceOfRequests(delivery) ?? client.address)
  if (!local) follow(routedPath(cluster, director.name, rip).hosts, rip, () => onward)
  // Of NAT the reply is from the real server until it has passed the director.
  const passed = mode === 'nat' && !local ? back.indexOf(director.name, 1) : 0
  const masqueraded = to !== client.address
  if (masqueraded) follow(passed < 0 ? back : back.slice(0, passed + 1), to, () => rip)
  follow(masqueraded ? back.slice(Math.max(passed, 0)) : back, client.address, (asker) =>
    passed < 0 || back.indexOf(asker) < passed ? rip : vip,
  )
  const passing = found.splice(0)
  if (mode === 'tun' && !local) {
    follow(routedPath(cluster, director.name, client.address).hosts, client.address, () => vip)
  }
  return { passing, telling: found }
}

/** It has an interface that answers only who asks with an address of its own subnet (arp_ignore 2). */
export function isChoosy({ state }: HostModel): boolean {
  return [...state.interfaces.keys()].some((name) => effectiveSetting(state, 'arp_ignore', name) === 2)
}

/** Who is asked answers those of its own subnet alone (arp_ignore 2), and is asked by another. */
export function isTakenForStranger({
  family,
  asker,
  asked: { state },
  askedInterface,
  source,
  target,
}: Asking): boolean {
  const device = state.interfaces.get(askedInterface)
  if (family !== 4 || asker === undefined || device === undefined || target === undefined) return false
  if (effectiveSetting(state, 'arp_ignore', askedInterface) !== 2) return false
  const way = lookupRoute(asker.state, target)
  const from = way.kind === 'on-link' ? asker.state.interfaces.get(way.interface) : undefined
  if (from === undefined || source === undefined) return false
  const route = (address: IpAddress) => lookupRoute(asker.state, address)
  const sender = arpSender({ host: { state: asker.state, route }, interface: from }, target, source)
  return arpIgnores(state, device, 2, target, sender) && !arpIgnores(state, device, 2, target, undefined)
}
