import { describe, expect, it } from 'vitest'
import { parseAddress } from '../topology/address.js'
import type { Tunnel } from '../topology/types.js'
import { isOwnDevice, tunnelMtu, unpacking } from './tunnels.js'

const FOUR = '10.1.0.11'
const SIX = 'fd00:1::11'

function words(tunnel: Partial<Tunnel>, rip: string, inner: 4 | 6): string {
  const outer = parseAddress(rip)
  if (outer === undefined) throw new Error(rip)
  const { device, modules, udp } = unpacking(
    { type: 'ipip', port: undefined, checksum: 'none', ...tunnel },
    outer,
    inner,
  )
  const port = udp === undefined ? [] : [`udp${udp.family} ${udp.port}`]
  return [...modules, ...port, device.name, ...(device.made === undefined ? [] : [device.made])].join('; ')
}

// Each measured on Linux 6.1, with what IPVS sends to it (test/lab/tunnels.test.ts).
describe('what unpacks a tunnel', () => {
  it.each([
    [{}, FOUR, 4, 'ipip; tunl0'],
    [{}, FOUR, 6, 'sit; sit0'],
    [{}, SIX, 6, 'ip6_tunnel; ip6tnl0'],
    [{}, SIX, 4, 'ip6_tunnel; lvs-4in6-d868fa; ip6tnl mode any local fd00:1::11 remote any'],
    [{ type: 'gre' }, FOUR, 4, 'ip_gre; gre0'],
    [{ type: 'gre' }, FOUR, 6, 'ip_gre; gre0'],
    [{ type: 'gre' }, SIX, 4, 'ip6_gre; ip6gre0'],
    [
      { type: 'gre', checksum: 'csum' },
      FOUR,
      4,
      'ip_gre; lvs-gre-55c639; gre local 10.1.0.11 remote any icsum',
    ],
    [
      { type: 'gre', checksum: 'csum' },
      SIX,
      6,
      'ip6_gre; lvs-gre6-d868fa; ip6gre local fd00:1::11 remote any icsum',
    ],
    [{ type: 'gue', port: 6080 }, FOUR, 4, 'ipip; fou; udp4 6080; tunl0'],
    [{ type: 'gue', port: 6080, checksum: 'remcsum' }, FOUR, 6, 'sit; fou; udp4 6080; sit0'],
    [
      { type: 'gue', port: 6080, checksum: 'csum' },
      SIX,
      4,
      'ip6_tunnel; fou; udp6 6080; lvs-4in6-d868fa; ip6tnl mode any local fd00:1::11 remote any',
    ],
    [{ type: 'gue' }, FOUR, 4, 'ipip; fou; tunl0'],
  ] as const)('%o to %s with IPv%i inside', (tunnel, rip, inner, expected) => {
    expect(words(tunnel, rip, inner)).toBe(expected)
  })

  it('names devices of ours by the address, short enough for the kernel, each its own', () => {
    const names = Array.from({ length: 200 }, (_, index) => {
      const outer = parseAddress(`fd00:1::${(index + 1).toString(16)}`)
      if (outer === undefined) throw new Error('no address')
      return unpacking({ type: 'gre', port: undefined, checksum: 'csum' }, outer, 6).device.name
    })
    expect(new Set(names).size).toBe(200)
    for (const name of names) {
      expect(name.length).toBeLessThanOrEqual(15)
      expect(isOwnDevice(name)).toBe(true)
    }
    expect(isOwnDevice('tunl0')).toBe(false)
  })

  it('knows the MTU the kernel gives each', () => {
    const names = ['tunl0', 'sit0', 'gre0', 'ip6tnl0', 'ip6gre0', 'lvs-4in6-d868fa', 'lvs-gre6-d868fa']
    expect(names.map(tunnelMtu)).toEqual([1480, 1480, 1476, 1452, 1448, 1452, 1448])
    expect(tunnelMtu('eth0')).toBeUndefined()
  })
})
