import ipaddr from 'ipaddr.js'
import type { IpAddress } from '../topology/address.js'

/** include/linux/hash.h GOLDEN_RATIO_32. */
const GOLDEN_RATIO = 0x61c88647
/** IP_VS_SH_TAB_BITS, IP_VS_DH_TAB_BITS. */
const BITS = 8

/** The bucket of an address, and of a port where that counts (ip_vs_sh.c `ip_vs_sh_hashkey`, ip_vs_dh.c the same). */
export function hashBucket(address: IpAddress, port: number): number {
  return Math.imul(port + foldedAddress(address), GOLDEN_RATIO) >>> (32 - BITS)
}

/** IPv6 is folded to 32 bits, word by word. */
function foldedAddress(address: IpAddress): number {
  const bytes = ipaddr.parse(address).toByteArray()
  let folded = 0
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4)
    folded ^= (a << 24) | (b << 16) | (c << 8) | d
  }
  return folded | 0
}
