import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { parseTopology } from '../../core/topology/parse.js'
import type { DeployResult } from './deploy.js'
import { leftHosts, memoryIn, remember, withHosts } from './memory.js'
import type { HostOutcome } from './outcome.js'

const drawing = (realServers: readonly string[]) =>
  deriveCluster(
    parseTopology(
      JSON.stringify({
        lvs: 1,
        name: 'shop',
        hosts: {
          lb1: { role: 'director' },
          ...Object.fromEntries(
            realServers.map((name) => [
              name,
              { role: 'real-server', ssh: { address: `${name}.example.net`, sudo: true } },
            ]),
          ),
        },
      }),
    ).topology,
  )

describe('what is remembered of deployments', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lvs-memory-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  /** A run that left something on each of these hosts, or nothing. */
  const result = (outcome: HostOutcome, hosts: readonly string[], carries: boolean): DeployResult => ({
    outcome,
    hosts: hosts.map((host) => ({ host, outcome, detail: '' })),
    refusals: [],
    plan: {
      cluster: 'shop',
      refusals: [],
      hosts: hosts.map((host) => ({
        host,
        observedHash: '',
        steps: [],
        owned: [],
        drained: [],
        members: [],
        knowsMembers: true,
        recorded: true,
        notes: [],
        wanted: carries ? [{ kind: 'module', key: 'ip_vs', state: 'loaded' }] : [],
      })),
    },
    verification: undefined,
    transaction: { transaction: 'tx1', plan: 'abc' },
  })
  const left = async (realServers: readonly string[], sshConfig = '') =>
    (await leftHosts(drawing(realServers), { folder, sshConfig })).map(({ name }) => name)

  it('names a host that carries something and is drawn no longer, with the way to it, until it is freed', async () => {
    const memory = { folder, sshConfig: '' }
    await remember(drawing(['rs1', 'rs2']), result('COMMITTED', ['lb1', 'rs1', 'rs2'], true), 'apply', memory)
    expect(await left(['rs1', 'rs2'])).toEqual([])
    expect(await left(['rs1'])).toEqual(['rs2'])
    const [rs2] = await leftHosts(drawing(['rs1']), memory)
    expect(rs2?.drawn.ssh).toMatchObject({ address: 'rs2.example.net', sudo: true })
    expect(rs2?.needs).toEqual([])
    const cluster = withHosts(drawing(['rs1']), rs2 === undefined ? [] : [rs2])
    expect([...cluster.hosts.keys()]).toEqual(['lb1', 'rs1', 'rs2'])
    // A prune that was undone has freed nothing.
    await remember(cluster, result('REVERTED', ['rs2'], false), 'apply', memory)
    await remember(cluster, result('UNKNOWN', ['rs2'], false), 'apply', memory)
    expect(await left(['rs1'])).toEqual(['rs2'])
    await remember(cluster, result('COMMITTED', ['rs2'], false), 'apply', memory)
    expect(await left(['rs1'])).toEqual([])
  })

  it('does not take virtual hosts for the real ones of the same names', async () => {
    const memory = { folder, sshConfig: '/lab/ssh_config' }
    await remember(drawing(['rs1', 'rs2']), result('COMMITTED', ['rs1', 'rs2'], true), 'apply', memory)
    expect(await left(['rs1'])).toEqual([])
    expect(await left(['rs1'], '/lab/ssh_config')).toEqual(['rs2'])
  })

  it('writes down who did what, line after line, and nothing of a run that was refused', async () => {
    const memory = { folder, sshConfig: '' }
    const cluster = drawing(['rs1'])
    await remember(cluster, result('COMMITTED', ['rs1'], true), 'apply', memory)
    await remember(cluster, result('REVERTED', ['rs1'], false), 'remove', memory)
    await remember(cluster, { ...result('COMMITTED', [], false), outcome: 'REFUSED' }, 'apply', memory)
    const lines = (await readFile(join(folder, 'log.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { cluster: 'shop', purpose: 'apply', transaction: 'tx1', plan: 'abc', outcome: 'COMMITTED' },
      {
        cluster: 'shop',
        purpose: 'remove',
        outcome: 'REVERTED',
        hosts: [{ host: 'rs1', outcome: 'REVERTED' }],
      },
    ])
  })

  it('takes a file that makes no sense for one that is not there', async () => {
    await writeFile(join(folder, 'hosts-shop.json'), '[{"host": 1}, {"host": "rs9", "sshConfig": ""}, 3]')
    expect(await left([])).toEqual(['rs9'])
    await writeFile(join(folder, 'hosts-shop.json'), 'nonsense')
    expect(await left([])).toEqual([])
  })

  it('is kept where the system keeps such things', () => {
    expect(memoryIn(undefined, { XDG_STATE_HOME: '/state' })).toEqual({
      folder: '/state/lvs-designer',
      sshConfig: '',
    })
    expect(memoryIn('/lab/c', {}).folder).toMatch(/\.local\/state\/lvs-designer$/)
  })
})
