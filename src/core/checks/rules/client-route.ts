import { say } from '../../speech/say.js'
import type { IpAddress } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Client } from '../../hosts/clients.js'
import type { Cluster } from '../../hosts/cluster.js'
import { hasAddress } from '../../hosts/observed-cluster.js'
import { lookupRoute } from '../../hosts/routing.js'
import type { ServiceModel } from '../../hosts/services.js'
import { way } from '../journeys.js'
import type { Obstacle } from '../journeys.js'
import { byPlace, keyAt, routeCause } from '../places.js'
import { clientsOfService } from '../replies.js'
import type { FindingPlace, Rule } from '../rule.js'
import { canBeVip, hasGatewayFault, misplacedHosts } from '../structure.js'
import { drawnVips, servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const clientRoute: Rule = {
  code: 'CLIENT-ROUTE',
  severity: 'error',
  title: 'Requests of a client do not find the way to the director',
  why: 'The client gets no connection: its requests end elsewhere.',
  kernel:
    'A request is routed by the destination address, the VIP, until a host has it as a local address (fib_trie.c, fib_table_lookup).',
  mend: 'Give the client, or the routers on the way, a gateway or a route towards the VIP.',
  source: 'net/ipv4/fib_trie.c (Linux 6.1)',
  explains: ['NO_ROUTE', 'NEIGHBOUR_UNREACHABLE', 'LOOP', 'FORWARDING_OFF', 'SERVED_BYPASSING_DIRECTOR'],
  leg: 'request',
  check: (cluster, report) => {
    const lost = cluster.services.flatMap((service) =>
      clientsOfService(cluster, service).flatMap((client) => lostRequest(cluster, service, client)),
    )
    for (const together of byPlace(lost)) {
      const [{ place, client, director, stuck }] = together
      report(
        place,
        say`requests of ${client} to ${listed(together.map(({ vip }) => vip))}, the VIP of ${quoted(together.map(({ service }) => service))}, do not get to ${director}: ${stuck.at} ${stuck.what}`,
      )
    }
  },
}

interface LostRequest {
  readonly place: FindingPlace
  readonly client: string
  readonly service: string
  readonly vip: IpAddress
  readonly director: string
  readonly stuck: Obstacle
}

function lostRequest(cluster: Cluster, service: ServiceModel, { name, drawn }: Client): LostRequest[] {
  const { director } = service
  const { vip } = service.drawn
  const client = drawn ? cluster.hosts.get(name) : undefined
  if (client === undefined || director === undefined || vip === undefined || !canBeVip(vip)) return []
  if (service.virtualService === undefined || misplacedHosts(cluster).has(director)) return []
  if (misplacedHosts(cluster).has(name) || hasGatewayFault(cluster, name, service.family)) return []
  // Found without the VIP, it takes no requests at all: VIP-LOCAL speaks.
  const active = cluster.hosts.get(director)
  if (active?.observed !== undefined && !hasAddress(active, vip)) return []
  // A client that is also a real server of the VIP, or has it by mistake, is its own.
  const lookup = lookupRoute(client.state, vip)
  const stuck = lookup.kind === 'local' ? undefined : way(cluster, name, vip, director)
  if (stuck === undefined || (stuck.takes && !takesAsRealServer(cluster, stuck.at, vip))) return []
  const cause = routeCause(cluster, client, vip, lookup)
  const place = cause === undefined || cause.kind === 'network' ? keyAt(pathOf('hosts', name)) : cause.place
  return [{ place, client: name, service: service.name, vip, director, stuck }]
}

/**
 * The host has the VIP because it is a real server, and requests come by it: it answers past the director. Where it
 * has the VIP for another reason, VIP-HOST or ADDR-DUP speaks.
 */
function takesAsRealServer(cluster: Cluster, name: string, vip: IpAddress): boolean {
  const services = servicesByVip(cluster).get(vip) ?? []
  const drawn = drawnVips(cluster).some(
    ({ drawn: { host, address } }) => host.name === name && address === vip,
  )
  return !drawn && services.every(({ director }) => director !== name)
}
