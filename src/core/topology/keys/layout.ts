import { defaulted, integer, mapOf, number, object } from '../grammar.js'
import type { Layout } from '../types.js'
import { hostName, plainName } from './values.js'

const coordinate = number(-1_000_000, 1_000_000)
const position = object({
  x: defaulted(coordinate, 0, 'To the right, in canvas units.'),
  y: defaulted(coordinate, 0, 'Downwards, in canvas units.'),
})

export const NOTHING_PLACED: Layout = {
  hosts: new Map(),
  networks: new Map(),
  services: new Map(),
  lengths: new Map(),
}

export const layout = object({
  hosts: defaulted(mapOf(hostName, position), new Map(), 'Hosts a person moved.'),
  networks: defaulted(mapOf(plainName, position), new Map(), 'Networks a person moved.'),
  services: defaulted(mapOf(plainName, position), new Map(), 'Services a person moved.'),
  lengths: defaulted(
    mapOf(plainName, integer(1, 100_000)),
    new Map(),
    'Networks a person drew longer than what hangs on them needs, in canvas units.',
  ),
})
