import { describe, expect, it } from 'vitest'
import type { KernelResult, RequestResult } from '../../src/lab/kernel-run/results.js'
import { walkedCase } from './case.js'
import { fixtures } from './fixtures.js'
import { sequenceDifferences } from './sequence.js'

/** Several requests of one client to two real servers in turn: whom a kernel should have sent them to, and did not. */
describe('several requests, held against the scheduler', () => {
  const found = fixtures().find(({ name }) => name === 'truth table: dr, all ARP sysctls')
  if (found === undefined) throw new Error('there is no such fixture')
  const { drawing } = structuredClone(found)
  const { rs1, client } = drawing.hosts
  const { web } = drawing.services
  if (rs1 === undefined || client === undefined || web === undefined) throw new Error('it has other names')
  drawing.hosts['rs2'] = {
    ...rs1,
    interfaces: { eth0: { network: 'front', address: ['192.0.2.12'] } },
  }
  web['real-servers'] = { rs1: { address: '192.0.2.11' }, rs2: { address: '192.0.2.12' } }
  const { cluster, walks } = walkedCase({ ...found, drawing })
  const [service] = cluster.services
  if (service === undefined) throw new Error('there is no service')

  const request = (server: string | undefined, index: number): RequestResult => ({
    state: server === undefined ? 'failed' : 'answered',
    error: server === undefined ? 111 : 0,
    server,
    clientPort: 40_000 + index,
    up: 0,
    down: 0,
  })
  const differences = (...servers: (string | undefined)[]) => {
    const result: KernelResult = {
      requests: servers.map(request),
      frames: [],
      neighbours: new Map(),
      connections: new Map(),
      counters: new Map(),
      problems: [],
    }
    return sequenceDifferences(cluster, service, 'client', walks, result)
  }

  it('agrees where each comes to whom the kernel’s table has next', () => {
    expect(walks.map(({ verdict }) => verdict)).toEqual(['SERVED', 'SERVED'])
    // What came last stands first.
    expect(differences('rs2', 'rs1', 'rs2', 'rs1')).toEqual([])
  })

  it('sees another order, the same one twice, and one that was refused', () => {
    expect(differences('rs1', 'rs2')).toHaveLength(2)
    expect(differences('rs2', 'rs2')).toEqual([
      'request 2: the scheduler chooses rs1, kernel answered by rs2',
    ])
    expect(differences('rs2', undefined)).toEqual([
      'request 2: the scheduler chooses rs1, kernel failed by nobody',
    ])
  })

  it('has nothing to say of one request', () => {
    expect(differences('rs1')).toEqual([])
  })
})
