import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clientsOf } from '../hosts/clients.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import type { Topology } from '../topology/types.js'
import { compareModes } from './compare-modes.js'
import { intendedCrossings } from './crossings.js'
import { inMode } from './in-mode.js'
import { walkedCrossings } from './walked.js'

const BEYOND = `lvs: 1
name: beyond
networks:
  out: { subnet: 198.51.100.0/24 }
  net: { subnet: 10.0.0.0/24, gateway: 10.0.0.254 }
hosts:
  edge: { role: router, interfaces: { up: { network: out, address: 198.51.100.1 }, down: { network: net, address: 10.0.0.254 } } }
  lb: { role: director, interfaces: { eth0: { network: net, address: 10.0.0.1 } } }
  a: { role: real-server, interfaces: { eth0: { network: net, address: 10.0.0.11 } } }
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80, real-servers: { a: {}, lb: {} } }
`
const UNDRAWN = BEYOND.replace(/^ {2}edge: .*\n/m, '')
const NEAR = UNDRAWN.replace(', gateway: 10.0.0.254', '')

const DRAWINGS: readonly (readonly [string, string])[] = [
  ...['samples/nat', 'samples/tun', 'samples/dr', 'test/fixtures/tunnels'].map(
    (name) => [name, readFileSync(`${name}.lvs.yaml`, 'utf8')] as const,
  ),
  ['clients beyond a router that is drawn', BEYOND],
  ['clients beyond a router that is not', UNDRAWN],
  ['clients on the same link', NEAR],
]

/** What a mode is meant to do and what the walk does, for every client and real server: two views of one thing. */
function bothViews(topology: Topology, service: string) {
  const cluster = deriveCluster(topology)
  const model = cluster.services.find(({ name }) => name === service)
  const director = cluster.hosts.get(model?.director ?? '')
  const vip = model?.drawn.vip
  if (model === undefined || director === undefined || vip === undefined) throw new Error('not drawn')
  const clients = clientsOf(cluster, model)
  const names = clients.map(({ name }) => name)
  const walked = walkedCrossings(cluster, service, names)
  return clients.flatMap((client) =>
    model.realServers.map((realServer) => {
      const host = cluster.hosts.get(realServer.name)
      const { rip } = realServer
      if (host === undefined || rip === undefined) throw new Error('not drawn')
      return {
        way: `${client.name} and ${realServer.name}`,
        walked: walked.get(client.name)?.get(realServer.name),
        intended: intendedCrossings(cluster, {
          service: model,
          client,
          director,
          realServer,
          host,
          vip,
          rip,
        }),
      }
    }),
  )
}

describe.each(DRAWINGS)('%s', (_, text) => {
  const parsed = parseTopology(text)

  it('has requests and replies go, in every mode that works, where the mode means them to', () => {
    let compared = 0
    for (const [service, { vip }] of parsed.topology.services) {
      if (vip === undefined) continue
      for (const { mode, feasible, traffic } of compareModes(parsed, service).modes) {
        if (!feasible) continue
        expect(traffic, `${service} ${mode}`).toMatchObject({ kind: 'counted', basis: 'walked' })
        for (const { way, walked, intended } of bothViews(inMode(parsed.topology, service, mode), service)) {
          expect(walked, `${service} ${mode}: ${way}`).toEqual(intended)
          compared += 1
        }
      }
    }
    expect(compared).toBeGreaterThan(0)
  })
})

it('walks no farm of hundreds, and has the same figures for it', () => {
  const names = Array.from({ length: 100 }, (_, index) => `rs${index + 1}`)
  const text = NEAR.replace(
    /^ {2}a: .*$/m,
    names
      .map(
        (name, index) =>
          `  ${name}: { role: real-server, interfaces: { eth0: { network: net, address: 10.0.0.${index + 110} } } }`,
      )
      .join('\n'),
  )
  const farm = (count: number) => {
    const servers = names.slice(0, count).map((name) => `${name}: {}`)
    const parsed = parseTopology(text.replace('a: {}, lb: {}', servers.join(', ')))
    const found = compareModes(parsed, 'web').modes.find(({ mode }) => mode === 'dr')?.traffic
    if (found?.kind !== 'counted') throw new Error('not counted')
    return found
  }
  const few = farm(50)
  const many = farm(100)
  expect([few.basis, many.basis]).toEqual(['walked', 'intended'])
  expect(many.ceiling?.requestsPerSecond).toBeCloseTo(few.ceiling?.requestsPerSecond ?? NaN, 3)
  expect(many.director.in.bytes).toBeCloseTo(few.director.in.bytes, 6)
})
