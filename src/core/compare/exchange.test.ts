import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROTOCOLS } from '../topology/types.js'
import { exchangeOf, packetsOf } from './exchange.js'
import type { ExchangeSizes, PacketRun } from './exchange.js'
import { framed } from './frames.js'

const USUAL: ExchangeSizes = {
  protocol: 'tcp',
  family: 4,
  requestBytes: 500,
  replyBytes: 15_000,
  requestMtu: 1500,
  replyMtu: 1500,
}
const lengths = (runs: readonly PacketRun[], kind?: PacketRun['kind']) =>
  runs
    .filter((run) => kind === undefined || run.kind === kind)
    .flatMap(({ packets, length }) => Array.from({ length: packets }, () => length))
const acknowledgements = (runs: readonly PacketRun[]) => lengths(runs, 'acknowledge').length

describe('an exchange over TCP', () => {
  it('is what Linux sends: as captured in the lab', () => {
    const { request, reply } = exchangeOf(USUAL)
    // SYN, ACK, the request, an ACK for each of eleven segments, FIN.
    expect(lengths(request)).toEqual([60, 52, 552, ...Array.from({ length: 11 }, () => 52), 52])
    // SYN ACK, ACK of the request, ten full segments and what is left of 15,000, FIN, ACK of the FIN.
    expect(lengths(reply)).toEqual([60, 52, ...Array.from({ length: 10 }, () => 1500), 572, 52, 52])
  })

  it('has headers of 20 bytes more in IPv6, and so room for less', () => {
    const { request, reply } = exchangeOf({ ...USUAL, family: 6 })
    expect(lengths(request, 'data')).toEqual([572])
    expect(lengths(reply, 'data')).toEqual([...Array.from({ length: 10 }, () => 1500), 15_000 - 14_280 + 72])
  })

  it('sends what fits into the tunnel', () => {
    const { request } = exchangeOf({ ...USUAL, requestBytes: 3000, requestMtu: 1480 })
    expect(lengths(request, 'data')).toEqual([1480, 1480, 3000 - 2 * 1428 + 52])
  })

  it.each([
    ['one by one at first', 1500, 16 * 1448, 16],
    ['then every second one', 1500, 26 * 1448, 21],
    ['what is left over too', 1500, 25 * 1448, 21],
    ['sooner every second where segments are larger than windows were made for', 9000, 10 * 8948, 3 + 4],
  ])('acknowledges %s', (_, replyMtu, replyBytes, expected) => {
    expect(acknowledgements(exchangeOf({ ...USUAL, replyMtu, replyBytes }).request)).toBe(expected)
  })

  it('of no bytes opens and closes', () => {
    const { request, reply } = exchangeOf({ ...USUAL, requestBytes: 0, replyBytes: 0 })
    expect([packetsOf(request), packetsOf(reply)]).toEqual([3, 3])
  })
})

describe('an exchange over UDP', () => {
  it('is a datagram each way', () => {
    const { request, reply } = exchangeOf({ ...USUAL, protocol: 'udp', requestBytes: 40, replyBytes: 1472 })
    expect([lengths(request), lengths(reply)]).toEqual([[68], [1500]])
  })

  it.each([
    [4, [1500, 1500, 20 + 48]],
    // 1448 of 1452 bytes, so that the next begins at a multiple of eight.
    [6, [1496, 1496, 48 + 3008 - 2 * 1448]],
  ] as const)('is cut where it is longer than the link takes, in IPv%d', (family, expected) => {
    expect(lengths(exchangeOf({ ...USUAL, protocol: 'udp', family, replyBytes: 3000 }).reply)).toEqual(
      expected,
    )
  })
})

it('over SCTP opens an association with four packets and closes it with three', () => {
  const { request, reply } = exchangeOf({ ...USUAL, protocol: 'sctp', requestBytes: 0, replyBytes: 0 })
  expect(packetsOf(request) + packetsOf(reply)).toBe(7)
  expect(acknowledgements(exchangeOf({ ...USUAL, protocol: 'sctp' }).request)).toBe(6)
})

const sizes = fc.record({
  protocol: fc.constantFrom(...PROTOCOLS),
  family: fc.constantFrom(4 as const, 6 as const),
  requestBytes: fc.nat(200_000),
  replyBytes: fc.nat(200_000),
  requestMtu: fc.integer({ min: 576, max: 9000 }),
  replyMtu: fc.integer({ min: 576, max: 9000 }),
})

describe('any exchange', () => {
  it('has no packet that does not get through, and no empty run', () => {
    fc.assert(
      fc.property(sizes, (of) => {
        const { request, reply } = exchangeOf(of)
        for (const [runs, mtu] of [
          [request, of.requestMtu],
          [reply, of.replyMtu],
        ] as const) {
          for (const { packets, length } of runs) {
            expect(packets).toBeGreaterThan(0)
            expect(length).toBeLessThanOrEqual(mtu)
          }
        }
      }),
    )
  })

  it('carries every byte: more of them are never fewer packets or bytes', () => {
    fc.assert(
      fc.property(sizes, fc.nat(5000), (of, more) => {
        const small = framed(exchangeOf(of).reply, 0, 0)
        const large = framed(exchangeOf({ ...of, replyBytes: of.replyBytes + more }).reply, 0, 0)
        expect(large.packets).toBeGreaterThanOrEqual(small.packets)
        expect(large.bytes - small.bytes).toBeGreaterThanOrEqual(more)
        expect(small.bytes).toBeGreaterThan(of.replyBytes)
        expect(small.line).toBeGreaterThanOrEqual(small.bytes + 24 * small.packets)
      }),
    )
  })
})
