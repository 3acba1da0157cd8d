import type { Packet } from '../../core/packet/packet.js'
import { PROTOCOL_NUMBER } from '../../core/packet/packet.js'
import { parseAddress } from '../../core/topology/address.js'
import type { Family, IpAddress } from '../../core/topology/address.js'

/** A captured Ethernet frame. */
export type Frame =
  | {
      readonly kind: 'ip'
      readonly packet: Packet
      /** Bytes after the TCP or UDP header. */
      readonly payload: number
      /** Not the first fragment: it has no ports, and `l4` says 0. */
      readonly fragment: boolean
      /** Of an ICMP error: the packet it is about, without Ethernet header. */
      readonly about: Packet | undefined
    }
  | {
      readonly kind: 'arp'
      readonly operation: 'request' | 'reply'
      readonly sender: { readonly mac: string; readonly address: IpAddress }
      readonly target: IpAddress
      readonly dst: string
    }
  /** Neighbour discovery, multicast listeners: nothing a walk has. */
  | { readonly kind: 'other'; readonly what: string }

const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const
const ETHERNET_BYTES = 14
const ICMP_ERRORS: Readonly<Record<Family, readonly number[]>> = { 4: [3, 4, 5, 11, 12], 6: [1, 2, 3, 4] }
const REDIRECT6 = 137

/** Total: what is cut short or unknown is `other`. GUE is told by its UDP ports. */
export function decodeFrame(bytes: Buffer, guePorts: readonly number[] = GUE_PORTS): Frame {
  try {
    const eth = { dst: mac(bytes, 0), src: mac(bytes, 6) }
    const type = bytes.readUInt16BE(12)
    if (type === ETHERTYPE.arp) return arp(bytes.subarray(ETHERNET_BYTES), eth.dst)
    if (type !== ETHERTYPE.ipv4 && type !== ETHERTYPE.ipv6) return other(`ethertype ${type.toString(16)}`)
    const decoded = decodeIp(bytes.subarray(ETHERNET_BYTES), guePorts)
    if (typeof decoded === 'string') return other(decoded)
    return { kind: 'ip', ...decoded, packet: { ...decoded.packet, eth } }
  } catch (error) {
    if (error instanceof RangeError) return other('cut short')
    throw error
  }
}

function other(what: string): Frame {
  return { kind: 'other', what }
}

type Decoded = Omit<Extract<Frame, { readonly kind: 'ip' }>, 'kind'>

interface Header {
  readonly family: Family
  readonly src: IpAddress
  readonly dst: IpAddress
  readonly ttl: number
  readonly protocol: number
  readonly length: number
  readonly df: boolean
  readonly fragment: boolean
  readonly rest: Buffer
}

function header(bytes: Buffer): Header {
  if (bytes.readUInt8(0) >> 4 === 4) {
    const flags = bytes.readUInt16BE(6)
    return {
      family: 4,
      src: address(bytes, 12, 4),
      dst: address(bytes, 16, 4),
      ttl: bytes.readUInt8(8),
      protocol: bytes.readUInt8(9),
      length: bytes.readUInt16BE(2),
      df: (flags & 0x4000) !== 0,
      fragment: (flags & 0x1fff) !== 0,
      rest: bytes.subarray((bytes.readUInt8(0) & 15) * 4),
    }
  }
  const fixed = {
    family: 6,
    src: address(bytes, 8, 6),
    dst: address(bytes, 24, 6),
    ttl: bytes.readUInt8(7),
    length: bytes.readUInt16BE(4) + 40,
    df: true,
  } as const
  // Destination options (the encapsulation limit of ip6_tunnel.c) and fragment headers stand before the next header.
  let protocol = bytes.readUInt8(6)
  let rest = bytes.subarray(40)
  let fragment = false
  while (protocol === 60 || protocol === 44 || protocol === 0) {
    if (protocol === 44) fragment = rest.readUInt16BE(2) >> 3 !== 0
    const size = protocol === 44 ? 8 : (rest.readUInt8(1) + 1) * 8
    protocol = rest.readUInt8(0)
    rest = rest.subarray(size)
  }
  return { ...fixed, protocol, fragment, rest }
}

function decodeIp(bytes: Buffer, guePorts: readonly number[]): Decoded | string {
  const ip = header(bytes)
  const inside = ip.fragment ? undefined : tunnelled(ip, guePorts)
  if (inside === undefined) return decodeInner(ip, guePorts)
  const inner = decodeInner(header(inside.bytes), guePorts)
  if (typeof inner === 'string') return inner
  const { src, dst, ttl, protocol, length, df } = ip
  return {
    ...inner,
    packet: { ...inner.packet, outer: { src, dst, ttl, protocol, length, df, ...inside.ports } },
  }
}

/** What is in IPIP, GRE or GUE. */
function tunnelled(
  { protocol, rest }: Header,
  guePorts: readonly number[],
): { bytes: Buffer; ports?: { srcPort: number; dstPort: number } } | undefined {
  switch (protocol) {
    case PROTOCOL_NUMBER.ipip:
    case PROTOCOL_NUMBER.ipv6:
      return { bytes: rest }
    case PROTOCOL_NUMBER.gre:
      return { bytes: rest.subarray((rest.readUInt16BE(0) & 0x8000) === 0 ? 4 : 8) }
    case PROTOCOL_NUMBER.udp: {
      const ports = { srcPort: rest.readUInt16BE(0), dstPort: rest.readUInt16BE(2) }
      const gue = rest.subarray(8)
      // GUE version 0 (include/net/gue.h): header length in words, control bit unset, an IP protocol.
      if (!guePorts.includes(ports.dstPort) || gue.length < 4) return undefined
      const [first, inner] = [gue.readUInt8(0), gue.readUInt8(1)]
      if (first >> 5 !== 0 || (inner !== PROTOCOL_NUMBER.ipip && inner !== PROTOCOL_NUMBER.ipv6))
        return undefined
      return { bytes: gue.subarray(4 + (first & 31) * 4), ports }
    }
    default:
      return undefined
  }
}

/** The ports the drawings of the project's tests give GUE. */
const GUE_PORTS: readonly number[] = [6080, 6090]

const TCP_FLAGS = [
  [0x02, 'SYN'],
  [0x04, 'RST'],
  [0x01, 'FIN'],
  [0x08, 'PSH'],
  [0x10, 'ACK'],
] as const

/** The type of a chunk (RFC 9260, 3.2). */
const SCTP_ABORT = 6

function decodeInner({ rest, fragment, ...ip }: Header, guePorts: readonly number[]): Decoded | string {
  const packet = (l4: Packet['l4']): Packet => ({ eth: undefined, outer: undefined, ip, l4 })
  const plain = { fragment, about: undefined } as const
  if (fragment) return { ...plain, packet: packet({ srcPort: 0, dstPort: 0 }), payload: 0 }
  const headerBytes = ip.family === 4 ? 20 : 40
  const ports = () => ({ srcPort: rest.readUInt16BE(0), dstPort: rest.readUInt16BE(2) })
  switch (ip.protocol) {
    case PROTOCOL_NUMBER.tcp: {
      // An ICMP error of an old router ends after the ports.
      const bits = rest.length > 13 ? rest.readUInt8(13) : 0
      const size = rest.length > 12 ? (rest.readUInt8(12) >> 4) * 4 : 20
      const flags = TCP_FLAGS.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
      return {
        ...plain,
        packet: packet({ ...ports(), flags: flags.join(' ') }),
        payload: ip.length - headerBytes - size,
      }
    }
    case PROTOCOL_NUMBER.udp:
      return { ...plain, packet: packet(ports()), payload: ip.length - headerBytes - 8 }
    case PROTOCOL_NUMBER.sctp: {
      const aborts = rest.length > 12 && rest.readUInt8(12) === SCTP_ABORT
      return {
        ...plain,
        packet: packet({ ...ports(), ...(aborts ? { flags: 'ABORT' } : {}) }),
        payload: ip.length - headerBytes - 12,
      }
    }
    case PROTOCOL_NUMBER.icmp:
    case PROTOCOL_NUMBER.icmpv6: {
      const [type, code] = [rest.readUInt8(0), rest.readUInt8(1)]
      const isError = ICMP_ERRORS[ip.family].includes(type) || (ip.family === 6 && type === REDIRECT6)
      if (!isError) return `icmp ${type}`
      const mtu = ip.family === 4 ? rest.readUInt16BE(6) : rest.readUInt32BE(4)
      const about = type === REDIRECT6 && ip.family === 6 ? undefined : decodeIp(rest.subarray(8), guePorts)
      const hasMtu = ip.family === 4 ? type === 3 && code === 4 : type === 2
      return {
        packet: packet({ icmp: { type, code, ...(hasMtu ? { mtu } : {}) } }),
        payload: 0,
        fragment,
        about: about === undefined || typeof about === 'string' ? undefined : about.packet,
      }
    }
    default:
      return `protocol ${ip.protocol}`
  }
}

function arp(bytes: Buffer, dst: string): Frame {
  return {
    kind: 'arp',
    operation: bytes.readUInt16BE(6) === 1 ? 'request' : 'reply',
    sender: { mac: mac(bytes, 8), address: address(bytes, 14, 4) },
    target: address(bytes, 24, 4),
    dst,
  }
}

function mac(bytes: Buffer, offset: number): string {
  if (bytes.length < offset + 6) throw new RangeError('no MAC address')
  return [...bytes.subarray(offset, offset + 6)].map((octet) => octet.toString(16).padStart(2, '0')).join(':')
}

function address(bytes: Buffer, offset: number, family: Family): IpAddress {
  const length = family === 4 ? 4 : 16
  if (bytes.length < offset + length) throw new RangeError('no address')
  const text =
    family === 4
      ? [...bytes.subarray(offset, offset + 4)].join('.')
      : Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(offset + index * 2).toString(16)).join(':')
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new RangeError(`'${text}' is no address`)
  return parsed
}
