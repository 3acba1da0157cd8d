import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'

const PAIR = `lvs: 1
name: test
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: [10.0.0.0/24, 'fd00:10::/64'] }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.2 } } }
  lb2: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.3 }, eth1: { network: back, address: 10.0.0.3 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
services:
  web: { mode: nat, director: [lb1, lb2], vip: 192.0.2.100, port: 80, real-servers: { rs1: {} } }
manage: { director: keepalived }
vrrp: { id: 51, network: front, inside-vip: 10.0.0.250 }
`

function clusterOf(text: string) {
  return deriveCluster(parseTopology(text).topology)
}

function gatewayOf(text: string): string | undefined {
  const choice = clusterOf(text).hosts.get('rs1')?.gateways.get(4)
  return choice?.kind === 'director' ? choice.via : choice?.kind
}

function sysctlsOf(text: string, host: string): ReadonlyMap<string, string> | undefined {
  return clusterOf(text).hosts.get(host)?.state.sysctls
}

describe('the gateway of a real server of a NAT pair', () => {
  it('is the inside VIP, which the active director has', () => {
    expect(gatewayOf(PAIR)).toBe('10.0.0.250')
    const cluster = clusterOf(PAIR)
    const inside = cluster.hosts
      .get('lb1')
      ?.state.interfaces.get('eth1')
      ?.addresses.map(({ address, prefix }) => `${address}/${prefix}`)
    expect(inside).toEqual(['10.0.0.2/24', '10.0.0.250/32'])
    const vip = cluster.topology.vrrp?.insideVip
    expect(vip === undefined ? undefined : cluster.ownerOn('back', vip)).toBe('lb1')
  })

  it('is the director itself where there is no pair, no inside VIP, or one that is elsewhere', () => {
    expect(gatewayOf(PAIR.replace('[lb1, lb2]', 'lb1'))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace(', inside-vip: 10.0.0.250', ''))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace('10.0.0.250', '192.0.2.250'))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace('10.0.0.250', "'fd00:10::250'"))).toBe('10.0.0.2')
  })

  it('stays what the file pins', () => {
    expect(gatewayOf(PAIR.replace('role: real-server,', 'role: real-server, gateway: 10.0.0.3,'))).toBe(
      'pinned',
    )
  })
})

describe('settings of IPVS on both directors of a pair', () => {
  const key = (name: string) => `net.ipv4.vs.${name}`
  const both = (text: string, name: string) =>
    ['lb1', 'lb2'].map((host) => sysctlsOf(text, host)?.get(key(name)))

  it('expire connections of what a health check takes out', () => {
    const checked = PAIR.replace('port: 80,', 'port: 80, health: { type: tcp },')
    expect(both(checked, 'expire_nodest_conn')).toEqual(['1', '1'])
    expect(both(PAIR, 'expire_nodest_conn')).toEqual([undefined, undefined])
    expect(both(checked.replace('keepalived', 'ipvsadm'), 'expire_nodest_conn')).toEqual([
      undefined,
      undefined,
    ])
    expect(both(checked.replace('port: 80,', 'protocol: udp, port: 80,'), 'expire_nodest_conn')).toEqual([
      undefined,
      undefined,
    ])
  })

  it('let persistent clients leave a real server of weight 0', () => {
    const emptied = PAIR.replace('port: 80,', 'port: 80, persistence: {},').replace(
      'rs1: {}',
      'rs1: { weight: 0 }',
    )
    expect(both(emptied, 'expire_quiescent_template')).toEqual(['1', '1'])
    expect(both(emptied.replace('weight: 0', 'weight: 1'), 'expire_quiescent_template')).toEqual([
      undefined,
      undefined,
    ])
  })

  it('keep the backup from balancing what it gets as a real server', () => {
    const looping = PAIR.replace('mode: nat', 'mode: dr').replace(
      'real-servers: { rs1: {} }',
      'real-servers: { lb1: { address: 192.0.2.2 }, lb2: { address: 192.0.2.3 } }',
    )
    expect(both(looping, 'backup_only')).toEqual(['1', '1'])
    // By NAT it gets requests for its own address, which its table does not have.
    expect(both(looping.replace('mode: dr', 'mode: nat'), 'backup_only')).toEqual([undefined, undefined])
    expect(both(looping.replace(', lb2: { address: 192.0.2.3 }', ''), 'backup_only')).toEqual([
      undefined,
      undefined,
    ])
  })
})
