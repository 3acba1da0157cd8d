import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../topology/address.js'
import { addressAndPort, addressOf, shortAddressOf } from './address-word.js'

describe('a word as an address', () => {
  it.each([
    '0.0.0.0',
    '192.0.2.1',
    '255.255.255.255',
    '256.0.0.1',
    '01.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1..2.3',
    '.1.2.3',
    '1.2.3.',
    '',
    'a',
    '::1',
    '2001:DB8::1',
    '1.2.3.4/8',
    '00.0.0.0',
    '1.2.3.04',
  ])('%j is what it is elsewhere', (text) => {
    expect(addressOf(text)).toBe(parseAddress(text))
  })
})

describe('an address with its port behind a colon', () => {
  it.each([
    ['192.0.2.1:80', '192.0.2.1 80'],
    ['[2001:db8::1]:80', '2001:db8::1 80'],
    ['2001:db8::1:80', undefined],
    ['192.0.2.1', undefined],
    ['web.example:80', undefined],
    ['192.0.2.1:http', undefined],
  ])('%s is %s', (text, apart) => {
    expect(addressAndPort(text)).toBe(apart)
  })
})

describe('an address as inet_aton reads it', () => {
  it.each([
    ['255.255.255.0', '255.255.255.0'],
    ['255.255.0', '255.255.0.0'],
    ['255.1', '255.0.0.1'],
    ['24', '0.0.0.24'],
    ['0xffffff00', '255.255.255.0'],
    ['0377.0.0.1', '255.0.0.1'],
    ['4294967296', undefined],
    ['256.1', undefined],
    ['1.2.3.4.5', undefined],
    ['09', undefined],
    ['2001:db8::1', undefined],
    ['', undefined],
    ['foo', undefined],
  ])('%s is %s', (text, address) => {
    expect(shortAddressOf(text)).toBe(address)
  })
})
