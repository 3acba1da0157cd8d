import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { clientsOf } from './clients.js'
import { deriveCluster } from './cluster.js'

function clients(networks: string, hosts: string, vip = '192.0.2.100') {
  const text = `lvs: 1
name: x
networks:
${networks}
hosts:
  lb1: { role: director, interfaces: { eth0: { network: front, address: [192.0.2.2, '2001:db8::2'] } } }
${hosts}
services: { web: { mode: dr, director: lb1, vip: '${vip}', port: 80 } }
`
  const cluster = deriveCluster(parseTopology(text).topology)
  return cluster.services.flatMap((service) => clientsOf(cluster, service))
}

const FRONT = "  front: { subnet: [192.0.2.0/24, '2001:db8::/64'] }"
const GATED = "  front: { subnet: [192.0.2.0/24, '2001:db8::/64'], gateway: [192.0.2.1, '2001:db8::1'] }"

describe('who asks for a service', () => {
  it('is every drawn client with an address of its family, from the interface that leads to the VIP', () => {
    const hosts = `  alice: { role: client, gateway: 10.0.0.1, interfaces: { eth0: { network: side, address: 10.9.0.5 }, eth1: { network: home, address: 10.0.0.5 } } }
  six: { role: client, interfaces: { eth0: { network: front, address: '2001:db8::9' } } }`
    const networks = `${GATED}\n  side: { subnet: 10.9.0.0/24 }\n  home: { subnet: 10.0.0.0/24 }`
    expect(clients(networks, hosts)).toEqual([
      { name: 'alice', address: '10.0.0.5', network: 'home', drawn: true },
    ])
    expect(clients(networks, hosts, '2001:db8::100')).toMatchObject([{ name: 'six', address: '2001:db8::9' }])
  })

  it('is someone beyond the gateway where none is drawn', () => {
    expect(clients(GATED, '')).toEqual([
      { name: '(outside)', address: '203.0.113.1', network: undefined, drawn: false },
    ])
    expect(clients(GATED, '', '2001:db8::100')).toMatchObject([{ address: '2001:db8:ffff::1' }])
    expect(clients(FRONT, '', '198.51.100.80')).toMatchObject([{ address: '203.0.113.1' }])
  })

  it('is outside every drawn subnet', () => {
    expect(clients(`${GATED}\n  taken: { subnet: 203.0.113.0/24 }`, '')).toMatchObject([
      { address: '203.0.114.1' },
    ])
    expect(clients(`${GATED}\n  all: { subnet: 0.0.0.0/0 }`, '')).toEqual([])
  })

  it('is on the network of the VIP where that has no gateway, at an address nobody has', () => {
    expect(
      clients(
        FRONT,
        '  rs1: { role: real-server, interfaces: { eth0: { network: front, address: 192.0.2.1 } } }',
      ),
    ).toEqual([{ name: '(outside)', address: '192.0.2.3', network: 'front', drawn: false }])
  })
})
