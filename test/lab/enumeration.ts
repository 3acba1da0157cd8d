import { expect } from 'vitest'
import { chance } from './chance.js'
import { countCommands, countedCommands, installFaults, startCli } from './faults-kit.js'
import { INTERRUPTIONS, Interruptions } from './interruption.js'
import type { Case, Command, Interrupted, Target } from './interruption.js'
import type { RunningLab } from './lab-kit.js'

/** A case on a host of any of the clusters, by its place among those that are interrupted. */
interface Point extends Omit<Case, 'host'> {
  readonly host: number
  readonly what: string
}

/** A cluster, its hosts, and those of them that are interrupted; each has the same. */
export interface Copy {
  readonly target: Target
  readonly hosts: readonly string[]
  readonly interrupted: readonly string[]
}

/** A lab whose deployments and removals are interrupted. Services are not tried: that changes nothing, and is tried elsewhere. */
export function targetOf(lab: RunningLab): Target {
  return {
    ...lab,
    start: (command, timer = 120) =>
      startCli(
        lab,
        ...[command, lab.file, '--timer', String(timer)],
        ...(command === 'remove' ? ['--drain', '0'] : ['--skip-verify']),
      ),
  }
}

export interface Choice {
  /** All of them, or every n-th from the k-th on (`[k, n]`), or so many. */
  readonly of: 'all' | number
  readonly part?: readonly [number, number]
  readonly seed: number
  /** Only where the command that is interrupted has any of these words. */
  readonly only?: readonly string[]
}

/** By `npm run faults`: all, a part, or so many; by `npm test` a few. */
export function choiceFrom(env: NodeJS.ProcessEnv, few: number): Choice {
  const [part = 1, parts = 1] = (env['LVS_FAULTS_PART'] ?? '1/1').split('/').map(Number)
  return {
    of: env['LVS_FAULTS'] === 'all' ? 'all' : Number(env['LVS_FAULTS_SAMPLE'] ?? few),
    part: [part, parts],
    seed: Number(env['LVS_FAULTS_SEED'] ?? 7),
    ...(env['LVS_FAULTS_ONLY'] === undefined ? {} : { only: env['LVS_FAULTS_ONLY'].split(',') }),
  }
}

interface Count {
  cases: number
  reverted: number
  committed: number
  lost: number
}

/**
 * Interrupts deployments and removals at commands that change something on a host, each of which was found by a run that
 * nothing interrupts, and says what became of the hosts. The copies share the work.
 */
export async function enumerate(title: string, copies: readonly Copy[], choice: Choice): Promise<void> {
  const all: Point[] = []
  const clusters = await Promise.all(
    copies.map(async ({ target, hosts, interrupted }, index) => {
      for (const host of interrupted) await installFaults(target, host)
      return Interruptions.begin(target, hosts, index === 0 ? counting(target, interrupted, all) : {})
    }),
  )
  expect(all.length).toBeGreaterThan(100)
  const points = chosen(
    all.filter(({ what }) => choice.only?.some((words) => what.includes(words)) ?? true),
    choice,
  )
  say(`${title}: ${points.length} of ${all.length} cases, on ${copies.length} clusters`)
  const waiting = [...points]
  const table = new Map<string, Count>()
  const amiss: string[] = []
  let done = 0
  await Promise.all(
    clusters.map(async (cluster, index) => {
      const hosts = copies[index]?.interrupted ?? []
      for (let point = takeFor(cluster, waiting); point !== undefined; point = takeFor(cluster, waiting)) {
        if (cluster.isDeployed !== (point.command === 'remove'))
          await cluster.completed(cluster.isDeployed ? 'remove' : 'apply')
        const { command, fault, at, what } = point
        const host = hosts[point.host] ?? ''
        const result = await cluster.interrupt({ ...point, host })
        count(table, fault, result)
        done += 1
        const line = `${fault} at ${command} on ${host}, ${at}: ${what}: status ${result.status}, ${result.became.join(' ')}`
        say(
          `${title}, ${done} of ${points.length}: ${line}${result.isKnown ? '' : ', and the next one arrives'}`,
        )
        for (const each of result.amiss) say(`  AMISS: ${each}`)
        amiss.push(...result.amiss.map((each) => `${line}: ${each}`))
      }
    }),
  )
  say(`\n${title}\n${tableOf(table)}`)
  expect(amiss).toEqual([])
}

/** Notes every command that changes something, while a run is not interrupted. */
function counting(target: Target, hosts: readonly string[], all: Point[]) {
  return {
    before: async () => {
      for (const host of hosts) await countCommands(target, host)
    },
    after: async (command: Command) => {
      for (const [index, host] of hosts.entries()) {
        const counted = await countedCommands(target, host)
        for (const fault of INTERRUPTIONS)
          all.push(...counted.map((what, at) => ({ command, host: index, at: at + 1, what, fault })))
      }
    },
  }
}

/** In any order, so that few cases tell of all; a few are as many of each fault as of any other. */
function chosen(all: readonly Point[], { of, part: [part, parts] = [1, 1], seed }: Choice): Point[] {
  const next = chance(seed)
  const shuffled = all
    .map((each) => ({ each, at: next(2 ** 32) }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each)
  if (of === 'all') return shuffled.filter((_, index) => index % parts === part - 1)
  return INTERRUPTIONS.flatMap((fault, index) =>
    shuffled.filter((each) => each.fault === fault).slice(0, Math.ceil((of - index) / INTERRUPTIONS.length)),
  )
}

/** One that the cluster is ready for, if there is any. */
function takeFor({ isDeployed }: Interruptions, waiting: Point[]): Point | undefined {
  const ready = waiting.findIndex(({ command }) => command === (isDeployed ? 'remove' : 'apply'))
  return waiting.splice(Math.max(ready, 0), 1)[0]
}

function count(table: Map<string, Count>, fault: string, { became }: Interrupted): void {
  const counts = table.get(fault) ?? { cases: 0, reverted: 0, committed: 0, lost: 0 }
  table.set(fault, counts)
  counts.cases += 1
  for (const each of became) counts[each] += 1
}

const KEYS = ['cases', 'reverted', 'committed', 'lost'] as const

function tableOf(table: ReadonlyMap<string, Count>): string {
  const total: Count = { cases: 0, reverted: 0, committed: 0, lost: 0 }
  for (const each of table.values()) for (const key of KEYS) total[key] += each[key]
  const head = `${'interrupted by'.padEnd(14)}   cases   hosts: reverted   committed   lost`
  return [head, ...[...table].map(([what, each]) => rowOf(what, each)), rowOf('all', total)].join('\n')
}

function rowOf(what: string, { cases, reverted, committed, lost }: Count): string {
  const [a, b, c, d] = [cases, reverted, committed, lost].map(String) as [string, string, string, string]
  return `${what.padEnd(14)} ${a.padStart(7)} ${b.padStart(17)} ${c.padStart(11)} ${d.padStart(6)}`
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
