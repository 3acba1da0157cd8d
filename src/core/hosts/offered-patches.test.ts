import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import { patchesFor } from './offered-patches.js'
import { applyPatches } from './patches.js'
import { effectiveSetting } from './sysctl.js'

const sample = (mode: string) =>
  deriveCluster(parseTopology(readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')).topology)
const ids = (mode: string, service = 'web') => patchesFor(sample(mode), service).map(({ id }) => id)

describe('what can be broken', () => {
  it('of NAT is forwarding, the VIP, the way of the reply, the daemon and the weight', () => {
    expect(ids('nat').filter((id) => !id.endsWith('rs2'))).toEqual([
      'forwarding lb1',
      'vip lb1',
      'gateway rs1',
      'listens rs1',
      'weight rs1',
    ])
  })

  it('of DR is what makes a real server take the VIP and keep silent about it', () => {
    expect(ids('dr').filter((id) => !id.endsWith('rs2'))).toEqual([
      'forwarding lb1',
      'vip lb1',
      'arp rs1',
      'vip rs1',
      'gateway rs1',
      'listens rs1',
      'weight rs1',
    ])
  })

  it('of TUN is the device as well, and who drops the ICMP about its MTU', () => {
    const offered = ids('tun')
    expect(offered).toEqual(expect.arrayContaining(['rp-filter rs1', 'tunnel rs1']))
    expect(offered.some((id) => id.startsWith('icmp '))).toBe(true)
  })

  it('of a service of IPv6 has nothing of ARP or rp_filter, which IPv6 has not', () => {
    const offered = [...ids('dr', 'web6'), ...ids('tun', 'web6')]
    expect(offered.filter((id) => /^(arp|rp-filter) /.test(id))).toEqual([])
    expect(offered).toContain('vip rs1')
  })

  it('of a service that is not there is nothing', () => {
    expect(ids('nat', 'nothing')).toEqual([])
  })

  it.each(['nat', 'tun', 'dr'])('in %s every switch has an id of its own, and changes something', (mode) => {
    const cluster = sample(mode)
    for (const service of ['web', 'web6']) {
      const offered = patchesFor(cluster, service)
      expect(new Set(offered.map(({ id }) => id)).size).toBe(offered.length)
      for (const { id, patches } of offered) {
        const patched = applyPatches(cluster, patches)
        const differs = [...patched.hosts].some(([name, { state }]) => {
          const before = cluster.hosts.get(name)?.state
          return JSON.stringify(plain(state)) !== JSON.stringify(plain(before))
        })
        expect(differs, id).toBe(true)
      }
    }
  })

  it('a real server that answers ARP does so whatever its interfaces say', () => {
    const text = readFileSync('samples/dr.lvs.yaml', 'utf8').replace(
      '  rs1:\n    role: real-server\n',
      '  rs1:\n    role: real-server\n    sysctls: { net.ipv4.conf.eth0.arp_ignore: 1 }\n',
    )
    const cluster = deriveCluster(parseTopology(text).topology)
    const arp = patchesFor(cluster, 'web').find(({ id }) => id === 'arp rs1')
    const state = applyPatches(cluster, arp?.patches ?? []).hosts.get('rs1')?.state
    if (state === undefined) throw new Error('rs1 is drawn')
    expect(effectiveSetting(state, 'arp_ignore', 'eth0')).toBe(0)
    expect(effectiveSetting(state, 'arp_announce', 'eth0')).toBe(0)
  })
})

function plain(value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...value].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, each]) => [key, plain(each)])
}
