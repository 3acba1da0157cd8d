import ipaddr from 'ipaddr.js'
import { say } from '../speech/say.js'

/**
 * IPv4 and IPv6 addresses and subnets as canonical text: two addresses are equal when their texts are (RFC 5952 for
 * IPv6). Canonical text is what files, messages and `ip` commands show anyway, so nothing is converted twice.
 */
export type IpAddress = string & { readonly brand: 'IpAddress' }

/** A network as `address/prefix` with no host bits set, canonical like IpAddress. */
export type Subnet = string & { readonly brand: 'Subnet' }

export type Family = 4 | 6

export const FAMILIES: readonly Family[] = [4, 6]

/** Bits of an address of the family: the prefix length that means this one address only. */
export function addressBits(of: Family): 32 | 128 {
  return of === 4 ? 32 : 128
}

/**
 * Canonical text of an address, or undefined when it is none. IPv4 in four decimal parts only (no `10.1`, no octal:
 * inet_aton's other readings are a source of surprise); IPv6 without zone.
 */
export function parseAddress(text: string): IpAddress | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString() as IpAddress
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return ipaddr.IPv6.parse(text).toRFC5952String() as IpAddress
}

/** Why a text is no subnet, or the subnet. `suggestion` is the network the text most likely means. */
export type ParsedSubnet =
  | { readonly ok: true; readonly subnet: Subnet }
  | { readonly ok: false; readonly reason: string; readonly suggestion?: Subnet }

/** Reads `address/prefix`; host bits that are set are refused with the network they lie in as suggestion. */
export function parseSubnet(text: string): ParsedSubnet {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return { ok: false, reason: say`a subnet is written as address/prefix, such as 10.0.0.0/24` }
  const address = parseAddress(text.slice(0, slash))
  if (address === undefined) return { ok: false, reason: say`"${text.slice(0, slash)}" is not an IP address` }
  const bits = addressBits(familyOf(address))
  const prefixText = text.slice(slash + 1)
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN
  if (!(prefix >= 0 && prefix <= bits)) {
    return { ok: false, reason: say`the prefix length must be a number from 0 to ${bits}` }
  }
  const subnet = subnetOf(address, prefix)
  if (networkAddress(subnet) !== address) {
    return {
      ok: false,
      reason: say`bits are set beyond the prefix; the network is ${subnet}`,
      suggestion: subnet,
    }
  }
  return { ok: true, subnet }
}

export function familyOf(address: IpAddress | Subnet): Family {
  return address.includes(':') ? 6 : 4
}

export function prefixLength(subnet: Subnet): number {
  return Number(subnet.slice(subnet.lastIndexOf('/') + 1))
}

/** The address before the slash: all host bits zero. */
export function networkAddress(subnet: Subnet): IpAddress {
  return subnet.slice(0, subnet.lastIndexOf('/')) as IpAddress
}

/** The network of `prefix` bits the address lies in. */
export function subnetOf(address: IpAddress, prefix: number): Subnet {
  if (familyOf(address) === 4) {
    return `${ipv4Text((ipv4Number(address) & ipv4Mask(prefix)) >>> 0)}/${prefix}` as Subnet
  }
  const bits = addressBits(familyOf(address))
  const host = BigInt(bits - prefix)
  return `${fromNumber((toNumber(address) >> host) << host, familyOf(address))}/${prefix}` as Subnet
}

/** Whether two addresses agree in their first `prefix` bits; false across families. */
export function sharesPrefix(a: IpAddress, b: IpAddress, prefix: number): boolean {
  const family = familyOf(a)
  if (family !== familyOf(b)) return false
  if (family === 4) return ((ipv4Number(a) ^ ipv4Number(b)) & ipv4Mask(prefix)) === 0
  const host = BigInt(addressBits(family) - prefix)
  return toNumber(a) >> host === toNumber(b) >> host
}

/** Whether the address lies in the subnet; false across families. */
export function contains(subnet: Subnet, address: IpAddress): boolean {
  const family = familyOf(subnet)
  if (family !== familyOf(address)) return false
  if (family === 4) {
    return ((ipv4Number(address) ^ ipv4Number(subnet)) & ipv4Mask(prefixLength(subnet))) === 0
  }
  const host = BigInt(addressBits(family) - prefixLength(subnet))
  return toNumber(address) >> host === toNumber(networkAddress(subnet)) >> host
}

export function subnetsOverlap(a: Subnet, b: Subnet): boolean {
  return contains(a, networkAddress(b)) || contains(b, networkAddress(a))
}

/** The broadcast address of an IPv4 subnet that has one (RFC 3021: /31 and /32 have none). */
export function broadcastAddress(subnet: Subnet): IpAddress | undefined {
  if (familyOf(subnet) !== 4 || prefixLength(subnet) > 30) return undefined
  const host = BigInt(32 - prefixLength(subnet))
  return fromNumber(toNumber(networkAddress(subnet)) | ((1n << host) - 1n), 4)
}

/** The address `offset` places after another, or undefined past the end of the address space. */
export function addressAfter(address: IpAddress, offset: number): IpAddress | undefined {
  const family = familyOf(address)
  const value = toNumber(address) + BigInt(offset)
  if (value < 0n || value >= 1n << BigInt(addressBits(family))) return undefined
  return fromNumber(value, family)
}

/** Below 0, 0 or above: their order within a family, IPv4 before IPv6. */
export function compareAddresses(a: IpAddress, b: IpAddress): number {
  if (familyOf(a) !== familyOf(b)) return familyOf(a) - familyOf(b)
  const difference = toNumber(a) - toNumber(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export type AddressKind = 'unicast' | 'unspecified' | 'multicast' | 'broadcast' | 'loopback' | 'link-local'

/** What sort of address it is, as far as IPVS cares (ip_vs_ctl.c `ip_vs_new_dest` takes unicast only). */
export function addressKind(address: IpAddress): AddressKind {
  return familyOf(address) === 4 ? ipv4Kind(ipv4Number(address)) : ipv6Kind(address)
}

/** IANA's special-purpose registry, as ip_fib and in.h group it. */
function ipv4Kind(value: number): AddressKind {
  const first = value >>> 24
  if (first === 0) return 'unspecified'
  if (first === 127) return 'loopback'
  if (value >>> 16 === 0xa9fe) return 'link-local'
  if (first >= 224 && first < 240) return 'multicast'
  return value === 0xffffffff ? 'broadcast' : 'unicast'
}

/** Canonical text begins with the first group, and only an address of zeroes begins with `::` and has no more. */
function ipv6Kind(address: IpAddress): AddressKind {
  if (address === '::') return 'unspecified'
  if (address === '::1') return 'loopback'
  if (/^ff[0-9a-f]{2}:/.test(address)) return 'multicast'
  return /^fe[89ab][0-9a-f]:/.test(address) ? 'link-local' : 'unicast'
}

/** Prefix length of a netmask as files write it: dotted for IPv4, a number for IPv6. Absent: the whole address. */
export function maskLength(netmask: string | undefined, family: Family): number {
  if (netmask === undefined) return addressBits(family)
  if (!netmask.includes('.')) return Math.min(Number(netmask), addressBits(family))
  return netmask
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0)
}

/** `address:port`, with brackets round IPv6, as ipvsadm and URLs write it. */
export function withPort(address: IpAddress, port: number): string {
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

/** Routes of thousands of hosts are looked up while a person types; IPv4 stays clear of BigInt and of splitting. */
function ipv4Number(text: IpAddress | Subnet): number {
  let value = 0
  let part = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SLASH) break
    if (code === DOT) {
      value = value * 256 + part
      part = 0
    } else part = part * 10 + code - DIGIT_ZERO
  }
  return value * 256 + part
}

const DOT = 46
const SLASH = 47
const DIGIT_ZERO = 48

/** As 32 bits; a shift by 32 would be one by none. */
function ipv4Mask(prefix: number): number {
  return prefix === 0 ? 0 : -1 << (32 - prefix)
}

function ipv4Text(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

function toNumber(address: IpAddress): bigint {
  if (familyOf(address) === 4) return BigInt(ipv4Number(address))
  return ipv6Number(address)
}

/** Of canonical text: groups of hexadecimal digits with at most one `::`, and IPv4-mapped ones in dotted form. */
function ipv6Number(address: IpAddress): bigint {
  if (address.includes('.')) return joinGroups(ipaddr.IPv6.parse(address).parts)
  const gap = address.indexOf('::')
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  if (gap < 0) return joinGroups(groups(address))
  const head = groups(address.slice(0, gap))
  const tail = groups(address.slice(gap + 2))
  return (joinGroups(head) << BigInt(16 * (8 - head.length))) | joinGroups(tail)
}

function joinGroups(groups: readonly number[]): bigint {
  let value = 0n
  for (const group of groups) value = (value << 16n) | BigInt(group)
  return value
}

function fromNumber(value: bigint, family: Family): IpAddress {
  if (family === 4) {
    return ipv4Text(Number(value)) as IpAddress
  }
  const parts = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - index * 16)) & 0xffffn))
  return new ipaddr.IPv6(parts).toRFC5952String() as IpAddress
}
