import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../topology/address.js'
import { addressOf } from './address-word.js'

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
