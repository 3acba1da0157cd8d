import { describe, expect, it } from 'vitest'
import type { Tunnel } from '../topology/types.js'
import { tunnelOverhead } from './tunnel-overhead.js'

describe('what a tunnel leaves of 1500 bytes', () => {
  it.each<[Tunnel['type'], Tunnel['checksum'], number, number]>([
    ['ipip', 'none', 1480, 1460],
    ['gre', 'none', 1476, 1456],
    ['gre', 'csum', 1472, 1452],
    ['gue', 'none', 1468, 1448],
    ['gue', 'csum', 1468, 1448],
    ['gue', 'remcsum', 1460, 1440],
  ])('%s with checksum %s: %i over IPv4, %i over IPv6', (type, checksum, over4, over6) => {
    const tunnel: Tunnel = { type, checksum, port: type === 'gue' ? 6080 : undefined }
    expect(1500 - tunnelOverhead(tunnel, 4)).toBe(over4)
    expect(1500 - tunnelOverhead(tunnel, 6)).toBe(over6)
  })
})
