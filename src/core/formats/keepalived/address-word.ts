import { parseAddress } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'

/**
 * The address a word is, or undefined. Thousands of real servers are read while a person types: four plain decimal
 * parts are canonical as they stand, and only what is anything else is taken apart.
 */
export function addressOf(text: string): IpAddress | undefined {
  return isPlainIpv4(text) ? (text as IpAddress) : parseAddress(text)
}

/** `192.0.2.1 80` for `192.0.2.1:80`, as tools other than keepalived have it; undefined for what is none, or an address. */
export function addressAndPort(text: string): string | undefined {
  const [, before = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(text) ?? []
  const address = addressOf(before)
  return address === undefined || addressOf(text) !== undefined ? undefined : `${address} ${port}`
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

/**
 * The IPv4 address inet_aton(3) reads, with fewer parts than four, and octal and hexadecimal ones: the last part fills
 * what is left, so that 255.255.0 is 255.255.0.0 and 24 is 0.0.0.24.
 */
export function shortAddressOf(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((part) => /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part)))
    return undefined
  const numbers = parts.map((part) => Number(/^0\d/.test(part) ? `0o${part}` : part))
  const last = numbers.pop() ?? 0
  const left = 4 - numbers.length
  if (last >= 256 ** left || numbers.some((number) => number > 255)) return undefined
  const bytes = Array.from({ length: left }, (_, at) => Math.floor(last / 256 ** (left - 1 - at)) % 256)
  return parseAddress([...numbers, ...bytes].join('.'))
}
