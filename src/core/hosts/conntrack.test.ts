import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from './cluster.js'
import { CONNTRACK } from './sysctl.js'

const drawn = (drops: string, service: string) => `lvs: 1
name: test
networks: { front: { subnet: 192.0.2.0/24 }, back: { subnet: 10.0.0.0/24 } }
hosts:
  lb1:
    role: director
    interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } }
    drops: [${drops}]
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
services:
  web: { director: lb1, vip: 192.0.2.100, real-servers: { rs1: {} }, ${service} }
`

function settingsOf(drops: string, service: string) {
  const lb1 = deriveCluster(parseTopology(drawn(drops, service)).topology).hosts.get('lb1')
  return { conntrack: lb1?.state.sysctls.get(CONNTRACK), modules: lb1?.state.modules }
}

describe('connections of IPVS in conntrack', () => {
  it.each([
    ['a NAT director that drops what is invalid', '{ state: invalid }', 'mode: nat, port: 80', '1'],
    ['only what passes through it', '{ state: invalid, chain: forward }', 'mode: nat, port: 80', '1'],
    ['only what is for itself', '{ state: invalid, chain: input }', 'mode: nat, port: 80', undefined],
    ['of another protocol', '{ state: invalid, protocol: sctp }', 'mode: nat, port: 80', undefined],
    [
      'for a port that replies do not go to',
      '{ state: invalid, port: 80 }',
      'mode: nat, port: 80',
      undefined,
    ],
    ['without a state', '{ protocol: icmp }', 'mode: nat, port: 80', undefined],
    ['of a UDP service', '{ state: invalid }', 'mode: nat, port: 80, protocol: udp', undefined],
    ['a DR director, whose replies do not come by', '{ state: invalid }', 'mode: dr, port: 80', undefined],
  ])('are wanted or not: %s', (_, drops, service, wanted) => {
    expect(settingsOf(drops, service).conntrack).toBe(wanted)
  })
})

describe('the module for FTP', () => {
  it.each([
    ['mode: nat, port: 21', true],
    ['mode: nat, port: 2121', false],
    ['mode: nat, port: 21, protocol: udp', false],
    ['mode: tun, port: 21', false],
  ])('%s: %s', (service, wanted) => {
    expect(settingsOf('', service).modules?.has('ip_vs_ftp')).toBe(wanted)
  })
})
