import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import type { Cluster } from './cluster.js'
import { applyPatches } from './patches.js'
import type { Patch } from './patches.js'
import { forwards } from './sysctl.js'

const clusterOf = (text: string) => deriveCluster(parseTopology(text).topology)
const sample = (mode: string) => clusterOf(readFileSync(`samples/${mode}.lvs.yaml`, 'utf8'))
const address = (text: string): IpAddress => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`no address: ${text}`)
  return parsed
}
const stateOf = (cluster: Cluster, host: string) => {
  const state = cluster.hosts.get(host)?.state
  if (state === undefined) throw new Error(`no host: ${host}`)
  return state
}
const addressesOf = (cluster: Cluster, host: string, name: string) =>
  stateOf(cluster, host)
    .interfaces.get(name)
    ?.addresses.map((own) => own.address)

describe('patches', () => {
  it('write a sysctl, and take it away', () => {
    const nat = sample('nat')
    const off = applyPatches(nat, [{ kind: 'sysctl', host: 'lb1', key: 'net.ipv4.ip_forward', value: '0' }])
    expect(forwards(stateOf(nat, 'lb1'), 4, 'eth0')).toBe(true)
    expect(forwards(stateOf(off, 'lb1'), 4, 'eth0')).toBe(false)
    const key = 'net.ipv4.conf.all.arp_ignore'
    const dr = sample('dr')
    expect(stateOf(dr, 'rs1').sysctls.get(key)).toBe('1')
    const untouched = applyPatches(dr, [{ kind: 'sysctl', host: 'rs1', key, value: undefined }])
    expect(stateOf(untouched, 'rs1').sysctls.has(key)).toBe(false)
  })

  it('take an address from every interface, and add one, and who owns it follows', () => {
    const nat = sample('nat')
    const vip = address('192.0.2.100')
    expect(nat.ownerOn('front', vip)).toBe('lb1')
    const moved = applyPatches(nat, [
      { kind: 'no-address', host: 'lb1', address: vip },
      { kind: 'address', host: 'alice', interface: 'eth0', address: vip, prefix: 32 },
    ])
    expect(addressesOf(moved, 'lb1', 'eth0')).not.toContain(vip)
    expect(moved.ownerOn('front', vip)).toBe('alice')
  })

  it('change gateways, links, MTUs, daemons and firewalls of the host alone', () => {
    const tun = sample('tun')
    const patched = applyPatches(tun, [
      { kind: 'default-route', host: 'rs1', family: 4, via: address('10.9.9.9') },
      { kind: 'link', host: 'rs1', interface: 'tunl0', up: false },
      { kind: 'mtu', host: 'rs1', interface: 'eth0', mtu: 1400 },
      { kind: 'listens', host: 'rs1', listens: [] },
      {
        kind: 'drop',
        host: 'rs1',
        drop: { protocol: 'icmp', port: undefined, chain: 'input', state: undefined },
      },
    ])
    const rs1 = stateOf(patched, 'rs1')
    expect(rs1.routes.filter(({ to, family }) => to === 'default' && family === 4)).toEqual([
      { to: 'default', family: 4, via: '10.9.9.9', interface: undefined, metric: 0 },
    ])
    expect(rs1.routes.filter(({ family }) => family === 6)).toEqual(
      stateOf(tun, 'rs1').routes.filter(({ family }) => family === 6),
    )
    expect(rs1.interfaces.get('tunl0')?.up).toBe(false)
    expect(rs1.interfaces.get('eth0')?.mtu).toBe(1400)
    expect(rs1.listens).toEqual([])
    expect(rs1.drops).toHaveLength(1)
    expect(patched.hosts.get('rs2')).toBe(tun.hosts.get('rs2'))
  })

  it('without a gateway leave no default route of that family', () => {
    const patched = applyPatches(sample('nat'), [
      { kind: 'default-route', host: 'rs1', family: 4, via: undefined },
    ])
    expect(stateOf(patched, 'rs1').routes.some(({ to, family }) => to === 'default' && family === 4)).toBe(
      false,
    )
  })

  it('weigh a destination in the table and in the service alike', () => {
    const nat = sample('nat')
    const patched = applyPatches(nat, [{ kind: 'weight', service: 'web', realServer: 'rs1', weight: 0 }])
    const service = patched.services.find(({ name }) => name === 'web')
    expect(service?.virtualService?.destinations.map(({ weight }) => weight)).toEqual([0, 1])
    expect(service?.realServerOf('rs1')?.drawn.weight).toBe(0)
    expect(service?.realServers[0]).toBe(service?.realServerOf('rs1'))
    const entries = stateOf(patched, 'lb1').virtualServices.map(({ destinations }) =>
      destinations.map(({ weight }) => weight),
    )
    expect(entries).toEqual([
      [0, 1],
      [1, 1],
    ])
  })

  it('leave the cluster they are given as it is, and change nothing where nothing is named', () => {
    const dr = sample('dr')
    const before = JSON.stringify([...dr.hosts.values()].map(({ state }) => [...state.interfaces.values()]))
    const nowhere: readonly Patch[] = [
      { kind: 'sysctl', host: 'nobody', key: 'a', value: '1' },
      { kind: 'link', host: 'rs1', interface: 'eth9', up: false },
      { kind: 'weight', service: 'nothing', realServer: 'rs1', weight: 0 },
      { kind: 'weight', service: 'web', realServer: 'nobody', weight: 0 },
    ]
    const patched = applyPatches(dr, nowhere)
    expect(patched.hosts.get('rs1')?.state).toEqual(dr.hosts.get('rs1')?.state)
    expect(patched.services).toEqual(dr.services)
    applyPatches(dr, [{ kind: 'no-address', host: 'rs1', address: address('192.0.2.11') }])
    expect(JSON.stringify([...dr.hosts.values()].map(({ state }) => [...state.interfaces.values()]))).toBe(
      before,
    )
    expect(applyPatches(dr, [])).toBe(dr)
  })
})
