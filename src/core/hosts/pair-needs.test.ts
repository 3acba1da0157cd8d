import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import { needKey } from './needs.js'

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
    const [vip] = cluster.topology.vrrp?.insideVips ?? []
    expect(vip === undefined ? undefined : cluster.ownerOn('back', vip)).toBe('lb1')
  })

  it('is the director itself where there is no pair, no inside VIP, or one that is elsewhere', () => {
    expect(gatewayOf(PAIR.replace('[lb1, lb2]', 'lb1'))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace(', inside-vip: 10.0.0.250', ''))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace('10.0.0.250', '192.0.2.250'))).toBe('10.0.0.2')
    expect(gatewayOf(PAIR.replace('10.0.0.250', "'fd00:10::250'"))).toBe('10.0.0.2')
  })

  it('is an inside VIP of its own family, where there is one of each', () => {
    const dual = PAIR.replace('address: 10.0.0.2 ', "address: [10.0.0.2, 'fd00:10::2'] ")
      .replace('address: 192.0.2.2 ', "address: [192.0.2.2, '2001:db8::2'] ")
      .replace('front: { subnet: 192.0.2.0/24 }', "front: { subnet: [192.0.2.0/24, '2001:db8::/64'] }")
      .replace('address: 10.0.0.11 ', "address: [10.0.0.11, 'fd00:10::11'] ")
      .replace(
        'manage:',
        "  web6: { mode: nat, director: [lb1, lb2], vip: '2001:db8::100', port: 80, real-servers: { rs1: {} } }\nmanage:",
      )
      .replace('inside-vip: 10.0.0.250', "inside-vip: [10.0.0.250, 'fd00:10::250']")
    const gateways = clusterOf(dual).hosts.get('rs1')?.gateways
    expect([4, 6].map((family) => gateways?.get(family as 4 | 6)?.via)).toEqual([
      '10.0.0.250',
      'fd00:10::250',
    ])
    const inside = clusterOf(dual).hosts.get('lb1')?.state.interfaces.get('eth1')?.addresses
    expect(inside?.map(({ address, prefix }) => `${address}/${prefix}`)).toEqual([
      '10.0.0.2/24',
      'fd00:10::2/64',
      '10.0.0.250/32',
      'fd00:10::250/128',
    ])
  })

  it('stays what the file pins', () => {
    expect(gatewayOf(PAIR.replace('role: real-server,', 'role: real-server, gateway: 10.0.0.3,'))).toBe(
      'pinned',
    )
  })
})

describe('the backup of a pair', () => {
  const needsOf = (text: string, host: string) =>
    clusterOf(text)
      .hosts.get(host)
      ?.needs.map(({ need }) => needKey(need))
      .sort()

  it('has all that the active director has, but for the addresses that move', () => {
    const text = PAIR.replace('port: 80,', 'mark: 7, ports: [80], scheduler: sh, persistence: {},')
    const active = needsOf(text, 'lb1') ?? []
    expect(active).toContain('address eth0 192.0.2.100')
    expect(active.filter((key) => /^(mark|virtual-service|module|sysctl) /.test(key)).length).toBeGreaterThan(
      4,
    )
    expect(needsOf(text, 'lb2')).toEqual(active.filter((key) => !key.startsWith('address ')))
  })

  it('goes by its own interfaces', () => {
    const oneArmed = PAIR.replace('vip: 192.0.2.100', 'vip: 10.0.0.100').replace(
      'eth1: { network: back, address: 10.0.0.3 }',
      'lan: { network: back, address: 10.0.0.3 }',
    )
    expect(sysctlsOf(oneArmed, 'lb1')?.get('net.ipv4.conf.eth1.send_redirects')).toBe('0')
    expect(sysctlsOf(oneArmed, 'lb2')?.get('net.ipv4.conf.lan.send_redirects')).toBe('0')
  })
})

describe('a sorry server that is drawn', () => {
  const SORRY = `lvs: 1
name: test
networks:
  farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.11 } } }
  page: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.99 } } }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: {} }, sorry-server: { address: 192.0.2.99 } }
manage: { director: keepalived }
`
  const of = (text: string, host: string) =>
    clusterOf(text)
      .hosts.get(host)
      ?.needs.map(({ need }) => needKey(need))

  it.each(['dr', 'tun', 'nat'])('needs what a real server does by %s', (mode) => {
    const text = SORRY.replace('mode: dr', `mode: ${mode}`)
    expect(of(text, 'rs1')?.length).toBeGreaterThan(0)
    expect(of(text, 'page')).toEqual(of(text, 'rs1'))
  })

  it('needs nothing more where it is the director itself, and is nobody where it is not drawn', () => {
    const own = SORRY.replace('address: 192.0.2.99 } }', 'address: 192.0.2.98 } }')
    expect(of(own, 'page')).toEqual([])
    const local = SORRY.replace(
      'sorry-server: { address: 192.0.2.99 }',
      'sorry-server: { address: 192.0.2.2 }',
    )
    expect(of(local, 'lb1')).toEqual(of(own, 'lb1'))
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
