import { describe, expect, it } from 'vitest'
import { parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Scheduler, SchedulerFlag } from '../topology/types.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { turns, unforeseeable } from './scheduling.js'
import type { Arrival } from './scheduling-server.js'

function address(text: string): IpAddress {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const VIP = address('192.0.2.100')

interface Table {
  readonly scheduler: Scheduler
  readonly weights: readonly number[]
  readonly flags?: readonly SchedulerFlag[]
  readonly upper?: number
  readonly persistent?: number
}

function service({ scheduler, weights, flags = [], upper = 0, persistent }: Table): VirtualService {
  return {
    target: { kind: 'address', protocol: 'tcp', address: VIP, port: 80 },
    scheduler,
    flags,
    persistence:
      persistent === undefined ? undefined : { timeout: 300, granularity: persistent, engine: undefined },
    onePacket: false,
    destinations: weights.map((weight, index): Destination => ({
      address: address(`10.0.0.${11 + index}`),
      port: 80,
      method: 'nat',
      weight,
      upper,
      lower: 0,
      tunnel: undefined,
    })),
  }
}

function arrivals(count: number, client = (index: number) => `192.0.2.${50 + index}`): Arrival[] {
  return Array.from({ length: count }, (_, index) => ({
    client: address(client(index)),
    clientPort: 40_000 + index,
    vip: VIP,
  }))
}

/** `abc`: the first, second and third destination of the table; `-` a refusal. */
function picked(table: Table, of: readonly Arrival[], keepOpen = true): string {
  const made = service(table)
  return turns(made, of, { keepOpen })
    .map((destination) =>
      destination === undefined ? '-' : 'abcdef'.charAt(made.destinations.indexOf(destination)),
    )
    .join('')
}

describe('whom a scheduler chooses', () => {
  it.each<[string, Table, string]>([
    ['rr: what came last is first', { scheduler: 'rr', weights: [1, 1, 1] }, 'cbacba'],
    ['rr: none without weight', { scheduler: 'rr', weights: [1, 0, 5] }, 'cacaca'],
    ['rr: nobody left', { scheduler: 'rr', weights: [0, 0] }, '------'],
    // The first destination has set the weight of the first round; the second raises those that follow.
    ['wrr: as often as the weight says', { scheduler: 'wrr', weights: [1, 3] }, 'babbba'],
    ['wrr: of weights with a common divisor', { scheduler: 'wrr', weights: [10, 20] }, 'babbab'],
    ['lc: whoever has fewest', { scheduler: 'lc', weights: [1, 9] }, 'bababa'],
    ['wlc: fewest for the weight', { scheduler: 'wlc', weights: [1, 2] }, 'bab' + 'bab'],
    ['sed: shortest expected delay', { scheduler: 'sed', weights: [1, 3] }, 'bbbabb'],
    ['nq: an idle one first', { scheduler: 'nq', weights: [1, 3] }, 'babbbb'],
    ['fo: the highest weight alone', { scheduler: 'fo', weights: [5, 9, 1] }, 'bbbbbb'],
    ['ovf: the next when full', { scheduler: 'ovf', weights: [1, 2] }, 'bbbaa-'],
    ['a limit of connections', { scheduler: 'fo', weights: [5, 9], upper: 2 }, 'bbaa--'],
  ])('%s', (_, table, expected) => {
    expect(picked(table, arrivals(6))).toBe(expected)
  })

  it('hashes a client always to the same, and its port only where the flag says so', () => {
    const same = arrivals(20, () => '192.0.2.50')
    expect(new Set(picked({ scheduler: 'sh', weights: [1, 1, 1] }, same))).toHaveLength(1)
    expect(
      new Set(picked({ scheduler: 'sh', weights: [1, 1, 1], flags: ['sh-port'] }, same)).size,
    ).toBeGreaterThan(1)
    expect(new Set(picked({ scheduler: 'dh', weights: [1, 1, 1] }, arrivals(20)))).toHaveLength(1)
  })

  it('shares hashed clients by weight, and refuses those of one without weight unless it falls back', () => {
    const many = arrivals(256, (index) => `10.1.${index}.7`)
    const count = (letter: string, text: string) => text.split(letter).length - 1
    const shared = picked({ scheduler: 'sh', weights: [1, 3] }, many)
    expect(count('b', shared)).toBeGreaterThan(2 * count('a', shared))
    const refused = picked({ scheduler: 'sh', weights: [0, 1] }, many)
    expect(count('-', refused)).toBeGreaterThan(0)
    expect(count('a', refused)).toBe(0)
    const fallen = picked({ scheduler: 'sh', weights: [0, 1], flags: ['sh-fallback'] }, many)
    expect(fallen).toBe('b'.repeat(256))
  })

  it('hashes by Maglev as every director does: shares by weight, and only a fallback serves for who is full', () => {
    const many = arrivals(256, (index) => `10.1.${index}.7`)
    const count = (letter: string, text: string) => text.split(letter).length - 1
    const even = picked({ scheduler: 'mh', weights: [1, 1, 1] }, many)
    for (const letter of 'abc') expect(count(letter, even)).toBeGreaterThan(60)
    const shared = picked({ scheduler: 'mh', weights: [1, 3] }, many)
    expect(count('b', shared)).toBeGreaterThan(2 * count('a', shared))
    // Few clients move when one real server goes.
    const fewer = picked({ scheduler: 'mh', weights: [1, 1, 0] }, many)
    const moved = even.split('').filter((letter, at) => letter !== 'c' && letter !== fewer[at])
    expect(moved.length).toBeLessThan(10)
    const same = arrivals(4, () => '192.0.2.50')
    expect(picked({ scheduler: 'mh', weights: [1, 1], upper: 1 }, same)).toMatch(/^[ab]---$/)
    const fallen = picked({ scheduler: 'mh', weights: [1, 1], upper: 1, flags: ['mh-fallback'] }, same)
    expect(fallen).toMatch(/^(ab|ba)--$/)
  })

  it('keeps an address where it is by locality, until that is loaded and another idle', () => {
    expect(picked({ scheduler: 'lblc', weights: [2, 1] }, arrivals(6))).toBe('bbaaaa')
    expect(picked({ scheduler: 'lblcr', weights: [2, 1] }, arrivals(6))).toBe('bbaaaa')
    expect(picked({ scheduler: 'lblc', weights: [2, 1] }, arrivals(6), false)).toBe('bbbbbb')
  })

  it('brings a persistent client back to where it was, and its neighbours with a mask', () => {
    const back = [...arrivals(3), ...arrivals(3)]
    expect(picked({ scheduler: 'rr', weights: [1, 1, 1], persistent: 32 }, back)).toBe('cbacba')
    expect(picked({ scheduler: 'rr', weights: [1, 1, 1], persistent: 24 }, back)).toBe('cccccc')
  })

  it('says of which it cannot tell', () => {
    expect(unforeseeable('mh')).toBeUndefined()
    expect(unforeseeable('twos')).toMatch(/at random/)
    expect(() => picked({ scheduler: 'twos', weights: [1] }, arrivals(1))).toThrow(RangeError)
  })
})
