import { addressBits, familyOf, parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { routedPath } from '../hosts/routing.js'
import type { Walk } from '../packet/walk.js'
import type { TopologyEdit, Written } from '../topology/edit.js'
import { below, pathOf } from '../topology/path.js'

/**
 * Takes away what keeps a packet where a walk ends, without asking whether anybody would do it so: to see what is behind.
 * Nothing where that takes more than one host.
 */
export function plainMending(walk: Walk, cluster: Cluster): readonly TopologyEdit[] {
  const host = cluster.hosts.get(walk.at)
  const service = cluster.services.find(({ name }) => name === walk.service)
  if (walk.verdict === 'NO_SERVICE') {
    // Another one takes its packets.
    return cluster.services.flatMap(({ name }): TopologyEdit[] =>
      name === walk.service ? [] : [{ kind: 'remove', what: 'service', name }],
    )
  }
  if (host === undefined) return []
  const path = pathOf('hosts', host.name)
  const sysctls = (values: Readonly<Record<string, number>>): TopologyEdit[] =>
    Object.entries(values).map(([key, value]) => ({
      kind: 'set',
      path: below(path, 'sysctls', key),
      value,
    }))
  const forwarding = Object.fromEntries(
    [...host.drawn.interfaces.keys()].flatMap((name) =>
      [4, 6].map((family) => [`net.ipv${family}.conf.${name}.forwarding`, 1]),
    ),
  )
  switch (walk.verdict) {
    case 'FIREWALL_DROP':
      return [{ kind: 'unset', path: below(path, 'drops') }]
    case 'MTU_BLACKHOLE':
      return ordinarySizes(cluster)
    case 'NOT_LISTENING':
      return [{ kind: 'unset', path: below(path, 'listens') }]
    case 'RP_FILTER_DROP':
      return sysctls(
        Object.fromEntries(
          ['all', ...host.state.interfaces.keys()].map((name) => [`net.ipv4.conf.${name}.rp_filter`, 0]),
        ),
      )
    case 'FORWARDING_OFF':
      return sysctls({ ...forwarding, 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 })
    case 'MARTIAN_SOURCE':
      return sysctls({ ...forwarding, 'net.ipv4.conf.all.accept_local': 1, 'net.ipv4.ip_forward': 1 })
    case 'NO_ROUTE': {
      const target = parseAddress(/ no route to (?:the real server )?(\S+)/.exec(walk.reason)?.[1] ?? '')
      return target === undefined ? [] : routeTo(cluster, host, target, service?.director)
    }
    case 'NOT_SAME_L2':
      return walk.realServer === undefined
        ? []
        : [
            {
              kind: 'set',
              path: pathOf('services', walk.service, 'real-servers', walk.realServer, 'mode'),
              value: 'tun',
            },
          ]
    case 'REPLY_SKIPS_DIRECTOR': {
      const client = clientOf(walk)
      const realServer = cluster.hosts.get(walk.realServer ?? '')
      const director = cluster.hosts.get(walk.director ?? '')
      if (client === undefined || realServer === undefined || director === undefined) return []
      return withRoute(realServer, client, nextHop(realServer, director, client))
    }
    default:
      return []
  }
}

/** Ethernet's everywhere, and nobody who refuses to be told of less. */
function ordinarySizes({ topology }: Cluster): TopologyEdit[] {
  const paths = [
    ...[...topology.networks.keys()].map((name) => pathOf('networks', name, 'mtu')),
    ...[...topology.hosts].flatMap(([host, { interfaces }]) => [
      pathOf('hosts', host, 'drops'),
      ...[...interfaces.keys()].map((name) => pathOf('hosts', host, 'interfaces', name, 'mtu')),
    ]),
  ]
  return paths.map((path) => ({ kind: 'unset', path }))
}

function clientOf({ hops }: Walk): IpAddress | undefined {
  return hops[0]?.packetOut?.ip.src
}

/** By a neighbour that gets it there: a router rather than the director. */
function routeTo(
  cluster: Cluster,
  host: HostModel,
  target: IpAddress,
  director: string | undefined,
): readonly TopologyEdit[] {
  const ways = [...cluster.hosts.values()]
    .filter((other) => other !== host && other.role !== 'real-server' && other.role !== 'client')
    .sort((a, b) => Number(a.name === director) - Number(b.name === director))
  for (const other of ways) {
    const hop = nextHop(host, other, target)
    const { end, hosts } = routedPath(cluster, other.name, target)
    if (hop === undefined || hosts.includes(host.name) || end === 'no-route' || end === 'loop') continue
    return withRoute(host, target, hop)
  }
  return []
}

/** Where another host is on a link of this one. */
function nextHop(from: HostModel, to: HostModel, target: IpAddress): IpAddress | undefined {
  const networks = new Set([...from.drawn.interfaces.values()].flatMap(({ network }) => network ?? []))
  return [...to.drawn.interfaces.values()]
    .filter(({ network }) => network !== undefined && networks.has(network))
    .flatMap(({ addresses }) => addresses)
    .find((address) => familyOf(address) === familyOf(target))
}

function withRoute(
  { name, drawn }: HostModel,
  to: IpAddress,
  via: IpAddress | undefined,
): readonly TopologyEdit[] {
  if (via === undefined) return []
  const route = (target: string, gateway: string): Written =>
    new Map([
      ['to', target],
      ['via', gateway],
    ])
  const others = drawn.routes.flatMap((known) =>
    known.to === undefined || known.via === undefined ? [] : [route(known.to, known.via)],
  )
  const value = [...others, route(`${to}/${addressBits(familyOf(to))}`, via)]
  return [{ kind: 'set', path: pathOf('hosts', name, 'routes'), value }]
}
