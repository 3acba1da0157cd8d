import { said, say, toSay } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { Family } from '../topology/address.js'
import { PROTOCOL_NUMBER } from './packet.js'
import type { IcmpHeader, Packet } from './packet.js'

export const LAYERS = ['eth', 'outer', 'ip', 'l4'] as const
export type Layer = (typeof LAYERS)[number]

/** One value of one header, as it is shown. */
export interface PacketField {
  readonly layer: Layer
  readonly key: 'src' | 'dst' | 'ttl' | 'protocol' | 'length' | 'df' | 'icmp' | 'flags'
  readonly text: string
}

/** A field beside the same one of the packet it is compared with. */
export interface ComparedField extends PacketField {
  /** It is otherwise in the other packet, or not there. */
  readonly changed: boolean
}

/** What stands in a packet's headers, from the outside in. */
export function packetFields({ eth, outer, ip, l4 }: Packet): readonly PacketField[] {
  const fields: PacketField[] = []
  const add = (layer: Layer, key: PacketField['key'], text: string) => {
    fields.push({ layer, key, text })
  }
  if (eth !== undefined) {
    add('eth', 'src', eth.src)
    add('eth', 'dst', eth.dst)
  }
  if (outer !== undefined) {
    add('outer', 'src', withPort(outer.src, outer.srcPort))
    add('outer', 'dst', withPort(outer.dst, outer.dstPort))
    add('outer', 'ttl', ttlText(familyOf(outer.src), outer.ttl))
    add('outer', 'protocol', protocolName(outer.protocol))
    add('outer', 'length', say`${outer.length} bytes`)
    if (outer.df && familyOf(outer.src) === 4) add('outer', 'df', 'DF')
  }
  add('ip', 'src', ip.src)
  add('ip', 'dst', ip.dst)
  add('ip', 'ttl', ttlText(ip.family, ip.ttl))
  add('ip', 'length', say`${ip.length} bytes`)
  // The header of IPv6 has no such bit (RFC 8200): routers never fragment.
  if (ip.df && ip.family === 4) add('ip', 'df', 'DF')
  if ('icmp' in l4) add('l4', 'icmp', icmpText(l4, ip.family))
  else {
    add('l4', 'src', String(l4.srcPort))
    add('l4', 'dst', String(l4.dstPort))
    if (l4.flags !== undefined) add('l4', 'flags', l4.flags)
  }
  return fields
}

function ttlText(family: Family, ttl: number): string {
  return `${family === 6 ? say`hop limit` : 'ttl'} ${ttl}`
}

/** The fields of a packet, each marked where it is not as in the one before; nothing is marked where there was none. */
export function comparedFields(packet: Packet, before: Packet | undefined): readonly ComparedField[] {
  const was = new Map(before === undefined ? [] : packetFields(before).map((each) => [idOf(each), each.text]))
  return packetFields(packet).map((field) => ({
    ...field,
    changed: before !== undefined && was.get(idOf(field)) !== field.text,
  }))
}

function idOf({ layer, key }: PacketField): string {
  return `${layer} ${key}`
}

/** What a layer of a packet is called: `tcp` where the layer is that of ports. */
export function layerName(layer: Layer, { ip }: Packet): string {
  switch (layer) {
    case 'eth':
    case 'outer':
      return layer
    case 'ip':
      return ip.family === 6 ? 'ipv6' : 'ip'
    case 'l4':
      return protocolName(ip.protocol)
  }
}

function withPort(address: string, port: number | undefined): string {
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function protocolName(number: number): string {
  const found = Object.entries(PROTOCOL_NUMBER).find(([, known]) => known === number)
  return found?.[0] ?? `protocol ${number}`
}

/** RFC 792, RFC 1191; RFC 4443. */
const ICMP_NAMES: Readonly<Record<4 | 6, Readonly<Record<string, string>>>> = {
  4: {
    '3 0': toSay`network unreachable`,
    '3 1': toSay`host unreachable`,
    '3 2': toSay`protocol unreachable`,
    '3 3': toSay`port unreachable`,
    '3 4': toSay`fragmentation needed`,
    '3 13': toSay`administratively prohibited`,
    '5 0': toSay`redirect for the network`,
    '5 1': toSay`redirect for the host`,
    '11 0': toSay`time to live exceeded`,
  },
  6: {
    '1 0': toSay`no route`,
    '1 1': toSay`administratively prohibited`,
    '1 3': toSay`address unreachable`,
    '1 4': toSay`port unreachable`,
    '2 0': toSay`packet too big`,
    '3 0': toSay`hop limit exceeded`,
    '4 1': toSay`unknown next header`,
    '137 0': toSay`redirect`,
  },
}

function icmpText({ icmp: { type, code, mtu } }: IcmpHeader, family: 4 | 6): string {
  const name = ICMP_NAMES[family][`${type} ${code}`]
  const numbers = say`type ${type} code ${code}`
  return `${name === undefined ? numbers : say`${said(name)} (${numbers})`}${mtu === undefined ? '' : say`, mtu ${mtu}`}`
}
