import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { makePlan } from './plan.js'
import { clusterOf, digest, fresh, observeAll, sample } from './plan.test-kit.js'
import { rolloutGroups, servedThroughout } from './rollout.js'
import type { Rollout } from './rollout.js'

const cluster = clusterOf(sample('dr'))
const hosts = (...names: readonly string[]) => names.map((host) => ({ host }))
const groups = (rollout: Rollout, count = 7) =>
  rolloutGroups(
    cluster,
    'real-servers',
    hosts(...Array.from({ length: count }, (_, index) => `rs${index + 1}`)),
    rollout,
  ).map((group) => group.map(({ host }) => host).join(' '))

describe('a rollout', () => {
  it('changes all real servers at once unless told', () => {
    expect(groups({ canary: false })).toEqual(['rs1 rs2 rs3 rs4 rs5 rs6 rs7'])
    expect(groups({ canary: false }, 0)).toEqual([])
  })

  it('begins with one, and goes on by as many as told', () => {
    expect(groups({ canary: true })).toEqual(['rs1', 'rs2 rs3 rs4 rs5 rs6 rs7'])
    expect(groups({ canary: true, batch: 3 })).toEqual(['rs1', 'rs2 rs3 rs4', 'rs5 rs6 rs7'])
    expect(groups({ canary: false, batch: 5 })).toEqual(['rs1 rs2 rs3 rs4 rs5', 'rs6 rs7'])
    expect(groups({ canary: true }, 1)).toEqual(['rs1'])
  })

  it('changes the backup of a pair before the preferred director, in whatever order they come', () => {
    const pair = clusterOf(sample('dr').replaceAll('director: lb1', 'director: [lb1, lb2]'))
    for (const stage of ['quiesce', 'directors'] as const) {
      expect(rolloutGroups(pair, stage, hosts('lb1', 'lb2'), { canary: true, batch: 1 })).toEqual([
        [{ host: 'lb2' }],
        [{ host: 'lb1' }],
      ])
    }
  })

  it('can try in between what is served already and not changed, and nothing else', () => {
    const names = (of: ReturnType<typeof servedThroughout>) => of.map(({ name }) => name)
    const first = makePlan(cluster, observeAll(cluster), { purpose: 'apply', digest })
    expect(names(servedThroughout(cluster, first))).toEqual([])

    const wanted = first.hosts.find(({ host }) => host === 'lb1')?.wanted ?? []
    const record = wanted.map(({ kind, key, state }) => `${kind}\t${key}\t${state}`)
    const table = wanted.flatMap(({ kind, key, state }) =>
      kind === 'virtual-service'
        ? [`-A ${key} ${state}`]
        : kind === 'destination'
          ? [`-a ${key} ${state}`]
          : [],
    )
    const live = (lines: readonly string[]) =>
      observeHost('lb1', fresh(cluster, 'lb1', ['== wanted', ...record, '== ipvs', ...lines].join('\n')))
    const planOf = (lines: readonly string[]) =>
      makePlan(cluster, new Map([...observeAll(cluster), ['lb1', live(lines)]]), { purpose: 'apply', digest })
    expect(names(servedThroughout(cluster, planOf(table)))).toEqual(['web', 'web6'])
    const changed = table.map((line) => line.replace('192.0.2.11:80 -g -w 1', '192.0.2.11:80 -g -w 9'))
    expect(names(servedThroughout(cluster, planOf(changed)))).toEqual(['web6'])
  })
})
