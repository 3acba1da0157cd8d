import { say } from '../speech/say.js'
import type { Drop, Protocol } from '../topology/types.js'
import { invalidDrop } from '../hosts/conntrack.js'
import type { Flight } from './flight.js'
import { flowKey, memoryOf } from './flight.js'
import type { Packet } from './packet.js'
import { PROTOCOL_NUMBER } from './packet.js'
import type { WalkHost } from './world.js'

type Chain = NonNullable<Drop['chain']>

/** What a host's filter does with a packet, at priority 0 of a hook; a drop in words, or undefined: it passes. */
export function filtered(flight: Flight, host: WalkHost, chain: Chain, packet: Packet): string | undefined {
  const { drops } = host.state
  if (drops.length === 0) return undefined
  const protocol = protocolOf(packet)
  const port = portOf(packet)
  const plain = drops.find(
    (drop) =>
      drop.state === undefined &&
      (drop.chain ?? chain) === chain &&
      (drop.protocol === undefined || drop.protocol === protocol) &&
      (drop.port === undefined || drop.port === port),
  )
  if (plain !== undefined) {
    const what = [plain.protocol, ...(plain.port === undefined ? [] : [say`port ${plain.port}`])].join(' ')
    return say`the firewall of ${host.name} drops ${what} in its ${chain} chain`
  }
  if (!isTracked(protocol) || !isInvalid(flight, host, packet)) return undefined
  return invalidDrop(drops, chain, { protocol, port }) < 0
    ? undefined
    : say`the firewall of ${host.name} drops what conntrack calls invalid in its ${chain} chain, and conntrack has not seen all of this connection`
}

/**
 * Whether conntrack takes a packet for one of no connection, and what it learns from it (nf_conntrack_proto_tcp.c
 * `tcp_new`, and its table of states: after a SYN without an answer, nothing else of the same side is valid; nor after an
 * INIT, since the tag of a COOKIE ECHO is known from the INIT ACK alone: nf_conntrack_proto_sctp.c `nf_conntrack_sctp_packet`).
 */
export function isInvalid(flight: Flight, host: WalkHost, packet: Packet): boolean {
  const { client, vip } = flight.request
  // What it has asked passed its own conntrack on the way out; an answer of somebody else is of no connection.
  if (flight.leg === 'reply' && host.name === client.name) return packet.ip.src !== vip
  const { tracked } = memoryOf(flight, host)
  const key = flowKey(packet)
  const flow = tracked.get(key)
  if (flow === undefined) {
    // An INIT ACK begins nothing (nf_conntrack_proto_sctp.c `sctp_new`).
    const answers = flight.request.protocol === 'sctp' && flight.leg === 'reply'
    if (answers || !beginsFlow(packet)) return true
    tracked.set(key, { opener: packet.ip.src, answered: false })
    return false
  }
  // What its own program has answered passed its conntrack on the way out.
  if (packet.ip.src !== flow.opener || host.name === flight.realServer) flow.answered = true
  return !flow.answered && 'flags' in packet.l4 && packet.l4.flags !== 'SYN'
}

/** A connection that conntrack knows by what it looks like before and after it is rewritten. */
export function track(flight: Flight, host: WalkHost, before: Packet, after: Packet): void {
  const { tracked } = memoryOf(flight, host)
  const flow = tracked.get(flowKey(before)) ?? { opener: before.ip.src, answered: false }
  tracked.set(flowKey(before), flow).set(flowKey(after), flow)
}

/** IPVS takes what it balances out of conntrack (ip_vs.h `ip_vs_notrack`). */
export function untrack(flight: Flight, host: WalkHost, packet: Packet): void {
  memoryOf(flight, host).tracked.delete(flowKey(packet))
}

function protocolOf({ outer, ip }: Packet): Drop['protocol'] {
  const number = (outer ?? ip).protocol
  const [name] = Object.entries(PROTOCOL_NUMBER).find(([, value]) => value === number) ?? []
  return name as keyof typeof PROTOCOL_NUMBER | undefined
}

function portOf({ outer, l4 }: Packet): number | undefined {
  if (outer !== undefined) return outer.dstPort
  return 'icmp' in l4 ? undefined : l4.dstPort
}

function isTracked(protocol: Drop['protocol']): protocol is Protocol {
  return protocol === 'tcp' || protocol === 'sctp' || protocol === 'udp'
}

/**
 * nf_conntrack_proto_tcp.c `tcp_new`: a SYN, or in the middle of a connection anything but a SYN-ACK, FIN or reset. Of SCTP
 * an INIT alone (nf_conntrack_proto_sctp.c `sctp_new`).
 */
function beginsFlow({ l4 }: Packet): boolean {
  if ('icmp' in l4 || l4.flags === undefined) return true
  return l4.flags === 'SYN' || l4.flags === 'PSH ACK'
}
