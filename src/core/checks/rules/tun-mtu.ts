import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Client } from '../../hosts/clients.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { routedPath } from '../../hosts/routing.js'
import type { ServiceModel } from '../../hosts/services.js'
import { tunnelOverhead } from '../../hosts/tunnel-overhead.js'
import { IPV6_MIN_MTU } from '../../packet/neighbour.js'
import { overheadOnWire } from '../../packet/tunnel.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { dropPath } from '../firewall.js'
import { USUAL_MTU, leastOf, linkSizes } from '../links.js'
import type { LinkSize } from '../links.js'
import { byPlace, keyAt, takingOut, valueAt } from '../places.js'
import { clientsOfService } from '../replies.js'
import type { Rule } from '../rule.js'
import { untoldClients } from '../untold-clients.js'
import type { UntoldClients } from '../untold-clients.js'
import { requestWay, routersOf } from '../ways.js'
import { listed, quoted } from '../wording.js'

export const tunnelMtu: Rule = {
  code: 'TUN-MTU',
  severity: 'warning',
  title: 'A full packet does not fit into the tunnel',
  why: 'Small requests work. Uploads begin and stall where the message to send less does not reach the client: a file of some kilobytes never arrives. A tunnel over IPv6 with less than 1280 bytes of room carries nothing at all.',
  kernel:
    'The tunnel puts its header before the packet: 20 bytes for IPIP, 24 for GRE, 32 for GUE, and 20 more over IPv6. What is then too ' +
    'long for the link is dropped, and the director tells the client by ICMP "fragmentation needed" (type 3, code 4; ICMPv6 "packet too ' +
    'big") what fits (ensure_mtu_is_adequate, ip_vs_xmit.c). Whoever filters ICMP makes a black hole, and so does a client that has no way back from the director or answers none of its ARP. ' +
    'Over IPv6 no way with less than 1280 bytes for the packet inside is taken (__ip_vs_get_out_rt_v6, ip_vs_xmit.c), and whoever sends ' +
    'IPv6 goes by no message that less than 1280 would fit (__ip6_rt_update_pmtu, ipv6/route.c; RFC 8201).',
  mend:
    'Carry 1500 bytes and the header between director and real servers, or let ICMP errors through to clients. Or announce less on the real server ' +
    '("ip route replace default via GW advmss 1440"), or let the director fragment with net.ipv4.vs.pmtu_disc=0, which is for IPv4. Whoever is to be told needs a way from the director, and must answer its ARP.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1); RFC 1191; RFC 2923',
  explains: [],
  mayExplain: ['MTU_BLACKHOLE'],
  check: (cluster, report) => {
    const mute = untoldClients(cluster)
    if (!saysAnything(cluster) && mute.size === 0) return
    const known = new Map<ServiceModel, readonly Asker[]>()
    const tunnels = deliveries(cluster).flatMap((delivery) => tunnelOf(cluster, delivery, known))
    for (const together of byPlace(tunnels.flatMap((tunnel) => untold(tunnel, mute)))) {
      const [{ place, director, room, stuck }] = together
      report(
        place,
        say`${director} cannot tell ${listed(together.flatMap(({ clients }) => clients))} that only ${room} bytes fit into the tunnel of ${quoted(together.map(({ service }) => service))}, since ${stuck.at} ${stuck.what}: uploads stall`,
      )
    }
    for (const together of byPlace(tunnels.flatMap(floorless))) {
      const [{ place, link }] = together
      const room = Math.min(...together.map((one) => one.room))
      const needed = Math.max(...together.map((one) => one.needed))
      report(
        place,
        say`${link.network ?? say`${link.interface} of ${link.host.name}`} leaves ${room} bytes in the tunnel of ${quoted(together.map(({ service }) => service))} to ${listed(together.map(({ realServer }) => realServer))} over IPv6; below ${IPV6_MIN_MTU} IPVS drops every request, however small, and tells nobody`,
        raises(cluster, link, needed, []),
      )
    }
    for (const together of byPlace(tunnels.flatMap(tightLinks))) {
      const [{ place, link, room }] = together
      const needed = Math.max(...together.map((one) => one.needed))
      const carries = say`${link.network ?? say`${link.interface} of ${link.host.name}`} carries ${link.mtu} bytes, and requests of ${quoted(together.map(({ service }) => service))} can take ${needed} in the tunnel to ${listed(together.map(({ realServer }) => realServer))}`
      report(
        place,
        together.some((one) => one.unheeded)
          ? say`${carries}; clients are told by ICMP that ${room} would fit, and with IPv6 they send nothing below ${IPV6_MIN_MTU}: uploads stall`
          : say`${carries}; clients must learn by ICMP to send ${room} at most`,
        raises(cluster, link, needed, together),
      )
    }
    if (!refusesIcmp(cluster)) return
    for (const together of byPlace(tunnels.flatMap((tunnel) => deafTo(cluster, tunnel)))) {
      const [{ place, host, what, room }] = together
      report(
        place,
        say`the firewall of ${host.name} refuses ${what}, by which the director tells ${listed(together.map(({ client }) => client))} that only ${room} bytes fit into the tunnel of ${quoted(together.map(({ service }) => service))}: uploads stall`,
        [takingOut(place.path, say`Let ${host.name} accept ${what}`)],
      )
    }
  },
}

/** The director's own link, where it leaves less in a tunnel over IPv6 than IPv6 must have (ip_vs_xmit.c `__ip_vs_get_out_rt_v6`). */
function floorless({ delivery, links: [link], overhead }: TunnelWay) {
  if (link === undefined || !isFloorless(link, delivery)) return []
  const { service, realServer } = delivery
  return [
    {
      place: link.drawn === undefined ? keyAt(realServer.path) : valueAt(link.drawn),
      link,
      needed: IPV6_MIN_MTU + overhead,
      room: link.mtu - overhead,
      service: service.name,
      realServer: realServer.name,
    },
  ]
}

function isFloorless({ host, interface: device, mtu }: LinkSize, { rip, realServer }: Delivery): boolean {
  if (familyOf(rip) === 4) return false
  const sends = host.state.interfaces.get(device)?.mtu ?? mtu
  return sends - overheadOnWire(realServer.tunnel, 6) < IPV6_MIN_MTU
}

function untold({ delivery, links, overhead, askers, cuts }: TunnelWay, mute: UntoldClients) {
  const { director, service } = delivery
  if (cuts) return []
  const least = leastOf(links)
  const stuck = mute.get(service)
  const clients = askers.flatMap(({ client: { name }, size }) =>
    size + overhead > least && stuck?.has(name) === true ? [name] : [],
  )
  const [first = ''] = clients
  const why = stuck?.get(first)
  if (why === undefined) return []
  return [
    {
      place: keyAt(pathOf('hosts', director.name)),
      director: director.name,
      service: service.name,
      room: least - overhead,
      clients,
      stuck: why,
    },
  ]
}

/** Where no size and no refusal of ICMP is drawn, nothing is known but that it is as usual. */
function saysAnything(cluster: Cluster): boolean {
  const { networks, hosts } = cluster.topology
  return (
    refusesIcmp(cluster) ||
    [...networks.values()].some(({ mtu }) => mtu !== undefined) ||
    [...hosts.values()].some(({ interfaces }) =>
      [...interfaces.values()].some(({ mtu }) => mtu !== undefined),
    )
  )
}

function refusesIcmp({ topology }: Cluster): boolean {
  return [...topology.hosts.values()].some(({ drops }) =>
    drops.some(({ protocol }) => protocol === 'icmp' || protocol === 'icmpv6'),
  )
}

interface TunnelWay {
  readonly delivery: Delivery
  readonly links: readonly LinkSize[]
  /** The drawn hosts from the director on. */
  readonly hosts: readonly string[]
  /** Bytes. */
  readonly overhead: number
  readonly askers: readonly Asker[]
  /** The director itself cuts what is too long for its own link (pmtu_disc 0), and tells nobody. */
  readonly cuts: boolean
}

interface Asker {
  readonly client: Client
  /** The largest packet that gets from it to the director. */
  readonly size: number
  readonly networks: ReadonlySet<string>
  /** What keeps the director's message from it. */
  readonly deaf: readonly Refusal[]
}

interface Refusal {
  readonly host: HostModel
  readonly path: Path
  readonly what: Icmp
}

function tunnelOf(
  cluster: Cluster,
  delivery: Delivery,
  known: Map<ServiceModel, readonly Asker[]>,
): TunnelWay[] {
  const { mode, local, reach, director, rip, realServer, service, vip } = delivery
  if (mode !== 'tun' || local || reach === 'none') return []
  const fragments = Number(director.drawn.sysctls.get('net.ipv4.vs.pmtu_disc') ?? '1') === 0
  const cuts = fragments && familyOf(vip) === 4
  // What the director may cut in pieces, a router may too; but not of IPv6.
  if (cuts && familyOf(rip) === 4) return []
  const askers =
    known.get(service) ??
    clientsOfService(cluster, service).map((client) => askerOf(cluster, service, client, delivery))
  known.set(service, askers)
  const { hosts } = routedPath(cluster, director.name, rip)
  return [
    {
      delivery,
      askers,
      cuts,
      hosts,
      links: linkSizes(cluster, hosts, rip),
      overhead: tunnelOverhead(realServer.tunnel, familyOf(rip)),
    },
  ]
}

function askerOf(
  cluster: Cluster,
  service: ServiceModel,
  client: Client,
  { director, vip }: Delivery,
): Asker {
  const back = routedPath(cluster, director.name, client.address)
  const deaf = [
    ...routersOf(back, client.name).flatMap((name) =>
      refusal(cluster.hosts.get(name), 'forward', icmpOf(vip)),
    ),
    ...refusal(client.drawn ? cluster.hosts.get(client.name) : undefined, 'input', icmpOf(vip)),
  ]
  if (client.drawn) {
    const links = linkSizes(cluster, requestWay(cluster, service, client), vip)
    return {
      client,
      deaf,
      size: links.length === 0 ? USUAL_MTU : leastOf(links),
      networks: new Set(links.flatMap(({ network }) => network ?? [])),
    }
  }
  const entry = director.state.interfaces.get(service.vipInterface ?? '')
  const near = client.network !== undefined
  const size = entry === undefined || entry.name === 'lo' ? USUAL_MTU : entry.mtu
  return {
    client,
    deaf,
    // From further away nobody counts on more than Ethernet's.
    size: near ? size : Math.min(size, USUAL_MTU),
    networks: new Set(near ? [client.network] : []),
  }
}

function tightLinks({ delivery, links, overhead, askers, cuts }: TunnelWay) {
  const size = Math.max(0, ...askers.map((asker) => asker.size))
  const needed = size + overhead
  const { rip, vip, realServer } = delivery
  // Of what a router behind the director says, IPVS tells the client only with IPv4 in IPv4 (ip_vs_in_icmp, ip_vs_core.c).
  const isTold = familyOf(rip) === 4 && familyOf(vip) === 4
  return links.flatMap((link, index) =>
    link.mtu >= needed ||
    (index === 0 && (cuts || isFloorless(link, delivery))) ||
    (link.drawn === undefined && (index === 0 || isTold))
      ? []
      : [
          {
            place: link.drawn === undefined ? keyAt(realServer.path) : valueAt(link.drawn),
            link,
            needed,
            room: link.mtu - overhead,
            /** RFC 8201, 4. */
            unheeded: familyOf(vip) === 6 && link.mtu - overhead < IPV6_MIN_MTU,
            service: delivery.service.name,
            realServer: delivery.realServer.name,
            askers,
          },
        ],
  )
}

/** More for the link, where that does not make clients send more too. */
function raises(
  { topology }: Cluster,
  { network, drawn }: LinkSize,
  needed: number,
  tight: readonly { readonly askers: readonly Asker[] }[],
): Fix[] {
  if (network === undefined || drawn === undefined) return []
  if (tight.some(({ askers }) => askers.some(({ networks }) => networks.has(network)))) return []
  if (drawn === pathOf('networks', network, 'mtu')) {
    return [
      {
        title: say`Let ${network} carry ${needed} bytes`,
        edits: [{ kind: 'set', path: drawn, value: needed }],
      },
    ]
  }
  const segment = topology.networks.get(network)?.mtu
  return segment !== undefined && segment >= needed
    ? [takingOut(drawn, say`Use the ${segment} bytes of ${network}`)]
    : []
}

/** Firewalls that keep the director's message, or a router's to the director, from those who must send less. */
function deafTo(cluster: Cluster, { delivery, links, hosts, overhead, askers, cuts }: TunnelWay) {
  if (cuts) return []
  const { director, service, rip } = delivery
  const least = leastOf(links)
  const narrow = links.findIndex(({ mtu }) => mtu === least)
  // A router in the middle of the tunnel tells the director first.
  const deafDirector =
    narrow > 0
      ? [
          ...refusal(director, 'input', icmpOf(rip)),
          ...hosts
            .slice(1, narrow)
            .flatMap((name) => refusal(cluster.hosts.get(name), 'forward', icmpOf(rip))),
        ]
      : []
  return askers.flatMap(({ client, size, deaf }) => {
    if (size + overhead <= least) return []
    const refusing = [...deaf, ...deafDirector]
    return refusing.map(({ host, path, what }) => ({
      place: valueAt(path),
      host,
      what,
      room: least - overhead,
      client: client.name,
      service: service.name,
    }))
  })
}

type Icmp = 'icmp' | 'icmpv6'

function icmpOf(address: Delivery['rip']): Icmp {
  return familyOf(address) === 4 ? 'icmp' : 'icmpv6'
}

/** One that refuses every protocol is told of by the rules about requests and replies, ICMPv6 for the host itself by FW-ND. */
function refusal(host: HostModel | undefined, chain: 'input' | 'forward', what: Icmp): Refusal[] {
  if (host === undefined || (chain === 'input' && what === 'icmpv6')) return []
  const path = dropPath(
    host,
    (drop) =>
      drop.protocol === what &&
      drop.state === undefined &&
      (drop.chain === undefined || drop.chain === chain),
  )
  return path === undefined ? [] : [{ host, path, what }]
}
