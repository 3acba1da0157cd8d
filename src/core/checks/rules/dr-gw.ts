import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import type { Fix } from '../../topology/problem.js'
import { offeredByNetworks } from '../../hosts/gateways.js'
import type { Cluster } from '../../hosts/cluster.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import { lookupRoute } from '../../hosts/routing.js'
import type { ServiceModel } from '../../hosts/services.js'
import { effectiveSetting, forwards } from '../../hosts/sysctl.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { masqueradeInstead } from '../modes.js'
import { byPlace, entryInterface, keyAt, routeCause, takingOut } from '../places.js'
import type { RouteCause } from '../places.js'
import { passes, repliesOf } from '../replies.js'
import type { Reply } from '../replies.js'
import type { Rule } from '../rule.js'
import { hasGatewayFault } from '../structure.js'
import { listed, quoted } from '../wording.js'

export const drGateway: Rule = {
  code: 'DR-GW',
  severity: 'error',
  title: 'Replies of a DR or TUN service go back through the director',
  why: 'Clients wait and give up; the director’s log, if it logs martians, says "martian source" with the client and the VIP.',
  kernel:
    'The reply has the VIP as source, which is a local address of the director. fib_validate_source ' +
    '(fib_frontend.c) refuses packets from a local address unless accept_local is set on the interface they come in ' +
    'by. IPv6 has no such check, but there, too, a director that does not forward drops them.',
  mend:
    'Let the real server’s gateway be the router. Where the director must be it, set accept_local=1 on the director’s ' +
    'interface and let it forward.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1)',
  explains: ['MARTIAN_SOURCE', 'FORWARDING_OFF', 'NO_ROUTE', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    const stopped = deliveries(cluster).flatMap((delivery) => {
      const { mode, local, host, director, realServer } = delivery
      if (mode === 'nat' || local) return []
      const faulty = hasGatewayFault(cluster, host.name, delivery.service.family)
      const refused = repliesOf(cluster, delivery).flatMap((reply) => {
        // A route of its own takes it to the director all the same.
        const cause = faulty ? routeCause(cluster, host, reply.client.address, reply.first) : undefined
        if (faulty && cause?.kind !== 'route') return []
        const reason = passes(reply.path, director.name) ? refusal(cluster, delivery, reply) : undefined
        return reason === undefined ? [] : [{ reply, reason }]
      })
      const [first] = refused
      if (first === undefined) return []
      const cause = routeCause(cluster, host, first.reply.client.address, first.reply.first)
      const clients = refused.map(({ reply }) => reply.client.name)
      return [{ place: cause?.place ?? keyAt(realServer.path), cause, delivery, clients, ...first }]
    })
    for (const together of byPlace(stopped)) {
      const [{ place, cause, delivery, reason, reply }] = together
      const source =
        reply.source === delivery.vip
          ? say`their source ${reply.source} is its own VIP`
          : say`their source is ${reply.source}`
      report(
        place,
        say`replies of ${listed(together.map((one) => one.delivery.host.name))} to ${listed(together.flatMap(({ clients }) => clients))} go through ${delivery.director.name}, which ${reason} (${source}), so ${quoted(together.map((one) => one.delivery.service.name))} gives no answer; ${whatIsWanted(cluster, delivery, cause)}`,
        fixesOf(cluster, delivery, cause),
      )
    }
  },
}

/** NAT services that have the director as gateway of a real server, unless something else is written. */
function natServicesOf(cluster: Cluster, { host, service: { family } }: Delivery): ServiceModel[] {
  return cluster.services.filter(
    (service) =>
      service.family === family && service.realServerOf(host.name)?.mode === 'nat' && !isMasqueraded(service),
  )
}

function isDerived({ host, service }: Delivery, cause: RouteCause | undefined): boolean {
  return cause === undefined && host.gateways.get(service.family)?.kind === 'director'
}

function whatIsWanted(cluster: Cluster, delivery: Delivery, cause: RouteCause | undefined): string {
  const nat = isDerived(delivery, cause) ? natServicesOf(cluster, delivery) : []
  return nat.length === 0
    ? say`the gateway must be a router`
    : say`the gateway is derived for NAT, from ${quoted(nat.map(({ name }) => name))}, and must be a router here`
}

/** Why the director refuses a reply that comes its way; undefined where it lets it through. */
function refusal(
  cluster: Cluster,
  { director, vip }: Delivery,
  { path, client, source }: Reply,
): string | undefined {
  const family = familyOf(vip)
  const before = cluster.hosts.get(path.hosts[path.hosts.indexOf(director.name, 1) - 1] ?? '')
  const entry = before === undefined ? undefined : entryInterface(before, director, client.address)
  if (entry === undefined) return undefined
  const onward = lookupRoute(director.state, client.address)
  const knowsTheWay = onward.kind !== 'none' || (!client.drawn && director.role === 'router')
  // It is looked for a route before it is looked at the source (route.c `ip_route_input_slow`).
  if (!knowsTheWay) {
    return forwards(director.state, family, entry)
      ? say`has no route for ${client.address}`
      : say`does not forward them`
  }
  const own = lookupRoute(director.state, source)
  if (family === 4 && own.kind === 'local' && effectiveSetting(director.state, 'accept_local', entry) === 0) {
    return say`takes them for forged`
  }
  if (!forwards(director.state, family, entry)) return say`does not forward them`
  // With accept_local the strict filter still looks where the VIP is.
  const strict = family === 4 && effectiveSetting(director.state, 'rp_filter', entry) === 1
  return strict && own.kind === 'local' && own.interface !== entry
    ? say`filters strictly on ${entry} and has the VIP on ${own.interface}`
    : undefined
}

function fixesOf(cluster: Cluster, delivery: Delivery, cause: RouteCause | undefined): Fix[] {
  const { host, director, service } = delivery
  if (cause?.kind === 'route') return [takingOut(cause.place.path, say`Take out the route of ${host.name}`)]
  const nat = natServicesOf(cluster, delivery)
  const masquerades = nat.map(masqueradeInstead)
  const canMasquerade = masquerades.every(({ length }) => length > 0)
  const edits = masquerades.flatMap((fixes) => fixes.flatMap((fix) => fix.edits))
  const names = quoted(nat.map(({ name }) => name))
  // With the director's own address as the client's, replies of NAT come back to it by whatever gateway.
  if (isDerived(delivery, cause) && nat.length > 0 && canMasquerade)
    return [{ title: say`Let the director masquerade ${names}`, edits }]
  if (cause?.kind !== 'gateway') return []
  const interfaces = [...host.before.interfaces.values()]
  const offered = offeredByNetworks(service.family, interfaces, cluster.topology)
  const ownedByDirector = new Set(
    [...director.state.interfaces.values()].flatMap(({ addresses }) =>
      addresses.map(({ address }) => address),
    ),
  )
  const routers = offered.filter((gateway) => !ownedByDirector.has(gateway))
  const [only] = routers
  // Lifted, the gateway would be derived from a NAT service of the same host, or from the networks if they agree.
  const derivesRouter = offered.length === 1 && nat.length === 0
  if (only !== undefined && derivesRouter) {
    return [takingOut(cause.place.path, say`Lift the pin of ${host.name}'s gateway; ${only} is derived`)]
  }
  return routers.map((gateway) => {
    const change = { kind: 'set', path: cause.place.path, value: gateway } as const
    return nat.length > 0 && canMasquerade
      ? {
          title: say`Change the gateway of ${host.name} to ${gateway}, and let the director masquerade ${names}`,
          edits: [change, ...edits],
        }
      : { title: say`Change the gateway of ${host.name} to ${gateway}`, edits: [change] }
  })
}
