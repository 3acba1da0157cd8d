import { say } from '../../speech/say.js'
import {
  addressAfter,
  compareAddresses,
  familyOf,
  networkAddress,
  parseAddress,
  parseSubnet,
  prefixLength,
  addressBits,
} from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import type { Directive } from './tree.js'

/** A line of virtual_server_group (check_data.c `alloc_vsg_entry`). */
export type GroupEntry =
  | {
      readonly kind: 'addresses'
      readonly directive: Directive
      readonly first: IpAddress
      /** How many, from the first on. */
      readonly count: number
      readonly port: number
    }
  | {
      readonly kind: 'mark'
      readonly directive: Directive
      readonly mark: number
      readonly family: Family | undefined
    }
  | { readonly kind: 'wrong'; readonly directive: Directive; readonly reason: string }

/** The range of the man page: at most so many addresses are written out one by one. */
export const MAX_RANGE = 4_096

export function groupEntries(block: Directive): GroupEntry[] {
  return (block.children ?? []).map(entry)
}

function entry(directive: Directive): GroupEntry {
  const { words, name } = directive
  const wrong = (reason: string): GroupEntry => ({ kind: 'wrong', directive, reason })
  if (name === 'fwmark') {
    const text = words[1]?.text ?? ''
    if (!/^\d+$/.test(text) || Number(text) > 4_294_967_295) return wrong(say`"${text}" is no firewall mark`)
    const family = words[2]?.text
    if (family !== undefined && family !== 'inet' && family !== 'inet6')
      return wrong(say`"${family}" is no family; inet and inet6 are`)
    return {
      kind: 'mark',
      directive,
      mark: Number(text),
      family: family === undefined ? undefined : family === 'inet' ? 4 : 6,
    }
  }
  const portText = words[1]?.text
  const port = portText === undefined ? 0 : /^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN
  if (!(port <= 65_535)) return wrong(say`"${portText ?? ''}" is no port`)
  const addresses = (first: IpAddress, count: number): GroupEntry => ({
    kind: 'addresses',
    directive,
    first,
    count,
    port,
  })
  if (name.includes('/')) {
    const parsed = parseSubnet(name)
    if (!parsed.ok) return wrong(parsed.reason)
    const bits = addressBits(familyOf(parsed.subnet)) - prefixLength(parsed.subnet)
    return addresses(networkAddress(parsed.subnet), 2 ** bits)
  }
  const dash = name.indexOf('-')
  if (dash < 0) {
    const address = parseAddress(name)
    return address === undefined ? wrong(say`"${name}" is no address`) : addresses(address, 1)
  }
  const first = parseAddress(name.slice(0, dash))
  if (first === undefined) return wrong(say`"${name.slice(0, dash)}" is no address`)
  const end = lastOf(first, name.slice(dash + 1))
  if (end === undefined) return wrong(say`"${name.slice(dash + 1)}" is no end of a range`)
  if (familyOf(first) !== familyOf(end)) return wrong(say`the range begins and ends in different families`)
  const count = distance(first, end)
  return count === undefined
    ? wrong(say`the range ends before it begins, or has more than ${MAX_RANGE} addresses`)
    : addresses(first, count)
}

/** `1.2.3.4-10` means up to 1.2.3.10; of IPv6 the last group is hexadecimal. */
function lastOf(first: IpAddress, text: string): IpAddress | undefined {
  const whole = parseAddress(text)
  if (whole !== undefined) return whole
  if (familyOf(first) === 4) {
    return /^\d{1,3}$/.test(text) ? parseAddress(first.replace(/\d+$/, text)) : undefined
  }
  return /^[0-9a-f]{1,4}$/i.test(text) ? parseAddress(first.replace(/[0-9a-f]*$/, text)) : undefined
}

function distance(first: IpAddress, last: IpAddress): number | undefined {
  if (compareAddresses(first, last) > 0) return undefined
  let low = 0
  let high = MAX_RANGE
  // addressAfter grows with its offset.
  while (low < high) {
    const middle = (low + high) >> 1
    const at = addressAfter(first, middle)
    if (at === undefined || compareAddresses(at, last) >= 0) high = middle
    else low = middle + 1
  }
  return addressAfter(first, low) === last ? low + 1 : undefined
}
