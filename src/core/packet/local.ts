import { say } from '../speech/say.js'
import { addressKind, familyOf } from '../topology/address.js'
import type { Tunnel } from '../topology/types.js'
import { isOlderThan } from '../hosts/kernel-release.js'
import { hears } from '../hosts/listens.js'
import { tunnelSupport } from '../hosts/tunnels.js'
import { conntrackOfIpvs, pathMtuOfIpvs } from './ipvs-settings.js'
import type { Entry, Flight, Next, OpenHop } from './flight.js'
import { closeHop, ends, note } from './flight.js'
import { filtered, track, untrack } from './firewall.js'
import { stoppedByRules } from './found.js'
import { errorOf, icmpAnswer } from './icmp.js'
import { aged, drops, routeText, tooBig } from './forward.js'
import { schedule } from './ipvs.js'
import { masqueradedEntry, masqueradeOf } from './masquerade.js'
import { IPV6_MIN_MTU } from './neighbour.js'
import { transmit } from './output.js'
import type { Packet } from './packet.js'
import { sourceFor } from './source.js'
import { encapsulated, overheadOnWire, unpack } from './tunnel.js'
import type { WalkHost } from './world.js'

/** A packet is for the host itself (ip_input.c `ip_local_deliver`): filter, IPVS, tunnels, programs. */
export function deliver(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  from: string | undefined,
  mark: number,
): Next {
  const { host } = hop
  const dropped = filtered(flight, host, 'input', packet)
  if (dropped !== undefined) return drops(flight, hop, 'FIREWALL_DROP', dropped)
  const stopped = stoppedByRules(flight, host, packet, from, undefined)
  if (stopped !== undefined) return ends(flight, hop, stopped)
  if (packet.outer !== undefined) return takeFromTunnel(flight, hop, packet)
  const scheduled = schedule(flight, hop, packet, mark)
  switch (scheduled.kind) {
    case 'entry':
      return send(flight, hop, packet, from, scheduled.entry)
    case 'nobody':
      return ends(flight, hop, {
        verdict: 'NO_DESTINATION',
        reason: say`${host.name} refuses the request: ${scheduled.why}`,
        answer: icmpAnswer(host, packet, 'port-unreachable', { delivered: true }),
      })
    case 'beyond':
      return ends(flight, hop, { verdict: 'UNDETERMINED', reason: scheduled.why, answer: undefined })
    case 'not-mine':
      if (scheduled.why !== undefined) note(hop, 'service', scheduled.why)
      return toProgram(flight, hop, packet)
  }
}

function takeFromTunnel(flight: Flight, hop: OpenHop, packet: Packet): Next {
  const { host } = hop
  const result = unpack(host, packet)
  if (result.kind === 'refused') {
    note(hop, 'decapsulate', result.why)
    return ends(flight, hop, {
      verdict: 'TUNNEL_NOT_SUPPORTED',
      reason: result.why,
      answer: result.answered ? icmpAnswer(host, packet, 'port-unreachable', { delivered: true }) : undefined,
      ...(result.answered ? {} : { seen: 'timeout' }),
    })
  }
  const inner: Packet = { ...packet, outer: undefined }
  note(hop, 'decapsulate', say`${result.device} takes the packet out of its tunnel`)
  return { kind: 'unpacked', hop, device: result.device, packet: inner }
}

/** IPVS sends a packet to the destination of its entry (ip_vs_xmit.c). */
function send(flight: Flight, hop: OpenHop, packet: Packet, from: string | undefined, entry: Entry): Next {
  const { host } = hop
  const { of } = entry
  const way = host.route(of.address)
  const tracks = conntrackOfIpvs(host.state)
  if (!tracks) untrack(flight, host, packet)
  if (way.kind === 'none') {
    return ends(flight, hop, {
      verdict: 'NO_ROUTE',
      reason: say`${host.name} has no route to the real server ${of.address}`,
      answer: icmpAnswer(host, packet, 'host-unreachable', { delivered: true }),
    })
  }
  if (way.kind === 'local') return sendLocally(flight, hop, packet, from, entry)
  note(hop, 'route', routeText(of.address, way))
  if (packet.ip.ttl <= 1) {
    return ends(flight, hop, {
      verdict: 'LOOP',
      reason: say`its TTL is used up at ${host.name}`,
      answer: icmpAnswer(host, packet, 'time-exceeded', { delivered: true }),
    })
  }
  const mtu = host.state.interfaces.get(way.interface)?.mtu ?? packet.ip.length
  const overhead = of.method === 'tun' ? overheadOnWire(tunnelOf(host, of.tunnel), familyOf(of.address)) : 0
  const cuts = of.method === 'tun' && packet.ip.family === 4 && !pathMtuOfIpvs(host.state)
  if (packet.ip.length + overhead > mtu && !cuts && (packet.ip.df || packet.ip.family === 6)) {
    return tooBig(flight, hop, packet, mtu - overhead, way.interface, true)
  }
  // ip_vs_xmit.c `__ip_vs_get_out_rt_v6`.
  if (overhead > 0 && familyOf(of.address) === 6 && mtu - overhead < IPV6_MIN_MTU) {
    return drops(
      flight,
      hop,
      'MTU_BLACKHOLE',
      say`inside a tunnel over IPv6 there must be room for ${IPV6_MIN_MTU} bytes, and ${way.interface} of ${host.name} leaves ${mtu - overhead}: IPVS drops every packet, and nobody is told`,
    )
  }
  const passed = aged(packet)
  switch (of.method) {
    case 'nat': {
      const { l4 } = passed
      if ('icmp' in l4) return toProgram(flight, hop, packet)
      note(
        hop,
        'rewrite',
        say`the real server goes in as destination: ${entry.vip} port ${entry.vport} → ${entry.destination} port ${entry.destinationPort}; TTL ${packet.ip.ttl} → ${passed.ip.ttl}`,
      )
      const rewritten: Packet = {
        ...passed,
        ip: { ...passed.ip, dst: entry.destination },
        l4: { ...l4, dstPort: entry.destinationPort },
      }
      // The reply is then known to conntrack as well (ip_vs_nfct.c `ip_vs_update_conntrack`).
      if (tracks) track(flight, host, packet, rewritten)
      const own = masqueradeOf(host, entry)
      if (own === undefined) return transmit(flight, hop, rewritten, way, of.address)
      note(
        hop,
        'rewrite',
        say`${host.name} masquerades it, and its own address goes in as source: ${entry.client} → ${own}`,
      )
      return transmit(flight, hop, { ...rewritten, ip: { ...rewritten.ip, src: own } }, way, of.address)
    }
    case 'dr':
      if (way.kind === 'via') flight.viaGateway ??= way.gateway
      note(
        hop,
        'rewrite',
        say`only the link-layer destination will be the real server's; the packet still says ${packet.ip.dst}; TTL ${packet.ip.ttl} → ${passed.ip.ttl}`,
      )
      return transmit(flight, hop, passed, way, of.address)
    case 'tun': {
      const tunnel = tunnelOf(host, of.tunnel)
      const source = sourceFor(host, of.address)
      if (source === undefined) {
        return ends(flight, hop, {
          verdict: 'NO_ROUTE',
          reason: say`${host.name} has no address of its own to send a tunnel to ${of.address} from`,
          answer: icmpAnswer(host, packet, 'host-unreachable', { delivered: true }),
        })
      }
      note(
        hop,
        'encapsulate',
        say`the whole packet goes into another one (${tunnel.type}) from ${source} to ${of.address}, ${overhead} bytes more; TTL ${packet.ip.ttl} → ${passed.ip.ttl}`,
      )
      // DF is copied from IPv4 alone (ip_vs_xmit.c `ip_vs_prepare_tunneled_skb`).
      const df = packet.ip.family === 4 && packet.ip.df && !cuts
      const whole = encapsulated(passed, tunnel, source, of.address, df)
      if (!cuts || packet.ip.length + overhead <= mtu) return transmit(flight, hop, whole, way)
      note(hop, 'mtu', say`it is cut in pieces of at most ${mtu} bytes (pmtu_disc 0)`)
      const { outer } = whole
      return transmit(flight, hop, { ...whole, outer: outer && { ...outer, length: mtu } }, way)
    }
  }
}

/** The director is the real server itself (ip_vs_xmit.c, `local`). */
function sendLocally(
  flight: Flight,
  hop: OpenHop,
  packet: Packet,
  from: string | undefined,
  entry: Entry,
): Next {
  const { host } = hop
  const { of } = entry
  const { l4 } = packet
  if (of.method !== 'nat' || 'icmp' in l4) {
    note(hop, 'deliver', say`the real server is ${host.name} itself: the packet stays as it is`)
    return toProgram(flight, hop, packet)
  }
  if (addressKind(of.address) === 'loopback' && from !== 'lo') {
    return drops(
      flight,
      hop,
      'NO_ROUTE',
      say`IPVS does not rewrite what comes from outside to ${of.address} (stopping DNAT to loopback address)`,
    )
  }
  note(
    hop,
    'rewrite',
    say`the real server is ${host.name} itself, by ${entry.destination} port ${entry.destinationPort}`,
  )
  return toProgram(flight, hop, {
    ...packet,
    ip: { ...packet.ip, dst: entry.destination },
    l4: { ...l4, dstPort: entry.destinationPort },
  })
}

function toProgram(flight: Flight, hop: OpenHop, packet: Packet): Next {
  const { host } = hop
  const { l4, ip } = packet
  if ('icmp' in l4) {
    note(
      hop,
      'icmp',
      say`it is an ICMP message: ${errorOf(l4, ip.family)?.replaceAll('-', ' ') ?? `type ${l4.icmp.type}`}`,
    )
    if (flight.about?.outer !== undefined && ip.src === ip.dst) {
      note(
        hop,
        'icmp',
        say`it is about a tunnel, and IPVS tells nobody else: while the kernel sends one ICMP message it sends no other`,
      )
    }
    closeHop(flight, hop)
    return { kind: 'taken', host, packet }
  }
  // It would be the client's again by now if conntrack knew it (input.ts).
  if (flight.leg === 'reply' && masqueradedEntry(flight, host, packet) !== undefined) {
    return ends(flight, hop, {
      verdict: 'REPLY_SKIPS_DIRECTOR',
      reason: say`${host.name} masqueraded the request, and the reply ends there: of a one-packet connection neither IPVS nor conntrack knows whose reply it is`,
      answer: undefined,
      seen: 'timeout',
    })
  }
  if (flight.leg === 'reply' || listens(flight, host, packet)) {
    note(
      hop,
      'deliver',
      flight.leg === 'reply'
        ? say`a program on ${host.name} gets it`
        : say`a program on ${host.name} listens at ${ip.dst} port ${l4.dstPort}`,
    )
    closeHop(flight, hop)
    return { kind: 'taken', host, packet }
  }
  const isDirector = flight.service.drawn.directors.includes(host.name) && flight.realServer === undefined
  const reason = isDirector
    ? say`${host.name} has no IPVS service for ${flight.request.protocol} ${ip.dst} port ${l4.dstPort}, and no program that listens there`
    : say`no program on ${host.name} listens at ${ip.dst} port ${l4.dstPort}`
  return ends(flight, hop, {
    verdict: isDirector ? 'NO_SERVICE' : 'NOT_LISTENING',
    reason,
    answer:
      flight.request.protocol === 'udp'
        ? icmpAnswer(host, packet, 'port-unreachable', { delivered: true })
        : reset(host, packet),
  })
}

/** Whether a daemon hears a request: what the file says, else what services ask this real server for. */
function listens(
  { world, request, sorry, realServer: chosen }: Flight,
  { name, state }: WalkHost,
  { ip, l4 }: Packet,
): boolean {
  if ('icmp' in l4) return false
  const { dstPort } = l4
  const target = { address: ip.dst, port: dstPort, protocol: request.protocol }
  if (state.listens !== undefined) return state.listens.some((listen) => hears(listen, target))
  // Of a sorry server nobody says what else it does: it is there for this.
  if (sorry && chosen === name) return true
  return world.cluster.services.some(({ realServerOf, drawn }) => {
    const realServer = drawn.protocol === request.protocol ? realServerOf(name) : undefined
    if (realServer === undefined) return false
    const { port } = realServer
    return port === undefined || port === 0
      ? drawn.ports.length === 0 || drawn.ports.includes(dstPort)
      : port === dstPort
  })
}

/** A kernel that does not know a kind of tunnel yet sends plain IPIP (ip_vs_xmit.c before 5.2). */
function tunnelOf({ state: { kernel } }: WalkHost, tunnel: Tunnel | undefined): Tunnel {
  const plain: Tunnel = { type: 'ipip', port: undefined, checksum: 'none' }
  if (tunnel === undefined) return plain
  const { since } = tunnelSupport(tunnel)
  return since !== undefined && kernel !== undefined && isOlderThan(kernel, since) ? plain : tunnel
}

/** tcp_ipv4.c `tcp_v4_send_reset`; of SCTP an ABORT (sm_statefuns.c `sctp_sf_tabort_8_4_8`). */
function reset(host: WalkHost, { ip, l4 }: Packet) {
  if ('icmp' in l4) return undefined
  return {
    from: host,
    about: undefined,
    packet: {
      eth: undefined,
      outer: undefined,
      ip: { ...ip, src: ip.dst, dst: ip.src, ttl: 64, length: ip.family === 4 ? 40 : 60 },
      l4: {
        srcPort: l4.dstPort,
        dstPort: l4.srcPort,
        ...(l4.flags === undefined ? {} : { flags: 'RST ACK' }),
      },
    },
  }
}
