import type { Drop, Protocol } from '../topology/types.js'

type Chain = NonNullable<Drop['chain']>

/** Packets of a connection of which conntrack has not seen every one. */
export interface HalfSeen {
  readonly protocol: Protocol
  /** Where they go to; undefined: to no port that can be told before. */
  readonly port: number | undefined
}

/**
 * Which of a host's drops refuses packets for not belonging to a connection that conntrack knows; -1: none. A packet
 * without one is taken for the first: of TCP and SCTP a SYN-ACK, a FIN or a reset cannot be that, and is invalid
 * (nf_conntrack_proto_tcp.c `tcp_new`, nf_conntrack_proto_sctp.c `sctp_new`); of UDP any packet can.
 */
export function invalidDrop(drops: readonly Drop[], chain: Chain, { protocol, port }: HalfSeen): number {
  if (protocol === 'udp') return -1
  return drops.findIndex(
    (drop) =>
      drop.state === 'invalid' &&
      (drop.chain === undefined || drop.chain === chain) &&
      (drop.protocol === undefined || drop.protocol === protocol) &&
      (drop.port === undefined || drop.port === port),
  )
}
