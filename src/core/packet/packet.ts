import type { Family, IpAddress } from '../topology/address.js'

/** A packet as it is on a wire, or between two layers of a host; what does not decide anything is left out. */
export interface Packet {
  /** Undefined while it is inside a host: before the first neighbour is known, and between a tunnel device and IP. */
  readonly eth: EthernetHeader | undefined
  /** The IP header around it while it is in a tunnel. */
  readonly outer: OuterHeader | undefined
  readonly ip: IpHeader
  readonly l4: PortsHeader | IcmpHeader
}

export interface EthernetHeader {
  readonly src: Mac
  readonly dst: Mac
}

/** `02:00:00:00:00:01`, lower case. */
export type Mac = string

/** The delivery header of IPIP, GRE and GUE (RFC 2003, RFC 2784, draft-ietf-intarea-gue). */
export interface OuterHeader {
  readonly src: IpAddress
  readonly dst: IpAddress
  readonly ttl: number
  /** IANA number: 4 IPv4, 41 IPv6, 47 GRE, 17 UDP (GUE). */
  readonly protocol: number
  /** UDP ports of GUE. */
  readonly srcPort?: number
  readonly dstPort?: number
  /** GRE with a checksum (RFC 2784, 2.1); absent: without. */
  readonly checksum?: true
  /** Bytes of everything: this header, what stands between, and the packet inside. */
  readonly length: number
  readonly df: boolean
}

export interface IpHeader {
  readonly family: Family
  readonly src: IpAddress
  readonly dst: IpAddress
  /** TTL or hop limit. */
  readonly ttl: number
  /** IANA number: 6 TCP, 17 UDP, 132 SCTP, 1 ICMP, 58 ICMPv6. */
  readonly protocol: number
  /** Bytes with this header. */
  readonly length: number
  /** Don't fragment; IPv6 never does on the way. */
  readonly df: boolean
}

export interface PortsHeader {
  readonly srcPort: number
  readonly dstPort: number
  /** TCP: `SYN`, `SYN ACK`, `RST ACK`, `PSH ACK`. SCTP: `COOKIE ECHO`; a frame also `ABORT`. */
  readonly flags?: string
}

export interface IcmpHeader {
  readonly icmp: {
    readonly type: number
    readonly code: number
    /** Bytes; of "fragmentation needed" and "packet too big". */
    readonly mtu?: number
  }
}

export const PROTOCOL_NUMBER = {
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  icmpv6: 58,
  sctp: 132,
} as const

/** The header that routes decide by: the outer one of a tunnel, else the packet's own. */
export function routedHeader(packet: Packet): {
  readonly src: IpAddress
  readonly dst: IpAddress
  readonly ttl: number
  readonly length: number
  readonly df: boolean
} {
  return packet.outer ?? packet.ip
}
