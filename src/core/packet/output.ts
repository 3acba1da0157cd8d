import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Lookup } from '../hosts/routing.js'
import type { Flight, Next, OpenHop } from './flight.js'
import { closeHop, ends, memoryOf, note } from './flight.js'
import { remembered, routesUnknown } from './found.js'
import { icmpAnswer } from './icmp.js'
import { natEntry } from './ipvs.js'
import { resolveNeighbour } from './neighbour.js'
import type { Resolution } from './neighbour.js'
import { routedHeader } from './packet.js'
import type { Packet } from './packet.js'
import { isSilenced } from './silence.js'
import type { Neighbour } from './walk.js'
import type { Port } from './world.js'

/** A route that leads to a link. */
export type WayOut = Extract<Lookup, { readonly kind: 'on-link' | 'via' }>

/** Of routers that are not drawn, and of the client that is not. */
export const UNDRAWN_MAC = '02:1a:b1:00:00:00'

/**
 * Puts a packet on the wire: the link-layer address of the next hop is asked for, and the frame goes there. `towards` is
 * the address the route was looked up for; IPVS goes by the real server's, whatever the packet says.
 */
export function transmit(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  way: WayOut,
  towards: IpAddress = routedHeader(packet).dst,
): Next {
  const { host } = hop
  const target = way.kind === 'via' ? way.gateway : towards
  const port = host.ports.get(way.interface)
  if (port === undefined) {
    return ends(flight, hop, {
      verdict: 'UNDETERMINED',
      reason: say`${host.name} sends it out by ${way.interface}, and the drawing does not say what that is connected to`,
      answer: undefined,
    })
  }
  const unknown = routesUnknown(host, towards)
  if (unknown !== undefined) return ends(flight, hop, unknown)
  const known = memoryOf(flight, host).neighbours.find(
    (neighbour) => neighbour.interface === way.interface && neighbour.address === target,
  )
  if (known !== undefined) return sendFrame(flight, hop, packet, port, known, target)
  const resolution = resolveNeighbour(flight.world, port, target, routedHeader(packet).src)
  rememberQuestion(flight, port, resolution)
  const neighbour =
    misremembered(flight, hop, port, target, resolution) ??
    chooseNeighbour(flight, hop, port, target, way.kind === 'via', resolution)
  if (neighbour === undefined) return nobodyAnswers(flight, hop, packet, port, target, resolution)
  const memory = memoryOf(flight, host)
  memory.neighbours = [...memory.neighbours, neighbour]
  return sendFrame(flight, hop, packet, port, neighbour, target)
}

/** An entry of a real host's neighbour table that is of nobody who would answer now: it is gone by all the same. */
function misremembered(
  flight: Flight,
  hop: OpenHop,
  port: Port,
  target: IpAddress,
  { answers }: Resolution,
): Neighbour | undefined {
  const found = remembered(port, target)
  if (found === undefined || answers.some(({ mac }) => mac === found.mac)) return undefined
  const [owner] = flight.world.portsWithMac(port.network, found.mac)
  // Of a host that nobody has read, the drawing may not know the real address.
  if (owner === undefined && answers.some(({ host }) => host.observed === undefined)) return undefined
  if (owner === undefined && answers.length === 0) return undefined
  note(
    hop,
    'neighbour',
    say`${port.host.name} does not ask for ${target}: its neighbour table says ${found.mac} (${found.state}), ${owner === undefined ? say`which is no host of the drawing` : say`which is ${owner.host.name}`}`,
  )
  return {
    interface: port.interface.name,
    address: target,
    mac: found.mac,
    host: owner?.host.name ?? `(${found.mac})`,
  }
}

function chooseNeighbour(
  flight: Flight,
  hop: OpenHop,
  port: Port,
  target: IpAddress,
  isGateway: boolean,
  { answers, asks, silent }: Resolution,
): Neighbour | undefined {
  const { network, interface: device } = port
  const protocol = familyOf(target) === 4 ? 'ARP' : say`neighbour discovery`
  const entry = (mac: string, host: string) => ({ interface: device.name, address: target, mac, host })
  if (answers.length === 0) {
    const { client } = flight.request
    if (!client.drawn && client.network === network && client.address === target) {
      note(hop, 'neighbour', say`the client, which is not drawn, answers for ${target}`)
      return entry(UNDRAWN_MAC, client.name)
    }
    // A gateway that no drawn host has stands for a router that is not drawn.
    if (isGateway && flight.world.cluster.ownerOn(network, target) === undefined) {
      note(hop, 'neighbour', say`${target} is a gateway that is not drawn; it is taken to answer`)
      return entry(UNDRAWN_MAC, gatewayName(target))
    }
    return undefined
  }
  const names = [...new Set(answers.map(({ host }) => host.name))]
  const quiet = silenceText(silent)
  if (names.length > 1) flight.ambiguous ??= { address: target, network, hosts: names }
  // Who answers has learned who asked (arp.c `arp_process`, ndisc.c `ndisc_recv_ns`).
  if (asks !== undefined && !mayHaveBeenAsked(flight, port, target)) {
    for (const each of answers) learn(flight, each, { address: asks, mac: port.mac, host: hop.host.name })
  }
  const winner = flight.chance.choose(answers)
  const isVip = target === flight.request.vip
  if (isVip && names.length > 1) flight.arpWinner ??= winner.host.name
  note(
    hop,
    'neighbour',
    names.length === 1
      ? say`${protocol} on ${network} for ${target}: ${winner.host.name} answers with ${winner.mac}${quiet}`
      : say`${protocol} on ${network} for ${target}: ${names.join(', ')} answer, and it is chance who counts; here ${winner.host.name} with ${winner.mac}${quiet}`,
  )
  return entry(winner.mac, winner.host.name)
}

/**
 * Who is told by a redirect to send by this host asks for it at once (route.c `__ip_do_redirect`), and whom that question
 * reaches in time need not ask itself: which of the two is first is chance, so neither is known to have asked.
 */
function mayHaveBeenAsked({ redirects }: Flight, { host }: Port, target: IpAddress): boolean {
  return (
    familyOf(target) === 4 &&
    redirects.some(({ sender, gateway }) => sender === target && host.route(gateway).kind === 'local')
  )
}

function learn(flight: Flight, { host, interface: device }: Port, heard: Omit<Neighbour, 'interface'>): void {
  const memory = memoryOf(flight, host)
  const others = memory.neighbours.filter(
    ({ interface: name, address }) => name !== device.name || address !== heard.address,
  )
  memory.neighbours = [...others, { interface: device.name, ...heard }]
}

export function gatewayName(address: IpAddress): string {
  return say`(router ${address})`
}

/** So many are named: in DR every real server has the VIP and says nothing. */
const MOST_NAMED = 2

function silenceText(silent: Resolution['silent']): string {
  const named = silent
    .slice(0, MOST_NAMED)
    .map(({ host, why }) => say`; ${host} has it and keeps silent: ${why}`)
  const more = silent.length - named.length
  return named.join('') + (more > 0 ? say`; and so do ${more} more` : '')
}

/** A datagram socket is told of refusals alone (udp.c `__udp4_lib_err`), one of SCTP of none (input.c `sctp_v4_err`). */
export function tellsProgram({ request }: Pick<Flight, 'request'>): boolean {
  return request.protocol === 'tcp'
}

/** Who has heard the question: where the VIP was resolved before, a real server that asks in its name takes it over. */
function rememberQuestion(flight: Flight, port: Port, { asks }: Resolution): void {
  const { vip } = flight.request
  const director = flight.service.drawn.directors.includes(port.host.name)
  if (asks === vip && !director && flight.vipResolvedOn.has(port.network)) {
    flight.announced ??= { host: port.host.name, network: port.network }
  }
}

function sendFrame(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  port: Port,
  { mac, host: towards }: Neighbour,
  target: IpAddress,
): Next {
  const { network } = port
  if (target === flight.request.vip) flight.vipResolvedOn.add(network)
  const framed: Packet = { ...packet, eth: { src: port.mac, dst: mac } }
  closeHop(flight, hop, { interface: port.interface.name, network, packet: framed })
  if (mac === UNDRAWN_MAC) {
    return towards === flight.request.client.name
      ? { kind: 'outside', packet: framed }
      : { kind: 'beyond', network, gateway: target, packet: framed }
  }
  const others = flight.world.portsWithMac(network, mac).filter(({ host }) => host !== port.host)
  if (others.length === 0) {
    return {
      kind: 'ends',
      trouble: {
        verdict: 'NEIGHBOUR_UNREACHABLE',
        reason: say`${port.host.name} sends what is for ${target} to ${mac}, which nobody on ${network} has`,
        at: port.host.name,
        answer: undefined,
        seen: 'timeout',
      },
    }
  }
  if (others.length > 1) {
    flight.ambiguous ??= { address: target, network, hosts: others.map(({ host }) => host.name) }
  }
  return {
    kind: 'arrives',
    port: others.length > 1 ? flight.chance.choose(others) : (others[0] ?? port),
    packet: framed,
  }
}

function nobodyAnswers(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  port: Port,
  target: IpAddress,
  { silent }: Resolution,
): Next {
  const { host } = hop
  const { vip, client } = flight.request
  const own = host.name === client.name
  const rewritten = natEntry(flight, host, packet)
  // What IPVS sends on its own behalf is rewritten like a reply, with what it quotes (ip_vs_core.c `ip_vs_out_icmp`).
  const asked: Packet =
    rewritten === undefined || 'icmp' in packet.l4
      ? packet
      : {
          ...packet,
          ip: { ...packet.ip, src: rewritten.client, dst: rewritten.vip },
          l4: { ...packet.l4, dstPort: rewritten.vport },
        }
  // While a neighbour is asked for, three seconds, no other redirect is sent but for what is sent again.
  const silenced = !own && isSilenced(flight, hop, asked.ip.src, false)
  const answer =
    own || silenced
      ? undefined
      : icmpAnswer(host, asked, 'host-unreachable', {
          delivered: false,
          by: hop.in,
          ...(rewritten === undefined ? {} : { source: rewritten.vip }),
        })
  const nobodyHas = target === vip && !directorHas(flight)
  return ends(flight, hop, {
    verdict: nobodyHas
      ? 'VIP_NOT_ON_DIRECTOR'
      : (silent.find(({ verdict }) => verdict !== undefined)?.verdict ?? 'NEIGHBOUR_UNREACHABLE'),
    reason:
      [
        say`nobody on ${port.network} answers ${host.name} for ${target}`,
        ...(nobodyHas ? [say`the director ${flight.service.director ?? ''} does not have the VIP`] : []),
      ].join('; ') + silenceText(silent),
    answer,
    ...(answer === undefined ? { seen: own && tellsProgram(flight) ? 'unreachable' : 'timeout' } : {}),
  })
}

export function directorHas({ world, service, request }: Flight): boolean {
  return service.drawn.directors.some((name) => world.hosts.get(name)?.route(request.vip).kind === 'local')
}
