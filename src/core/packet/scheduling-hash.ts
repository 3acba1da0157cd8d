import ipaddr from 'ipaddr.js'
import { familyOf } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'

/** include/linux/hash.h GOLDEN_RATIO_32. */
const GOLDEN_RATIO = 0x61c88647
/** IP_VS_SH_TAB_BITS, IP_VS_DH_TAB_BITS. */
const BITS = 8

/** The bucket of an address, and of a port where that counts (ip_vs_sh.c `ip_vs_sh_hashkey`, ip_vs_dh.c the same). */
export function hashBucket(address: IpAddress, port: number): number {
  return Math.imul(port + foldedAddress(address), GOLDEN_RATIO) >>> (32 - BITS)
}

/** IPv6 is folded to 32 bits, word by word; by a service of IPv4 the first word alone is looked at. */
export function foldedAddress(address: IpAddress, of: Family = familyOf(address)): number {
  const bytes = ipaddr
    .parse(address)
    .toByteArray()
    .slice(0, of === 4 ? 4 : 16)
  let folded = 0
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4)
    folded ^= (a << 24) | (b << 16) | (c << 8) | d
  }
  return folded | 0
}

const MASK = 0xffff_ffff_ffff_ffffn

/** lib/siphash.c `hsiphash_1u32` where a word has 64 bits: SipHash-1-3 of 4 bytes, cut to 32. Both halves of the key are alike. */
export function halfSip(value: number, key: bigint): number {
  let v0 = 0x736f_6d65_7073_6575n ^ key
  let v1 = 0x646f_7261_6e64_6f6dn ^ key
  let v2 = 0x6c79_6765_6e65_7261n ^ key
  let v3 = 0x7465_6462_7974_6573n ^ key
  const round = () => {
    v0 = (v0 + v1) & MASK
    v1 = rotated(v1, 13n) ^ v0
    v0 = rotated(v0, 32n)
    v2 = (v2 + v3) & MASK
    v3 = rotated(v3, 16n) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = rotated(v3, 21n) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = rotated(v1, 17n) ^ v2
    v2 = rotated(v2, 32n)
  }
  const block = (4n << 56n) | BigInt(value)
  v3 ^= block
  round()
  v0 ^= block
  v2 ^= 0xffn
  round()
  round()
  round()
  return Number((v0 ^ v1 ^ v2 ^ v3) & 0xffff_ffffn)
}

function rotated(word: bigint, bits: bigint): bigint {
  return ((word << bits) | (word >> (64n - bits))) & MASK
}
