import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'
import type { Client } from '../hosts/clients.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Chance } from './choices.js'
import type { Answer, Flight, Next, Request } from './flight.js'
import { ends, memoryOf, note, openHop } from './flight.js'
import { answering } from './answering.js'
import { fly } from './fly.js'
import type { Landed } from './fly.js'
import { receive } from './input.js'
import { replyEntry, rewritingEntry } from './ipvs.js'
import { errorOf, icmpPacket } from './icmp.js'
import { routeText } from './forward.js'
import { tellsProgram, transmit } from './output.js'
import type { Packet } from './packet.js'
import { PROTOCOL_NUMBER } from './packet.js'
import { knowsWayOut, leaveDrawing, nearClient, networkOf } from './undrawn.js'
import type { Seen } from './walk.js'
import type { WalkHost, World } from './world.js'

/** Of the range Linux takes them from (ip_local_port_range). */
const CLIENT_PORT = 40_000
const INITIAL_TTL = 64

/** Where there is no MTU to go by, of a client that is not drawn. Bytes. */
export const USUAL_MTU = 1500

export function startFlight(
  world: World,
  service: ServiceModel,
  { client, vip, vport }: { readonly client: Client; readonly vip: IpAddress; readonly vport: number },
  chance: Chance,
  only: string | undefined,
): Flight {
  const request: Request = { client, protocol: service.drawn.protocol, vip, vport, clientPort: CLIENT_PORT }
  return {
    world,
    service,
    request,
    chance,
    only,
    hops: [],
    memory: new Map(),
    leg: 'request',
    arpWinner: undefined,
    ambiguous: undefined,
    announced: undefined,
    vipResolvedOn: new Set(),
    realServer: undefined,
    sorry: false,
    viaGateway: undefined,
    redirects: [],
    about: undefined,
    pending: undefined,
  }
}

/** What the client sends. `length` in bytes with the IP header. */
export interface Sent {
  readonly flags: string
  readonly length: number
}

/** The first packet either side sends: a SYN with its options, an INIT, or a short datagram. */
export function opening(protocol: Protocol, family: 4 | 6, answer: boolean): Sent {
  return {
    flags: protocol === 'tcp' ? (answer ? 'SYN ACK' : 'SYN') : '',
    length: (family === 4 ? 20 : 40) + 40,
  }
}

export function sendRequest(flight: Flight, sent: Sent): Landed {
  const { client, vip, vport, clientPort, protocol } = flight.request
  flight.leg = 'request'
  return fly(
    flight,
    fromClient(
      flight,
      packetOf(protocol, { address: client.address, port: clientPort }, { address: vip, port: vport }, sent),
    ),
  )
}

interface End {
  readonly address: IpAddress
  readonly port: number
}

function packetOf(protocol: Protocol, from: End, to: End, { flags, length }: Sent): Packet {
  return {
    eth: undefined,
    outer: undefined,
    ip: {
      family: familyOf(from.address),
      src: from.address,
      dst: to.address,
      ttl: INITIAL_TTL,
      protocol: PROTOCOL_NUMBER[protocol],
      length,
      df: true,
    },
    l4: { srcPort: from.port, dstPort: to.port, ...(flags === '' ? {} : { flags }) },
  }
}

function fromClient(flight: Flight, packet: Packet): Next {
  const { world, request } = flight
  const { client } = request
  if (client.drawn) {
    const host = world.hosts.get(client.name)
    if (host !== undefined)
      return sendFrom(
        flight,
        host,
        packet,
        say`a program on ${host.name} asks ${request.vip} port ${request.vport}`,
      )
  }
  if (client.network !== undefined) {
    const host = nearClient(world, client.name, client.network, client.address)
    const hop = openHop(host, undefined, undefined)
    note(hop, 'send', say`someone on ${client.network} asks ${request.vip} port ${request.vport}`)
    return transmit(flight, hop, packet, { kind: 'on-link', interface: 'eth0' })
  }
  return fromOutside(flight, packet)
}

/** By the gateway of the network the director is reached on, drawn or not. */
function fromOutside(flight: Flight, packet: Packet): Next {
  const { world, service, request } = flight
  const { family } = packet.ip
  const director = service.director === undefined ? undefined : world.hosts.get(service.director)
  const ports = [...(director?.ports.values() ?? [])]
  const near = networkOf(world, request.vip)
  const places = [...(near === undefined ? [] : [near]), ...ports.map(({ network }) => network)]
  flight.hops.push({
    leg: 'request',
    host: request.client.name,
    in: undefined,
    out: undefined,
    network: undefined,
    steps: [
      { type: 'send', detail: say`someone beyond the drawing asks ${request.vip} port ${request.vport}` },
    ],
    packetIn: undefined,
    packetOut: packet,
    knows: { neighbours: [], connections: [] },
  })
  for (const network of places) {
    const gateway = world.cluster.topology.networks
      .get(network)
      ?.gateways.find((each) => familyOf(each) === family)
    if (gateway === undefined) continue
    const owner = world.cluster.ownerOn(network, gateway)
    const host = owner === undefined ? undefined : world.hosts.get(owner)
    if (host === director) continue
    return host === undefined
      ? { kind: 'beyond', network, gateway, packet }
      : { kind: 'enters', host, packet }
  }
  return {
    kind: 'ends',
    trouble: {
      verdict: 'UNDETERMINED',
      reason: say`the drawing has neither a client nor a gateway by which requests come in`,
      at: request.client.name,
      answer: undefined,
    },
  }
}

/** A program, or the kernel, of a host sends (ip_output.c `ip_queue_xmit`). */
function sendFrom(flight: Flight, host: WalkHost, packet: Packet, what: string): Next {
  const hop = openHop(host, undefined, undefined)
  note(hop, 'send', what)
  const { dst } = packet.ip
  const way = host.route(dst)
  if (way.kind === 'none') {
    if (knowsWayOut(flight, host, dst)) return leaveDrawing(flight, hop, packet)
    return ends(flight, hop, {
      verdict: 'NO_ROUTE',
      reason: say`${host.name} has no route to ${dst}`,
      answer: undefined,
      // An association is begun all the same, and waits (sctp/socket.c `sctp_connect_new_asoc`).
      seen:
        host.name === flight.request.client.name && flight.request.protocol !== 'sctp'
          ? 'unreachable'
          : 'timeout',
    })
  }
  const outgoing = localReply(flight, host, packet, hop)
  if (way.kind !== 'local') {
    note(hop, 'route', routeText(dst, way))
    return transmit(flight, hop, outgoing, way)
  }
  note(hop, 'route', say`${dst} is an address of ${host.name} itself`)
  return receive(flight, hop, outgoing, 'lo')
}

/** What a director's own program answers as a real server of NAT (ip_vs_core.c, at LOCAL_OUT). */
function localReply(flight: Flight, host: WalkHost, packet: Packet, hop: ReturnType<typeof openHop>): Packet {
  const entry = replyEntry(flight, host, packet)
  if (entry === undefined || 'icmp' in packet.l4) return packet
  note(hop, 'rewrite', say`IPVS puts the VIP back in as source: ${packet.ip.src} → ${entry.vip}`)
  return { ...packet, ip: { ...packet.ip, src: entry.vip }, l4: { ...packet.l4, srcPort: entry.vport } }
}

/** The real server that took a request sends its reply. */
export function sendReply(flight: Flight, host: WalkHost, { ip, l4 }: Packet, sent: Sent): Landed {
  flight.leg = 'reply'
  if ('icmp' in l4) return { kind: 'taken', host, packet: { eth: undefined, outer: undefined, ip, l4 } }
  const reply = packetOf(
    flight.request.protocol,
    {
      address: answering(flight.request.protocol, host, { address: ip.dst, port: l4.dstPort }, ip.src),
      port: l4.dstPort,
    },
    { address: ip.src, port: l4.srcPort },
    sent,
  )
  return fly(
    flight,
    sendFrom(flight, host, reply, say`the program on ${host.name} answers ${ip.src} as ${reply.ip.src}`),
  )
}

/** An error or a reset on its way to the client: what the client notices. */
export function sendAnswer(flight: Flight, answer: Answer): Seen {
  const landed = deliverAnswer(flight, answer)
  return landed.kind === 'ends' || !isClient(flight, landed) ? 'timeout' : noticed(flight, landed.packet)
}

/** Where an error or a reset ends up, by way of the director where that has to pass it on. */
export function deliverAnswer(flight: Flight, { from, packet, about }: Answer): Landed {
  // An error about a request is part of what comes back, whoever says it.
  flight.leg = about === undefined || isOfRequest(flight, about) ? 'reply' : 'request'
  flight.about = about
  const what =
    'icmp' in packet.l4
      ? say`${from.name} says so by ICMP: ${errorOf(packet.l4, packet.ip.family)?.replaceAll('-', ' ') ?? ''}`
      : say`${from.name} refuses it with a reset`
  const landed = fly(flight, sendFrom(flight, from, packet, what))
  // While a host tells itself, it has nothing left to tell anybody else by (icmp.c `icmp_xmit_lock`).
  const onward =
    landed.kind === 'taken' && landed.host !== from ? relayed(flight, landed.host, landed.packet) : undefined
  return onward === undefined ? landed : deliverAnswer(flight, onward)
}

/** A masqueraded one no longer says whose it is. */
function isOfRequest(flight: Flight, packet: Packet): boolean {
  if (packet.ip.src === flight.request.client.address) return true
  return [...flight.memory.keys()].some((host) => rewritingEntry(flight, host, packet) !== undefined)
}

/**
 * An error about a tunnel comes to the director, which tells the client about what is inside (ip_vs_core.c
 * `ip_vs_in_icmp`). That is there for IPv4 in IPv4 alone.
 */
function relayed(flight: Flight, host: WalkHost, { ip, l4 }: Packet): Answer | undefined {
  const { about } = flight
  if (about?.outer === undefined || !('icmp' in l4) || ip.family !== 4 || about.ip.family !== 4)
    return undefined
  if (memoryOf(flight, host).entries.length === 0) return undefined
  const inner: Packet = { ...about, outer: undefined }
  const said = errorOf(l4, 4) ?? 'host-unreachable'
  const error = said === 'protocol-unreachable' ? 'port-unreachable' : said
  const { mtu } = l4.icmp
  const room = mtu === undefined ? undefined : mtu - (about.outer.length - about.ip.length)
  return {
    from: host,
    packet: icmpPacket(about.ip.dst, about.ip.src, inner, error, room),
    about: inner,
  }
}

export function isClient({ request }: Flight, landed: Exclude<Landed, { kind: 'ends' }>): boolean {
  return landed.kind === 'outside' || landed.host.name === request.client.name
}

function noticed({ request, about }: Flight, { ip, l4 }: Packet): Seen {
  if (!('icmp' in l4)) {
    // A reset from anybody but the one that was asked is no answer.
    return ip.src === request.vip && l4.srcPort === request.vport ? 'refused' : 'timeout'
  }
  // Of what the client does not know to have sent, it is told in vain.
  if (about?.ip.dst !== request.vip || about.outer !== undefined) return 'timeout'
  switch (errorOf(l4, ip.family)) {
    case 'protocol-unreachable':
      return request.protocol === 'sctp' ? 'unreachable' : 'refused'
    case 'port-unreachable':
      return request.protocol === 'sctp' ? 'timeout' : 'refused'
    case 'net-unreachable':
    case 'host-unreachable':
    case 'time-exceeded':
      return tellsProgram({ request }) ? 'unreachable' : 'timeout'
    case 'too-big':
    case undefined:
      return 'timeout'
  }
}
