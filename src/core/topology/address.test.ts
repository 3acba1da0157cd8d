import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import {
  addressAfter,
  addressBits,
  addressKind,
  contains,
  familyOf,
  parseAddress,
  sharesPrefix,
  subnetOf,
} from './address.js'
import type { IpAddress } from './address.js'

const parsed = (text: string): IpAddress => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`${text} is no address`)
  return address
}
// Groups of zeroes are frequent in real IPv6 addresses, and what makes their text hard.
const group = fc.oneof(fc.constant(0), fc.nat(0xffff))
const anyAddress = fc.oneof(
  fc.ipV4().map(parsed),
  fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((parts) => parsed(parts.map((part) => part.toString(16)).join(':'))),
)

describe('addresses', () => {
  it('lie in their own subnets, as ipaddr.js sees it', () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, fc.nat(128), (address, other, length) => {
        const prefix = Math.min(length, addressBits(familyOf(address)))
        const subnet = subnetOf(address, prefix)
        expect(contains(subnet, address)).toBe(true)
        const [network, bits] = ipaddr.parseCIDR(subnet)
        const reference = familyOf(other) === familyOf(address) && ipaddr.parse(other).match([network, bits])
        expect(contains(subnet, other)).toBe(reference)
        expect(sharesPrefix(address, other, prefix)).toBe(reference)
      }),
    )
  })

  it('can be counted up and down', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(70_000), (address, offset) => {
        const after = addressAfter(address, offset)
        if (after !== undefined) expect(addressAfter(after, -offset)).toBe(address)
      }),
    )
  })

  it.each([
    ['0.0.0.0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['169.254.1.1', 'link-local'],
    ['224.0.0.81', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['192.0.2.1', 'unicast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['ff02::1', 'multicast'],
    ['ff::1', 'unicast'],
    ['fe8::1', 'unicast'],
    ['::2', 'unicast'],
    ['fd00::1', 'unicast'],
    ['::ffff:192.0.2.1', 'unicast'],
  ])('%s is %s', (text, kind) => {
    expect(addressKind(parsed(text))).toBe(kind)
  })
})
