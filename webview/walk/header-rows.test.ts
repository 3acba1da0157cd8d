import { describe, expect, it } from 'vitest'
import { sceneFrom, sample } from '../../src/core/diagram/diagram.test-kit.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { walkCluster } from '../../src/core/packet/walk-cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { headerGroups, ownersIn } from './header-rows.js'

function walkOf(mode: 'nat' | 'tun' | 'dr') {
  const [walk] = walkCluster(deriveCluster(parseTopology(sample(mode)).topology), {
    service: 'web',
    realServer: 'rs1',
  })
  if (walk === undefined) throw new Error('nothing is walked')
  return walk
}

function changedAt(mode: 'nat' | 'tun' | 'dr', host: string) {
  const hop = walkOf(mode).hops.find((each) => each.host === host)
  return headerGroups(hop?.packetIn, hop?.packetOut).flatMap(({ layer, rows }) =>
    // The TTL, whichever mode takes one from it, is a matter of the walk.
    rows.flatMap(({ name, changed }) => (changed && name !== 'TTL' ? `${layer} ${name}` : [])),
  )
}

describe('headers in and out', () => {
  it('of the director tell the three modes apart', () => {
    expect(changedAt('dr', 'lb1')).toEqual(['eth source MAC', 'eth destination MAC'])
    expect(changedAt('nat', 'lb1')).toEqual([
      'eth source MAC',
      'eth destination MAC',
      'ip destination',
      'l4 destination port',
    ])
    const tun = changedAt('tun', 'lb1')
    expect(tun).toEqual(expect.arrayContaining(['outer source', 'outer destination', 'outer protocol']))
    expect(tun.some((name) => name.startsWith('l4'))).toBe(false)
  })

  it('change nothing where the packet begins or ends', () => {
    const { hops } = walkOf('nat')
    const [first, last] = [hops[0], hops.at(-1)]
    const rows = [
      ...headerGroups(undefined, first?.packetOut),
      ...headerGroups(last?.packetIn, undefined),
    ].flatMap((group) => group.rows)
    expect(rows.length).toBeGreaterThan(10)
    expect(rows.some(({ changed }) => changed)).toBe(false)
    expect(headerGroups(undefined, undefined)).toEqual([])
  })

  it('say whose every address is', () => {
    const walk = walkOf('nat')
    const owners = ownersIn(sceneFrom(sample('nat')), walk)
    expect(owners.get('192.0.2.100')).toBe('VIP of web')
    expect(owners.get('10.0.0.11')).toBe('rs1')
    const sent = walk.hops[0]?.packetOut?.eth
    expect([owners.get(sent?.src ?? ''), owners.get(sent?.dst ?? '')]).toEqual(['alice', 'lb1'])
  })
})
