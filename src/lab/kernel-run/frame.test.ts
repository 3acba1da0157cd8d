import { describe, expect, it } from 'vitest'
import { decodeFrame } from './frame.js'

const ETHERNET = '02000000000202000000000108 00'
const bytes = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')

/** 192.0.2.50 to 192.0.2.100, 40 bytes, DF, TTL 63, TCP 40000 to 80. */
const INNER = '45000028 00004000 3f060000 c0000232 c0000264'
const SYN = '9c400050 00000000 00000000 50020000 00000000'

describe('a captured frame', () => {
  it('of TCP has what a walk says of a packet', () => {
    expect(decodeFrame(bytes(ETHERNET, INNER, SYN))).toEqual({
      kind: 'ip',
      payload: 0,
      fragment: false,
      about: undefined,
      packet: {
        eth: { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' },
        outer: undefined,
        ip: { family: 4, src: '192.0.2.50', dst: '192.0.2.100', ttl: 63, protocol: 6, length: 40, df: true },
        l4: { srcPort: 40000, dstPort: 80, flags: 'SYN' },
      },
    })
  })

  it.each([
    ['IPIP', '4500003c 00004000 40040000 0a000001 0a00000b', 4, {}],
    ['GRE with a checksum', '45000044 00004000 402f0000 0a000001 0a00000b 80000800 00000000', 47, {}],
    [
      'GUE',
      '45000048 00000000 40110000 0a000001 0a00000b c00017c0 00340000 00040000',
      17,
      { srcPort: 49152, dstPort: 6080 },
    ],
    ['IPv6 with an encapsulation limit', `60000000 00443c40 ${V6('1')} ${V6('2')} 04000401 01010000`, 4, {}],
  ])('in %s has both headers', (_, outer, protocol, ports) => {
    const type = outer.startsWith('6') ? '02000000000202000000000186dd' : ETHERNET
    const frame = decodeFrame(bytes(type, outer, INNER, SYN))
    expect(frame).toMatchObject({
      kind: 'ip',
      packet: { outer: { ttl: 64, protocol, ...ports }, ip: { dst: '192.0.2.100' }, l4: { flags: 'SYN' } },
    })
  })

  it('of an ICMP error names the packet it is about, and the MTU', () => {
    const icmp = '45000044 00000000 40010000 c0000201 c0000232 03040000 00000578'
    expect(decodeFrame(bytes(ETHERNET, icmp, INNER, SYN))).toMatchObject({
      packet: { ip: { src: '192.0.2.1' }, l4: { icmp: { type: 3, code: 4, mtu: 1400 } } },
      about: { ip: { src: '192.0.2.50', ttl: 63 }, l4: { srcPort: 40000 } },
    })
  })

  it('of SCTP says whether it refuses an association', () => {
    const sctp = (chunk: string) =>
      decodeFrame(
        bytes(ETHERNET, '45000024 00004000 3f840000 c0000232 c0000264', '9c400050 00000001 00000000', chunk),
      )
    expect(sctp('06000004')).toMatchObject({ payload: 4, packet: { l4: { dstPort: 80, flags: 'ABORT' } } })
    for (const chunk of ['01000014', ''])
      expect(sctp(chunk)).toMatchObject({ packet: { l4: { srcPort: 40000, dstPort: 80 } } })
    expect(sctp('01000014')).not.toHaveProperty('packet.l4.flags')
  })

  it('of ARP says who asks or answers', () => {
    const arp = '0001 0800 0604 0001 020000000001 c0000232 000000000000 c0000264'
    expect(decodeFrame(bytes('ffffffffffff 020000000001 0806', arp))).toEqual({
      kind: 'arp',
      operation: 'request',
      sender: { mac: '02:00:00:00:00:01', address: '192.0.2.50' },
      target: '192.0.2.100',
      dst: 'ff:ff:ff:ff:ff:ff',
    })
  })

  it('of anything else, however short it is, is no error', () => {
    const whole = bytes(ETHERNET, INNER, SYN)
    for (let length = 0; length < whole.length; length += 1)
      expect(['ip', 'other']).toContain(decodeFrame(whole.subarray(0, length)).kind)
    expect(decodeFrame(bytes('020000000002020000000001 88cc 00')).kind).toBe('other')
  })
})

function V6(last: string): string {
  return `fd00${'0'.repeat(27)}${last}`
}
