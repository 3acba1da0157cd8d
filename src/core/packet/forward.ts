import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { effectiveSetting, forwards } from '../hosts/sysctl.js'
import type { Flight, Next, OpenHop } from './flight.js'
import { ends, note } from './flight.js'
import { filtered } from './firewall.js'
import { stoppedByRules } from './found.js'
import { icmpAnswer } from './icmp.js'
import { natEntry, replyEntry } from './ipvs.js'
import { transmit } from './output.js'
import type { WayOut } from './output.js'
import { routedHeader } from './packet.js'
import type { Packet } from './packet.js'
import { isSilenced } from './silence.js'
import type { WalkHost } from './world.js'
import { sourceFault } from './source.js'

/** ip_forward.c `ip_forward`, ip6_output.c `ip6_forward`. */
export function forward(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  from: string | undefined,
  way: WayOut,
): Next {
  const { host } = hop
  const { src, ttl, dst, length, df } = routedHeader(packet)
  const family = familyOf(dst)
  if (from !== undefined && !forwards(host.state, family, from)) {
    return drops(
      flight,
      hop,
      'FORWARDING_OFF',
      family === 4
        ? say`${host.name} would have to pass it on to ${dst}, and does not forward what comes in by ${from}`
        : say`${host.name} would have to pass it on to ${dst}, and does not forward IPv6`,
    )
  }
  const fault = from === undefined ? undefined : sourceFault(host, src, from, way.interface)
  if (fault !== undefined) return drops(flight, hop, fault.verdict, fault.detail)
  if (ttl <= 1) {
    // The redirects are of the rounds before.
    const silenced = isSilenced(flight, hop, src, true)
    return ends(flight, hop, {
      verdict: 'LOOP',
      reason: say`its TTL is used up at ${host.name}`,
      answer: silenced
        ? undefined
        : icmpAnswer(host, packet, 'time-exceeded', { delivered: false, by: from }),
      // Of IPv6, one that is sent again a second later may be answered.
      ...(silenced && family === 4 ? { seen: 'timeout' } : {}),
    })
  }
  const mtu = host.state.interfaces.get(way.interface)?.mtu ?? length
  if (length > mtu && (df || family === 6)) return tooBig(flight, hop, packet, mtu, way.interface)
  const passed = cut(hop, aged(packet), mtu)
  note(hop, 'forward', say`${host.name} passes it on, TTL ${ttl} → ${ttl - 1}`)
  if (redirects(host, from, way, src)) {
    flight.redirects.push({ router: host, sender: src, gateway: way.kind === 'via' ? way.gateway : dst })
    note(
      hop,
      'icmp',
      say`it leaves by the interface it came in by: ${host.name} tells ${src} by an ICMP redirect that there is a shorter way`,
    )
  }
  const dropped = filtered(flight, host, 'forward', packet)
  if (dropped !== undefined) return drops(flight, hop, 'FIREWALL_DROP', dropped)
  const stopped = stoppedByRules(flight, host, packet, from, way.interface)
  if (stopped !== undefined) return ends(flight, hop, stopped)
  if ('icmp' in passed.l4) return transmit(flight, hop, withVip(flight, hop, passed), way)
  const entry = replyEntry(flight, host, passed)
  if (entry === undefined) return transmit(flight, hop, passed, way)
  const rewritten: Packet = {
    ...passed,
    ip: { ...passed.ip, src: entry.vip },
    l4: { ...passed.l4, srcPort: entry.vport },
  }
  note(hop, 'service', say`IPVS finds the connection of this reply in its table`)
  note(
    hop,
    'rewrite',
    say`the VIP goes back in as source: ${passed.ip.src} port ${passed.l4.srcPort} → ${entry.vip} port ${entry.vport}`,
  )
  return transmit(flight, hop, rewritten, way)
}

/** An error about a request that was rewritten is rewritten too, with what it quotes (ip_vs_core.c `ip_vs_out_icmp`). */
function withVip(flight: Flight, hop: OpenHop, packet: Packet): Packet {
  const { about } = flight
  const entry = about === undefined ? undefined : natEntry(flight, hop.host, about)
  if (about === undefined || entry === undefined || 'icmp' in about.l4) return packet
  note(
    hop,
    'rewrite',
    say`IPVS knows what it is about, and puts the VIP ${entry.vip} in as source and in what is quoted`,
  )
  flight.about = {
    ...about,
    ip: { ...about.ip, src: entry.client, dst: entry.vip },
    l4: { ...about.l4, dstPort: entry.vport },
  }
  return { ...packet, ip: { ...packet.ip, src: entry.vip } }
}

/** The first of the pieces a router cuts a packet into that may be cut (ip_output.c `ip_fragment`). */
function cut(hop: OpenHop, packet: Packet, mtu: number): Packet {
  const { length } = routedHeader(packet)
  if (length <= mtu) return packet
  note(hop, 'mtu', say`it is cut in pieces of at most ${mtu} bytes`)
  return packet.outer === undefined
    ? { ...packet, ip: { ...packet.ip, length: mtu } }
    : { ...packet, outer: { ...packet.outer, length: mtu } }
}

/** route.c `__mkroute_input`, ip6_output.c `ip6_forward`: only to a neighbour, by the interface its packet came in by. */
function redirects(host: WalkHost, from: string | undefined, way: WayOut, source: IpAddress): boolean {
  if (from !== way.interface) return false
  const back = host.route(source)
  if (back.kind !== 'on-link' || back.interface !== from) return false
  return familyOf(source) === 6 || effectiveSetting(host.state, 'send_redirects', from) !== 0
}

export function tooBig(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  mtu: number,
  out: string,
  delivered = false,
): Next {
  const { length } = routedHeader(packet)
  note(
    hop,
    'mtu',
    say`${length} bytes do not fit into the MTU of ${mtu} on ${out}, and it must not be cut in pieces`,
  )
  return ends(flight, hop, {
    verdict: 'MTU_BLACKHOLE',
    reason: say`${hop.host.name} cannot send ${length} bytes on by ${out}, which takes ${mtu}`,
    answer: icmpAnswer(hop.host, packet, 'too-big', { delivered, by: hop.in, mtu }),
  })
}

/** One hop older. */
export function aged(packet: Packet): Packet {
  return packet.outer === undefined
    ? { ...packet, ip: { ...packet.ip, ttl: packet.ip.ttl - 1 } }
    : { ...packet, outer: { ...packet.outer, ttl: packet.outer.ttl - 1 } }
}

export function routeText(destination: IpAddress, way: WayOut): string {
  return way.kind === 'via'
    ? say`${destination} is reached by ${way.gateway} on ${way.interface}`
    : say`${destination} is on the link of ${way.interface}`
}

/** A packet is gone, and nobody is told. */
export function drops(
  flight: Flight,
  hop: OpenHop,
  verdict: Parameters<typeof ends>[2]['verdict'],
  reason: string,
): Next {
  return ends(flight, hop, { verdict, reason, answer: undefined, seen: 'timeout' })
}
