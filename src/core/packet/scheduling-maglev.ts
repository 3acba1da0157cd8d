import type { VirtualService } from '../formats/ipvs-table.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { familyOf } from '../topology/address.js'
import type { Family } from '../topology/address.js'
import { foldedAddress, halfSip } from './scheduling-hash.js'
import { able } from './scheduling-server.js'
import type { Choose, Server } from './scheduling-server.js'

/** Of CONFIG_IP_VS_MH_TAB_INDEX=12, its default and what distributions build: a prime of slots, and bits of a weight. */
const SLOTS = 4093
const WEIGHT_BITS = 6

/** Not random: the keys are in the source, so that every director hashes alike (ip_vs_mh.c `generate_hash_secret`). */
const FIRST_KEY = 2_654_435_761n
const SECOND_KEY = 2_654_446_892n

/** ip_vs_mh.c `ip_vs_mh_schedule`: Maglev hashing by the client's address. */
export function byMaglev({ target, flags }: VirtualService, table: readonly Server[]): Choose {
  const slots = populated(table, target.kind === 'mark' ? target.family : familyOf(target.address))
  const own = SCHEDULER_FACTS.mh.flags
  const withPort = own !== undefined && flags.includes(own.port)
  const fallsBack = own !== undefined && flags.includes(own.fallback)
  return ({ client, clientPort }) => {
    const slot = (offset: number) =>
      hash(foldedAddress(client) + (withPort ? clientPort : 0) + offset, FIRST_KEY) % SLOTS
    const at = slot(0)
    const first = slots[at]
    if (first === undefined || able(first)) return first
    if (!fallsBack) return undefined
    for (let offset = 0; offset < SLOTS; offset++) {
      const other = slots[slot((offset + at) % SLOTS)]
      if (other === undefined || able(other)) return other
    }
    return undefined
  }
}

/** `ip_vs_mh_hashkey`, of an address, a port and an offset added up. */
function hash(sum: number, key: bigint): number {
  return halfSip(sum >>> 0, key)
}

/** `ip_vs_mh_populate`: everyone takes slots in turn, by a permutation of its own, as many in a row as its weight says. */
function populated(table: readonly Server[], family: Family): (Server | undefined)[] {
  const slots = new Array<Server | undefined>(SLOTS).fill(undefined)
  const weights = table.map(({ destination: { weight } }) => weight)
  const step = weights.reduce(greatestDivisor, 0)
  if (step < 1) return slots
  const occupied = 32 - Math.clz32(Math.floor(Math.max(...weights) / step))
  const shift = Math.max(0, occupied - WEIGHT_BITS)
  const takers = table.flatMap((server) => {
    const { address, port, weight } = server.destination
    if (weight <= 0) return []
    return [
      {
        server,
        at: hash(foldedAddress(address, family) + port, FIRST_KEY) % SLOTS,
        skip: (hash(foldedAddress(address, family) + port, SECOND_KEY) % (SLOTS - 1)) + 1,
        turns: Math.floor(weight / step) >> shift || 1,
      },
    ]
  })
  let filled = 0
  for (;;) {
    for (const taker of takers) {
      for (let turn = 0; turn < taker.turns; turn++) {
        while (slots[taker.at] !== undefined) taker.at = (taker.at + taker.skip) % SLOTS
        slots[taker.at] = taker.server
        filled++
        if (filled === SLOTS) return slots
      }
    }
  }
}

export function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
