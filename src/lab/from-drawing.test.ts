import { expect, it } from 'vitest'
import { deriveCluster } from '../core/hosts/cluster.js'
import { walkCluster } from '../core/packet/walk-cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import { listensOf } from './from-drawing.js'
import { jobOf } from './kernel-run/job.js'

const drawn = (protocol: string, first: string) =>
  deriveCluster(
    parseTopology(`lvs: 1
name: shop
networks:
  lan: { subnet: 192.0.2.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: lan, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.11 } } }
  rs2: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.12 } } }
services:
  web: { mode: nat, director: lb1, vip: 192.0.2.100, protocol: ${protocol}, port: 0, persistence: { timeout: 300 }, real-servers: { rs1: ${first}, rs2: {} } }
`).topology,
  )

it.each([
  ['{ port: 8080 }', 8080],
  ['{}', 80],
])('of a service for every port each real server listens where it is asked: rs1 %s', (first, port) => {
  const cluster = drawn('udp', first)
  for (const host of ['rs1', 'rs2'])
    expect(listensOf(host, undefined, cluster)).toEqual([{ protocol: 'udp', port }])
  for (const walk of walkCluster(cluster)) {
    const asked = walk.hops[0]?.packetOut?.l4
    expect(asked).toMatchObject({ dstPort: port })
  }
  const lines = jobOf([{ id: 'c0', cluster: drawn('sctp', first), requests: [] }]).text.split('\n')
  expect(lines.filter((line) => line === `listen sctp 0.0.0.0 ${port}`)).toHaveLength(2)
})
