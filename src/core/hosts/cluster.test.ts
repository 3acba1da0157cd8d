import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import type { Cluster } from './cluster.js'
import { markKey, markState } from './marks.js'
import { masqueradeKey } from './masquerade.js'
import type { Need } from './needs.js'
import { lookupRoute, routedPath } from './routing.js'
import { effectiveSetting, forwards } from './sysctl.js'
import { parseAddress } from '../topology/address.js'

function sample(mode: string): Cluster {
  return deriveCluster(parseTopology(readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')).topology)
}

function cluster(text: string): Cluster {
  const parsed = parseTopology(text)
  expect(parsed.problems).toEqual([])
  return deriveCluster(parsed.topology)
}

/** Needs as one line each. */
function needs(of: Cluster, host: string): string[] {
  return (of.hosts.get(host)?.needs ?? []).map(({ need }) => line(need)).sort()
}

function line(need: Need): string {
  switch (need.kind) {
    case 'module':
      return `module ${need.module}`
    case 'sysctl':
      return `${need.key}=${need.value}`
    case 'fou':
      return `GUE at UDP port ${need.port}, IPv${need.family}`
    case 'tunnel-device':
      return `${need.interface}: ${need.made}`
    case 'mark':
      return `mark ${markKey(need.packets)} for ${markState(need.packets)}`
    case 'masquerade':
      return `masquerades ${masqueradeKey(need.packets)}`
    case 'link-up':
      return `${need.interface} up`
    case 'address':
      return `${need.address}/${need.prefix} on ${need.interface}`
    case 'default-route':
      return `IPv${need.family} default via ${need.via} dev ${need.interface}`
    case 'keepalived':
      return 'keepalived'
    case 'virtual-service':
      return `service with ${need.service.destinations.map(({ address, port, method }) => `${address} ${port} ${method}`).join(', ')}`
  }
}

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

describe('what a topology means for its hosts', () => {
  it('NAT: forwarding on the director, the director as gateway of the real servers, nothing else there', () => {
    const nat = sample('nat')
    expect(needs(nat, 'lb1')).toEqual([
      '192.0.2.100/32 on eth0',
      '2001:db8:1::100/128 on eth0',
      'module ip_vs',
      'module ip_vs_rr',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'service with 10.0.0.11 8080 nat, 10.0.0.12 8080 nat',
      'service with fd00:10::11 8080 nat, fd00:10::12 8080 nat',
    ])
    expect(needs(nat, 'rs1')).toEqual([
      'IPv4 default via 10.0.0.1 dev eth0',
      'IPv6 default via fd00:10::1 dev eth0',
    ])
  })

  it('DR: VIP on lo and quiet ARP on the real servers, no forwarding on the director', () => {
    const dr = sample('dr')
    expect(needs(dr, 'lb1')).toEqual([
      '192.0.2.100/32 on eth0',
      '2001:db8:1::100/128 on eth0',
      'module ip_vs',
      'module ip_vs_rr',
      'service with 192.0.2.11 80 dr, 192.0.2.12 80 dr',
      'service with 2001:db8:1::11 80 dr, 2001:db8:1::12 80 dr',
    ])
    expect(needs(dr, 'rs1')).toEqual([
      '192.0.2.100/32 on lo',
      '2001:db8:1::100/128 on lo',
      'net.ipv4.conf.all.arp_announce=2',
      'net.ipv4.conf.all.arp_ignore=1',
    ])
    // Replies go to the router, which the network names.
    expect(lookupRoute(dr.hosts.get('rs1')?.state ?? never(), address('198.51.100.50'))).toMatchObject({
      kind: 'via',
      gateway: '192.0.2.1',
    })
  })

  it('TUN: a tunnel device that is up, has the VIP and a loose filter', () => {
    expect(needs(sample('tun'), 'rs2')).toEqual([
      '192.0.2.100/32 on tunl0',
      '2001:db8:1::100/128 on ip6tnl0',
      'ip6tnl0 up',
      'module ip6_tunnel',
      'module ipip',
      'net.ipv4.conf.all.arp_announce=2',
      'net.ipv4.conf.all.arp_ignore=1',
      'net.ipv4.conf.tunl0.rp_filter=2',
      'tunl0 up',
    ])
  })

  const tunnels = () =>
    deriveCluster(parseTopology(readFileSync('test/fixtures/tunnels.lvs.yaml', 'utf8')).topology)

  it('tunnels of every kind: each has its port, its device and the VIP on it', () => {
    const rs1 = needs(tunnels(), 'rs1')
    expect(rs1.filter((need) => !need.includes('.conf.all.') && !need.includes(' up'))).toEqual([
      '192.0.2.101/32 on gre0',
      '192.0.2.103/32 on tunl0',
      '192.0.2.104/32 on tunl0',
      '192.0.2.105/32 on tunl0',
      '192.0.2.106/32 on lvs-4in6-d868fa',
      '192.0.2.109/32 on lvs-gre6-d868fa',
      '192.0.2.110/32 on lvs-4in6-d868fa',
      '2001:db8:1::107/128 on sit0',
      '2001:db8:1::108/128 on ip6tnl0',
      'GUE at UDP port 6080, IPv4',
      'GUE at UDP port 6080, IPv6',
      'GUE at UDP port 6090, IPv4',
      'lvs-4in6-d868fa: ip6tnl mode any local fd00:1::11 remote any',
      'lvs-gre6-d868fa: ip6gre local fd00:1::11 remote any icsum',
      'module fou',
      'module ip6_gre',
      'module ip6_tunnel',
      'module ip_gre',
      'module ipip',
      'module sit',
      'net.ipv4.conf.gre0.rp_filter=2',
      'net.ipv4.conf.lvs-4in6-d868fa.rp_filter=2',
      'net.ipv4.conf.lvs-gre6-d868fa.rp_filter=2',
      'net.ipv4.conf.tunl0.rp_filter=2',
    ])
    const state = tunnels().hosts.get('rs1')?.state
    expect(state?.interfaces.get('lvs-4in6-d868fa')).toMatchObject({ up: true, mtu: 1452 })
  })

  it('a service by mark with a VIP: the packets that get the mark, and real servers without ports', () => {
    const cluster = tunnels()
    const lb1 = needs(cluster, 'lb1')
    expect(lb1.filter((need) => need.startsWith('mark'))).toEqual([
      'mark 17 ipv4 for tcp 192.0.2.120 80,8080',
      'mark 18 ipv6 for tcp 2001:db8:1::121',
    ])
    expect(lb1).toContain('192.0.2.120/32 on eth0')
    expect(lb1).toContain('service with 192.0.2.13 0 dr, 192.0.2.14 0 dr')
    expect(needs(cluster, 'rs3')).toContain('192.0.2.120/32 on lo')
  })

  it('a service by mark without a VIP: the service alone, in the family its real servers have', () => {
    const others = cluster(`lvs: 1
name: others
networks: { lan: { subnet: ['2001:db8::/64'] } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: '2001:db8::1' } } }
  rs: { role: real-server, interfaces: { eth0: { network: lan, address: '2001:db8::11' } } }
services:
  web: { mode: nat, director: lb, mark: 5, ports: [80], real-servers: { rs: { port: 8080 } } }
`)
    expect(needs(others, 'lb').filter((need) => need.startsWith('mark') || need.includes(' on '))).toEqual([])
    expect(others.services[0]?.virtualService).toMatchObject({
      target: { kind: 'mark', mark: 5, family: 6 },
      destinations: [{ address: '2001:db8::11', port: 0 }],
    })
  })

  it('a real server with addresses of the other family alone is reached at one through a tunnel', () => {
    const mixed = (mode: string) =>
      cluster(`lvs: 1
name: mixed
networks: { lan: { subnet: [10.0.0.0/24, '2001:db8::/64'] } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: [10.0.0.1, '2001:db8::1'] } } }
  rs: { role: real-server, interfaces: { eth0: { network: lan, address: '2001:db8::11' } } }
services:
  web: { mode: ${mode}, director: lb, vip: 10.0.0.100, port: 80, real-servers: { rs: {} } }
`).services[0]
    expect(mixed('tun')?.virtualService?.destinations.map(({ address }) => address)).toEqual(['2001:db8::11'])
    expect(mixed('dr')?.virtualService?.destinations).toEqual([])
  })

  it('one interface for clients and real servers: redirects are off on it and on all', () => {
    const oneArm = cluster(`lvs: 1
name: one-arm
networks: { lan: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
  rs: { role: real-server, interfaces: { eth0: { network: lan, address: 10.0.0.11 } } }
services:
  web: { mode: nat, director: lb, vip: 10.0.0.100, port: 80, real-servers: { rs: {} } }
`)
    expect(needs(oneArm, 'lb')).toContain('net.ipv4.conf.all.send_redirects=0')
    expect(needs(oneArm, 'lb')).toContain('net.ipv4.conf.eth0.send_redirects=0')
  })

  it('what the file pins stays, and the contradicted need is denied', () => {
    const pinned = cluster(`lvs: 1
name: pinned
networks: { lan: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
  rs:
    role: real-server
    interfaces: { eth0: { network: lan, address: 10.0.0.11 } }
    gateway: 10.0.0.1
    sysctls: { net.ipv4.conf.all.arp_ignore: 0, net.ipv4.conf.all.arp_announce: 2 }
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80, real-servers: { rs: {} } }
`)
    const rs = pinned.hosts.get('rs') ?? never()
    expect(rs.denied.map(({ pin, pinned: value }) => [pin, value])).toEqual([
      ['/hosts/rs/sysctls/net.ipv4.conf.all.arp_ignore', '0'],
    ])
    expect(effectiveSetting(rs.state, 'arp_ignore', 'eth0')).toBe(0)
    expect(rs.gateways.get(4)).toEqual({ kind: 'pinned', via: '10.0.0.1' })
    expect(needs(pinned, 'rs')).toContain('net.ipv4.conf.all.arp_announce=2')
  })

  it('a VIP outside every subnet of the director lives on its lo', () => {
    const routed = cluster(`lvs: 1
name: routed
networks: { lan: { subnet: 10.0.0.0/24 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
services:
  web: { mode: dr, director: lb, vip: 203.0.113.7, port: 80 }
`)
    expect(needs(routed, 'lb')).toContain('203.0.113.7/32 on lo')
  })

  it('several gateways and several RIPs are left open, for a finding', () => {
    const open = cluster(`lvs: 1
name: open
networks:
  a: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 }
  b: { subnet: 10.1.0.0/24, gateway: 10.1.0.254 }
hosts:
  lb: { role: director, interfaces: { eth0: { network: a, address: 10.0.0.1 }, eth1: { network: b, address: 10.1.0.1 } } }
  rs: { role: real-server, interfaces: { eth0: { network: a, address: 10.0.0.11 }, eth1: { network: b, address: 10.1.0.11 } } }
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80, real-servers: { rs: {} } }
`)
    expect(open.hosts.get('rs')?.gateways.get(4)).toMatchObject({ kind: 'ambiguous' })
    expect(open.services[0]?.realServers[0]).toMatchObject({
      rip: undefined,
      candidates: ['10.0.0.11', '10.1.0.11'],
    })
  })

  it('a director that is its own real server needs nothing as one', () => {
    const local = cluster(`lvs: 1
name: local
networks: { lan: { subnet: 10.0.0.0/24 } }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 10.0.0.1 } } }
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80, real-servers: { lb: {} } }
`)
    expect(needs(local, 'lb').filter((need) => need.includes('arp') || need.includes(' lo'))).toEqual([])
  })
})

describe('routing', () => {
  it('follows routes from host to host', () => {
    const dr = sample('dr')
    expect(routedPath(dr, 'rs1', address('198.51.100.50'))).toEqual({
      hosts: ['rs1', 'edge', 'alice'],
      end: 'arrived',
      firstInterface: 'eth0',
    })
    const nat = sample('nat')
    expect(routedPath(nat, 'rs1', address('192.0.2.50')).hosts).toEqual(['rs1', 'lb1', 'alice'])
  })

  it('takes the longest prefix, then the lowest metric', () => {
    const rs = sample('dr').hosts.get('rs1')?.state ?? never()
    const state = {
      ...rs,
      routes: [
        ...rs.routes,
        { to: '198.51.100.0/25', family: 4, via: '192.0.2.9', interface: undefined, metric: 5 },
        { to: '198.51.100.0/25', family: 4, via: '192.0.2.8', interface: undefined, metric: 1 },
      ] as typeof rs.routes,
    }
    expect(lookupRoute(state, address('198.51.100.50'))).toMatchObject({ gateway: '192.0.2.8' })
  })

  it('has addresses of its own for local, one by one, the subnets of lo, and nothing of a device that is down', () => {
    const rs = sample('dr').hosts.get('rs1')?.state ?? never()
    const eth0 = rs.interfaces.get('eth0') ?? never()
    const device = (name: string, up: boolean, addresses: readonly (readonly [string, number])[]) =>
      [
        name,
        {
          ...eth0,
          name,
          up,
          addresses: addresses.map(([each, prefix]) => ({
            address: address(each),
            prefix,
            deprecated: false,
          })),
        },
      ] as const
    const state = {
      ...rs,
      routes: [],
      interfaces: new Map([
        device('lo', true, [
          ['127.0.0.1', 8],
          ['10.96.0.0', 24],
        ]),
        device('down0', false, [['10.1.0.1', 24]]),
        device('eth0', true, [
          ['10.0.0.1', 16],
          ['10.96.1.1', 32],
          ['10.96.0.9', 32],
        ]),
        device('eth1', true, [['10.0.7.1', 24]]),
      ]),
    }
    const to = (text: string) => lookupRoute(state, address(text))
    expect(to('10.96.1.1')).toEqual({ kind: 'local', interface: 'eth0' })
    expect(to('10.96.1.2')).toEqual({ kind: 'none' })
    expect(to('10.96.0.77')).toEqual({ kind: 'local', interface: 'lo' })
    expect(to('10.96.0.9')).toEqual({ kind: 'local', interface: 'eth0' })
    expect(to('10.0.8.1')).toEqual({ kind: 'on-link', interface: 'eth0' })
    expect(to('10.0.7.9')).toEqual({ kind: 'on-link', interface: 'eth1' })
    expect(to('10.1.0.1')).toEqual({ kind: 'none' })
    expect(to('fd00::1')).toEqual({ kind: 'none' })
  })
})

describe('joining all and interface (include/linux/inetdevice.h)', () => {
  const base = sample('dr').hosts.get('rs1')?.state ?? never()
  const effective = (
    setting: 'rp_filter' | 'send_redirects',
    all: string | undefined,
    own: string | undefined,
  ) => {
    const sysctls = new Map<string, string>()
    if (all !== undefined) sysctls.set(`net.ipv4.conf.all.${setting}`, all)
    if (own !== undefined) sysctls.set(`net.ipv4.conf.eth0.${setting}`, own)
    return effectiveSetting({ ...base, sysctls }, setting, 'eth0')
  }

  // Measured on Linux 6.1.
  it.each([
    ['1', '2', 2],
    ['1', '0', 1],
    ['2', '1', 2],
    ['0', '0', 0],
    [undefined, undefined, 0],
  ])('rp_filter all=%s eth0=%s is %i', (all, own, result) => {
    expect(effective('rp_filter', all, own)).toBe(result)
  })

  it.each([
    ['0', '1', 1],
    ['0', '0', 0],
    [undefined, '0', 1],
  ])('send_redirects all=%s eth0=%s is %i', (all, own, result) => {
    expect(effective('send_redirects', all, own)).toBe(result)
  })

  it('forwarding: the interface’s own value, else what was copied to all', () => {
    const on = new Map([['net.ipv4.ip_forward', '1']])
    expect(forwards({ ...base, sysctls: on }, 4, 'eth0')).toBe(true)
    expect(
      forwards({ ...base, sysctls: new Map([...on, ['net.ipv4.conf.eth0.forwarding', '0']]) }, 4, 'eth0'),
    ).toBe(false)
  })
})

function never(): never {
  throw new Error('this host is in the sample')
}
