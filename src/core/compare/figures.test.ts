import { expect, it } from 'vitest'
import { countText, rateText, shareText, sizeText, timesText } from './figures.js'

it.each([
  [0, '0'],
  [999.4, '999'],
  [1000, '1,000'],
  [1_234_567.5, '1,234,568'],
])('a count of %d is %s', (value, text) => {
  expect(countText(value)).toBe(text)
})

it.each([
  [1, '1×'],
  [0.905, '0.9×'],
  [8.44, '8.4×'],
  [9.96, '10×'],
  [34.2, '34×'],
])('%d times is %s', (value, text) => {
  expect(timesText(value)).toBe(text)
})

it.each([
  [1, '100 %'],
  [0.0856, '8.6 %'],
  [0.9996, '100 %'],
  [0, '0 %'],
])('a share of %d is %s', (value, text) => {
  expect(shareText(value)).toBe(text)
})

it('names rates and sizes by the step they are in', () => {
  expect([500, 15_000, 1e6, 2.5e9, 1e13].map(sizeText)).toEqual(['500 B', '15 kB', '1 MB', '2.5 GB', '10 TB'])
  expect([100e6, 1e9, 2.5e9].map(rateText)).toEqual(['100 Mbit/s', '1 Gbit/s', '2.5 Gbit/s'])
})
