import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { drainTarget } from './drain.js'
import type { DrainTarget } from './drain.js'
import { driftOf } from './drift.js'
import { isBusy, makePlan } from './plan.js'
import type { Purpose } from './plan.js'
import { brief, clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const text = sample('dr')
const cluster = clusterOf(text)
const KEY = '-t 192.0.2.100:80 -r 192.0.2.11:80'

function target(of = cluster): DrainTarget {
  const found = drainTarget(of, 'web', 'rs1')
  if (typeof found === 'string') throw new Error(found)
  return found
}

const WEIGHTS: Readonly<Record<string, number>> = { '192.0.2.11': 1 }

/** The director with all that is drawn deployed, but for a few lines of its record and its table. */
function director({ of = cluster, record = (lines: readonly string[]) => lines, weights = WEIGHTS } = {}) {
  const empty = observeHost('lb1', fresh(of, 'lb1'))
  const { hosts } = makePlan(of, new Map([['lb1', empty]]), { purpose: 'apply', digest })
  const wanted = hosts[0]?.wanted ?? []
  const lines = wanted.map(({ kind, key, state }) => `${kind}\t${key}\t${state}`)
  const table = wanted.flatMap(({ kind, key, state }) => {
    if (kind === 'virtual-service') return [`-A ${key} ${state}`]
    if (kind !== 'destination') return []
    const weight = weights[/ -r (.*):80$/.exec(key)?.[1] ?? '']
    return [`-a ${key} ${weight === undefined ? state : state.replace(/-w \d+/, `-w ${weight}`)}`]
  })
  return observeHost('lb1', fresh(of, 'lb1', ['== wanted', ...record(lines), '== ipvs', ...table].join('\n')))
}

function plan(purpose: Purpose, live = director(), of = cluster) {
  const made = makePlan(of, new Map([['lb1', live]]), {
    purpose,
    digest,
    ...(purpose === 'drain' || purpose === 'undrain' ? { target: target(of) } : {}),
  })
  const [host] = made.hosts
  if (host === undefined) throw new Error('no plan')
  return { ...host, refusals: made.refusals }
}

const drainedRecord = (lines: readonly string[]) => [
  ...lines.map((line) => (line.includes(`\t${KEY}\t`) ? line.replace(/-w \d+/, '-w 0') : line)),
  `drain\t${KEY}\tdrained`,
]
const drained = () => director({ record: drainedRecord, weights: { '192.0.2.11': 0 } })

describe('a drain', () => {
  it('changes the weight of one destination and nothing else, and says so in the record', () => {
    const { steps, drained: keys, refusals } = plan('drain')
    expect(steps.map(brief)).toEqual([`directors destination ${KEY}: -g -w 1 -> -g -w 0`])
    expect([keys, refusals]).toEqual([[KEY], []])
  })

  it('leaves alone what else has changed since the deployment, on the host and in the drawing', () => {
    const changed = clusterOf(text.replace(/scheduler: \w+/, 'scheduler: sh'))
    expect(changed).not.toEqual(cluster)
    const live = director({ weights: { '192.0.2.12': 7 } })
    expect(plan('drain', live, changed).steps.map(({ key }) => key)).toEqual([KEY])
  })

  it('is kept by a deployment of the drawing, is no drift, and is done once', () => {
    const again = plan('apply', drained())
    expect(again.steps.filter(({ kind }) => kind === 'destination')).toEqual([])
    expect(again.drained).toEqual([KEY])
    expect(driftOf(again.wanted, drained()).filter(({ kind }) => kind === 'destination')).toEqual([])
    expect(isBusy(plan('drain', drained()))).toBe(false)
  })

  it('is nothing to be kept where weight 0 was only drawn', () => {
    const record = (lines: readonly string[]) =>
      drainedRecord(lines).filter((line) => !line.startsWith('drain'))
    const live = director({ record, weights: { '192.0.2.11': 0 } })
    expect(plan('apply', live).steps.map(brief)).toContain(`directors destination ${KEY}: -g -w 0 -> -g -w 1`)
  })

  it('ends with its destination: one that is drawn no longer is taken away', () => {
    const without = clusterOf(text.replaceAll(/^ {6}rs1: .*\n/gm, ''))
    expect(plan('apply', drained(), without).drained).toEqual([])
  })

  it('is taken back with the weight that is drawn now', () => {
    const heavier = clusterOf(text.replaceAll(/^ {6}rs1: .*$/gm, '      rs1: { weight: 5 }'))
    const { steps, drained: keys } = plan('undrain', drained(), heavier)
    expect(steps.map(brief)).toEqual([`directors destination ${KEY}: -g -w 0 -> -g -w 5`])
    expect(keys).toEqual([])
  })

  it('is refused where there is nothing to drain, with the way on', () => {
    const nothing = observeHost('lb1', fresh(cluster, 'lb1'))
    expect(plan('drain', nothing).refusals).toMatchObject([
      { host: 'lb1', remedy: 'deploy the drawing first' },
    ])
    const other = director({ record: (lines) => lines.filter((line) => !line.includes(KEY)) })
    expect(plan('drain', other).refusals[0]?.reason).toMatch(
      /rs1 of web is not deployed here as it is drawn \(192.0.2.11:80 of tcp 192.0.2.100:80\)/,
    )
  })

  it('names what there is where a name is wrong', () => {
    expect(drainTarget(cluster, 'wob', 'rs1')).toMatch(/there is no service wob; the drawing has web/)
    expect(drainTarget(cluster, 'web', 'rs9')).toMatch(/web has no real server rs9; it has rs1, rs2/)
  })
})
