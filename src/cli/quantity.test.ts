import { expect, it } from 'vitest'
import { UsageError } from './io.js'
import { quantity } from './quantity.js'

const BYTES = { unit: 'B', least: 0, most: 1e12 } as const
const RATE = { unit: 'bit/s', least: 1, most: 1e15 } as const

it.each([
  ['0', 0],
  ['500', 500],
  ['15k', 15_000],
  ['15 kB', 15_000],
  ['1.5M', 1_500_000],
  ['2 bytes', 2],
])('reads %s as bytes', (text, bytes) => {
  expect(quantity('--size', text, BYTES)).toBe(bytes)
})

it.each([
  ['100M', 1e8],
  ['1g', 1e9],
  ['2.5Gbit/s', 2.5e9],
  ['10 Gbit', 1e10],
  ['1Gbps', 1e9],
])('reads %s as a rate', (text, rate) => {
  expect(quantity('--rate', text, RATE)).toBe(rate)
})

it.each([
  ['', BYTES],
  ['-1', BYTES],
  ['1e3', BYTES],
  ['15 kbit', BYTES],
  ['15kb', BYTES],
  ['2T0', BYTES],
  ['2T', { ...BYTES, most: 1e12 }],
  ['0', RATE],
  ['1GB', RATE],
  ['1 G/s', RATE],
])('refuses %j, naming the option', (text, range) => {
  expect(() => quantity('--thing', text, range)).toThrow(UsageError)
  expect(() => quantity('--thing', text, range)).toThrow(/^--thing takes .* not "/)
})
