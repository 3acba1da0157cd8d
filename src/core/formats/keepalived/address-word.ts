import { parseAddress } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'

/**
 * The address a word is, or undefined. Thousands of real servers are read while a person types: four plain decimal
 * parts are canonical as they stand, and only what is anything else is taken apart.
 */
export function addressOf(text: string): IpAddress | undefined {
  return isPlainIpv4(text) ? (text as IpAddress) : parseAddress(text)
}

const DOT = 46
const ZERO = 48

function isPlainIpv4(text: string): boolean {
  let parts = 1
  let digits = 0
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (digits === 0) return false
      parts++
      digits = 0
      value = 0
      continue
    }
    // A leading zero would be octal to some.
    if (code < ZERO || code > ZERO + 9 || (digits > 0 && value === 0)) return false
    value = value * 10 + code - ZERO
    digits++
    if (value > 255) return false
  }
  return parts === 4 && digits > 0
}
