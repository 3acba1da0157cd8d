import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../../core/hosts/cluster.js'
import type { HostPlan } from '../../core/plan/plan.js'
import { parseTopology } from '../../core/topology/parse.js'
import type { Session } from '../ssh/session.js'
import { confirmAll } from './settle.js'
import type { Course } from './transact.js'

const HOSTS = ['rs1', 'lb1', 'rs2'] as const
const WANTED = [{ kind: 'address', key: 'lo 192.0.2.100/32', state: 'present' }] as const

/** Tells hosts that it holds, of which some have gone back; who was told, in turn, those together that were told together. */
async function told(wanted: (host: string) => HostPlan['wanted'], goneBack: readonly string[] = []) {
  const heard: string[][] = [[]]
  const session = (host: string) =>
    ({
      host,
      exec: async () => {
        heard.at(-1)?.push(host)
        // Whoever is told at the same time is heard before the first has answered.
        await new Promise((resolve) => setImmediate(resolve))
        if ((heard.at(-1)?.length ?? 0) > 0) heard.push([])
        return { status: 0, stdout: goneBack.includes(host) ? 'reverted\n' : 'confirmed\n', stderr: '' }
      },
      close: () => Promise.resolve(),
    }) as Partial<Session> as Session
  const cluster = deriveCluster(parseTopology(readFileSync('samples/nat.lvs.yaml', 'utf8')).topology)
  const course = {
    cluster,
    connections: new Map(HOSTS.map((host) => [host, { host, session: session(host), sudo: false }])),
    options: { tell: () => undefined },
    timerSeconds: 1,
  } as unknown as Course
  const plans = HOSTS.map(
    (host) =>
      ({
        host,
        steps: [],
        wanted: wanted(host),
        owned: [],
        drained: [],
        members: [],
      }) as Partial<HostPlan> as HostPlan,
  )
  const lock = { token: 't1', owner: 'me@here process 1', isDead: () => false }
  const ends = await confirmAll(
    course,
    { cluster: 'shop', id: 'tx1', lock, timerSeconds: 1, planHash: 'p1' },
    plans,
  )
  return {
    heard: heard.filter((group) => group.length > 0),
    ends: Object.fromEntries([...ends].map(([host, { kind }]) => [host, kind])),
  }
}

describe('hosts are told that a transaction holds', () => {
  it('all at once where each could still go back', async () => {
    expect(await told(() => [...WANTED])).toEqual({
      heard: [['rs1', 'lb1', 'rs2']],
      ends: { rs1: 'confirmed', lb1: 'confirmed', rs2: 'confirmed' },
    })
  })

  it('directors first where nothing is left to go back by', async () => {
    expect((await told(() => [])).heard).toEqual([['lb1'], ['rs1', 'rs2']])
  })

  it('and no real server loses what a director that has gone back sends requests to', async () => {
    expect(await told(() => [], ['lb1'])).toEqual({ heard: [['lb1']], ends: { lb1: 'reverted' } })
  })

  it('a host that leaves the cluster last', async () => {
    expect((await told((host) => (host === 'rs2' ? [] : [...WANTED]))).heard).toEqual([
      ['rs1', 'lb1'],
      ['rs2'],
    ])
    expect((await told((host) => (host === 'rs2' ? [] : [...WANTED]), ['rs1'])).ends).toEqual({
      rs1: 'reverted',
      lb1: 'confirmed',
    })
  })
})
