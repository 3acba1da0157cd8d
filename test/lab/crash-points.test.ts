import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  countCommands,
  countedCommands,
  expectOk,
  hit,
  installFaults,
  keptOn,
  setFault,
  startCli,
  statesOf,
} from './faults-kit.js'
import type { Fault } from './faults-kit.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/** By `npm run faults`: all of them, or every n-th from the k-th on (`k/n`), or more of them than `npm test` tries. */
const ALL = process.env['LVS_FAULTS'] === 'all'
const [PART = 1, PARTS = 1] = (process.env['LVS_FAULTS_PART'] ?? '1/1').split('/').map(Number)
const SEED = Number(process.env['LVS_FAULTS_SEED'] ?? 7)
const SAMPLE = Number(process.env['LVS_FAULTS_SAMPLE'] ?? 4)
const DEPLOYED = ['lb1', 'rs1']
const COMMANDS = ['apply', 'remove'] as const
const TIMER = 12

/** signal: the operator's machine dies there. */
const FAULTS: readonly Fault[] = ['reset-after', 'signal', 'lost', 'reset-before']

interface Case {
  readonly command: (typeof COMMANDS)[number]
  readonly host: string
  readonly at: number
  readonly what: string
  readonly fault: Fault
}

interface Count {
  cases: number
  reverted: number
  committed: number
  lost: number
}

/** G5, G6, G15: whatever is interrupted after whichever command that changes something, nothing is lost. */
describe('a deployment that is interrupted', () => {
  let lab: RunningLab
  let old = new Map<string, string>()
  let deployed = new Map<string, string>()
  let isDeployed = false
  let cases: Case[] = []
  const table = new Map<string, Count>()
  const amiss: string[] = []

  beforeAll(async () => {
    lab = await startLab('samples/nat.lvs.yaml', `test-crash-points-${PART}`, {
      restarts: true,
      edit: smallest,
    })
    await Promise.all(DEPLOYED.map((host) => installFaults(lab, host)))
    old = await statesOf(lab, DEPLOYED)
    for (const command of COMMANDS) {
      for (const host of DEPLOYED) await countCommands(lab, host)
      await completed(command)
      for (const host of DEPLOYED) {
        const counted = await countedCommands(lab, host)
        for (const fault of FAULTS) {
          cases.push(...counted.map((what, at) => ({ command, host, at: at + 1, what, fault })))
        }
      }
      if (command === 'apply') deployed = await statesOf(lab, DEPLOYED)
    }
    expect(await statesOf(lab, DEPLOYED)).toEqual(old)
    expect(cases.length).toBeGreaterThan(100)
    const all = cases.length
    cases = ALL
      ? inTurns(cases).filter((_, index) => Math.floor(index / COMMANDS.length) % PARTS === PART - 1)
      : sampleOf(cases)
    say(`${cases.length} of ${all} cases`)
  })
  afterAll(async () => {
    const lines = [...table].map(([what, count]) => rowOf(what, count))
    const total: Count = { cases: 0, reverted: 0, committed: 0, lost: 0 }
    for (const count of table.values()) for (const key of KEYS) total[key] += count[key]
    say(`\n${[headOf(), ...lines, rowOf('all', total)].join('\n')}`)
    await lab.down()
  })

  const run = (command: Case['command'], ...more: string[]) =>
    startCli(lab, command, lab.file, ...(command === 'remove' ? ['--drain', '0'] : []), ...more)

  /** A run that nothing interrupts. */
  async function completed(command: Case['command']) {
    expectOk(await run(command).ended)
    isDeployed = command === 'apply'
  }

  it(
    'is as before or as told on every host, and the next one arrives',
    async () => {
      for (const [index, each] of cases.entries()) {
        // An interrupted apply is followed by one that arrives, and so is a removal: most cases find what they need.
        if (isDeployed !== (each.command === 'remove')) await completed(isDeployed ? 'remove' : 'apply')
        const began = Date.now()
        const became = await interrupt(each)
        say(`${index + 1}: ${became} (${Math.round((Date.now() - began) / 1000)} s)`)
      }
      expect(amiss).toEqual([])
      if (isDeployed) await completed('remove')
      expect(await statesOf(lab, DEPLOYED)).toEqual(old)
    },
    ALL ? 24 * 3_600_000 : SAMPLE * 300_000,
  )

  async function interrupt({ command, host, at, what, fault }: Case): Promise<string> {
    const [before, after] = command === 'apply' ? [old, deployed] : [deployed, old]
    await setFault(lab, host, at, fault)
    const { child, ended } = run(command, '--timer', String(TIMER))
    if (fault === 'signal') {
      await Promise.race([hit(lab, host).catch(() => undefined), ended])
      child.kill('SIGKILL')
    }
    const { status } = await ended
    const found = await statesOf(lab, DEPLOYED, TIMER + 10)
    await countedCommands(lab, host)
    const became = DEPLOYED.map((each) => {
      const state = found.get(each)
      if (state === before.get(each)) return 'reverted'
      return state === after.get(each) ? 'committed' : 'lost'
    })
    const count = table.get(fault) ?? { cases: 0, reverted: 0, committed: 0, lost: 0 }
    table.set(fault, count)
    count.cases += 1
    for (const each of became) count[each] += 1
    const line = `${fault} at ${command} on ${host}, ${what}: status ${status}, ${became.join(' ')}`
    for (const [index, each] of DEPLOYED.entries()) {
      if (became[index] === 'lost') amiss.push(`${line}\n${each} is neither:\n${found.get(each) ?? ''}`)
    }
    // A success is one on every host, and nothing else is called so.
    if (status === 0 && became.some((each) => each !== 'committed')) amiss.push(`${line}: no success`)
    // The next one converges from there.
    await completed(command)
    for (const [each, state] of await statesOf(lab, DEPLOYED)) {
      if (state !== after.get(each)) amiss.push(`${line}; after the next ${command} ${each} is:\n${state}`)
    }
    if (command === 'remove') {
      for (const [each, files] of await keptOn(lab, DEPLOYED))
        amiss.push(`${line}; left on ${each}: ${files}`)
    }
    return line
  }
})

const KEYS = ['cases', 'reverted', 'committed', 'lost'] as const

function headOf(): string {
  return `${'interrupted by'.padEnd(14)}   cases   hosts: reverted   committed   lost`
}

function rowOf(what: string, { cases, reverted, committed, lost }: Count): string {
  const [a, b, c, d] = [cases, reverted, committed, lost].map(String) as [string, string, string, string]
  return `${what.padEnd(14)} ${a.padStart(7)} ${b.padStart(17)} ${c.padStart(11)} ${d.padStart(6)}`
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}

/** One of each: every kind of step once. */
function smallest(text: string): string {
  return text
    .replace(/^  web6:[^]*/m, '')
    .replace(/^  rs2:\n.*\n.*\n.*\n/m, '')
    .replace(/^ +rs2: .*\n/gm, '')
}

/** Apply and remove by turns, so that each finds what the other has left; in any order, so that few cases tell of all. */
function inTurns(cases: readonly Case[]): Case[] {
  const next = chance()
  const lists = COMMANDS.map((command) =>
    cases
      .filter((each) => each.command === command)
      .map((each) => ({ each, at: next(2 ** 32) }))
      .sort((a, b) => a.at - b.at)
      .map(({ each }) => each),
  )
  const length = Math.max(...lists.map((list) => list.length))
  return Array.from({ length }, (_, index) => lists.map((list) => list[index]))
    .flat()
    .filter((each) => each !== undefined)
}

/** As many of each fault as of any other, in applies and removals. */
function sampleOf(cases: readonly Case[]): Case[] {
  const next = chance()
  return Array.from({ length: SAMPLE }, (_, index) => {
    const of = cases.filter(
      ({ fault, command }) =>
        fault === FAULTS[index % FAULTS.length] &&
        command === COMMANDS[(index + Math.floor(index / FAULTS.length)) % COMMANDS.length],
    )
    return of[next(of.length)]
  }).filter((each) => each !== undefined)
}

/** The same for the same seed. */
function chance(): (limit: number) => number {
  let state = SEED
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
