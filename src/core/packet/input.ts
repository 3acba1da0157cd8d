import { say } from '../speech/say.js'
import type { IpAddress } from '../topology/address.js'
import { forwards } from '../hosts/sysctl.js'
import type { Flight, Next, OpenHop } from './flight.js'
import { ends, note, openHop } from './flight.js'
import { aged, drops, forward, routeText } from './forward.js'
import { icmpAnswer } from './icmp.js'
import { markOf, natEntry } from './ipvs.js'
import { deliver } from './local.js'
import { masqueradedEntry } from './masquerade.js'
import { IPV6_MIN_MTU } from './neighbour.js'
import { routedHeader } from './packet.js'
import type { Packet } from './packet.js'
import { sourceFault } from './source.js'
import { knowsWayOut, leaveDrawing } from './undrawn.js'
import type { Port, WalkHost } from './world.js'

/** A frame comes in by an interface (ip_input.c `ip_rcv`). */
export function arrive(flight: Flight, { host, interface: device, network }: Port, packet: Packet): Next {
  const hop = openHop(host, device.name, packet)
  const { length } = routedHeader(packet)
  const lost = (reason: string) =>
    ends(flight, hop, { verdict: 'MTU_BLACKHOLE', reason, answer: undefined, seen: 'timeout' })
  const link = flight.world.cluster.topology.networks.get(network)?.mtu ?? device.mtu
  if (length > link) {
    // Before all else: the host itself never sees it.
    note(hop, 'mtu', say`${network} carries ${link} bytes at most, and this packet has ${length}`)
    return lost(
      say`${length} bytes are more than the MTU of ${link} of ${network}: the frame is lost on its way to ${host.name}, and nobody is told`,
    )
  }
  if (length > device.mtu) {
    return lost(
      say`${length} bytes are more than the MTU of ${device.mtu} of ${device.name} of ${host.name}: the frame is lost, and nobody is told`,
    )
  }
  if (packet.ip.family === 6 && packet.outer === undefined && device.mtu < IPV6_MIN_MTU) {
    return ends(flight, hop, {
      verdict: 'NEIGHBOUR_UNREACHABLE',
      reason: say`an MTU of ${device.mtu} on ${device.name} of ${host.name} is too small for IPv6`,
      answer: undefined,
      seen: 'timeout',
    })
  }
  return receive(flight, hop, { ...packet, eth: undefined }, device.name)
}

/** A packet comes to a drawn router from where nothing is drawn: there is no interface to filter it by. */
export function enter(flight: Flight, host: WalkHost, packet: Packet): Next {
  const hop = openHop(host, undefined, packet)
  note(hop, 'forward', say`it comes from beyond the drawing`)
  return receive(flight, hop, packet, undefined)
}

/** Where a packet goes that has come in, or out of a tunnel device: to the host itself, or on (route.c `ip_route_input_slow`). */
export function receive(flight: Flight, hop: OpenHop, came: Packet, from: string | undefined): Next {
  const { host } = hop
  const packet = withClient(flight, hop, came)
  const { src, dst } = routedHeader(packet)
  const mark = markOf(host, packet)
  if (mark !== 0)
    note(hop, 'mark', say`the packet is for the VIP of a service by mark, and gets mark ${mark}`)
  const lookup = host.route(dst)
  if (lookup.kind === 'local') {
    note(hop, 'route', say`${dst} is an address of ${host.name}, on ${lookup.interface}`)
    const fault = from === undefined ? undefined : sourceFault(host, src, from, undefined)
    if (fault !== undefined) return drops(flight, hop, fault.verdict, fault.detail)
    const next = deliver(flight, hop, packet, from, mark)
    // What comes out of a tunnel is a packet that comes in by the tunnel's device.
    return next.kind === 'unpacked' ? receive(flight, hop, next.packet, next.device) : next
  }
  const absent = missing(flight, host, dst)
  if (absent !== undefined) {
    note(hop, 'route', say`${dst} is no address of ${host.name}`)
    flight.pending ??= { ...absent, at: host.name }
  }
  if (lookup.kind === 'none') return withoutRoute(flight, hop, packet, from)
  note(hop, 'route', routeText(dst, lookup))
  return forward(flight, hop, packet, from, lookup)
}

/**
 * What answers a masqueraded request, or is an error about one, is for the client again before it is routed (nf_nat_core.c, at
 * PREROUTING). Of a one-packet connection conntrack waits for the VIP to answer (ip_vs_nfct.c `ip_vs_update_conntrack`).
 */
function withClient(flight: Flight, hop: OpenHop, packet: Packet): Packet {
  const { host } = hop
  const { about } = flight
  if (packet.outer !== undefined) return packet
  const entry =
    'icmp' in packet.l4 && about?.ip.src === packet.ip.dst && about.ip.src !== flight.request.client.address
      ? natEntry(flight, host, about)
      : masqueradedEntry(flight, host, packet)
  if (entry === undefined || entry.onePacket) return packet
  note(
    hop,
    'rewrite',
    say`conntrack of ${host.name} knows for whom it asked, and puts the client back in as destination: ${packet.ip.dst} → ${entry.client}`,
  )
  return { ...packet, ip: { ...packet.ip, dst: entry.client } }
}

/** A packet for the VIP at a host that should take it and does not have it. */
function missing(
  { service, request, realServer }: Flight,
  { name }: WalkHost,
  destination: IpAddress,
):
  | { readonly verdict: 'VIP_NOT_ON_DIRECTOR' | 'VIP_NOT_ON_REAL_SERVER'; readonly reason: string }
  | undefined {
  if (destination !== request.vip) return undefined
  if (realServer === name) {
    return {
      verdict: 'VIP_NOT_ON_REAL_SERVER',
      reason: say`${name} gets a packet for the VIP ${destination} and does not have it, so the packet is not for it`,
    }
  }
  if (realServer === undefined && service.director === name) {
    return {
      verdict: 'VIP_NOT_ON_DIRECTOR',
      reason: say`${name} does not have the VIP ${destination}, so the packet never gets to IPVS, which sees what is for the host itself`,
    }
  }
  return undefined
}

function withoutRoute(flight: Flight, hop: OpenHop, packet: Packet, from: string | undefined): Next {
  const { host } = hop
  const { src, dst } = routedHeader(packet)
  if (knowsWayOut(flight, host, dst)) {
    const fault = from === undefined ? undefined : sourceFault(host, src, from, undefined)
    if (fault !== undefined) return drops(flight, hop, fault.verdict, fault.detail)
    return leaveDrawing(flight, hop, aged(packet))
  }
  const forwarding = from !== undefined && forwards(host.state, packet.ip.family, from)
  if (!forwarding) {
    return ends(flight, hop, {
      verdict: 'FORWARDING_OFF',
      reason: say`${host.name} has neither ${dst} nor a route to it, and forwards nothing`,
      // IPv6 says so all the same (ip6_route.c `ip6_pkt_discard`), IPv4 drops it before it asks for the error.
      answer:
        packet.ip.family === 4
          ? undefined
          : icmpAnswer(host, packet, 'net-unreachable', { delivered: false, by: from }),
      ...(packet.ip.family === 4 ? { seen: 'timeout' } : {}),
    })
  }
  return ends(flight, hop, {
    verdict: 'NO_ROUTE',
    reason: say`${host.name} has no route to ${dst}`,
    answer: icmpAnswer(host, packet, 'net-unreachable', { delivered: false, by: from }),
  })
}
