import { say } from '../speech/say.js'
import type { Family } from '../topology/address.js'

/** Why persistence cannot group clients by a netmask, to go on with after it; undefined: it can. */
export function faultOfMask(netmask: string, family: Family): string | undefined {
  return family === 4 ? faultOfIpv4(netmask) : faultOfIpv6(netmask)
}

function faultOfIpv4(netmask: string): string | undefined {
  const parts = netmask.split('.').map(Number)
  if (parts.length !== 4) return say`but IPv4 needs a dotted one, such as 255.255.255.0`
  if (parts.some((part) => part > 255)) return say`whose parts must be at most 255`
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('')
  if (bits.includes('01')) return say`whose ones are not all at its beginning`
  return bits.includes('1') ? undefined : say`which makes all clients one, so one real server gets them all`
}

function faultOfIpv6(netmask: string): string | undefined {
  if (netmask.includes('.')) return say`but IPv6 needs a prefix length, such as 64`
  const length = Number(netmask)
  return length >= 1 && length <= 128 ? undefined : say`but an IPv6 prefix length is from 1 to 128`
}
