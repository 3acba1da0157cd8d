import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  countCommands,
  countedCommands,
  expectOk,
  hit,
  installFaults,
  reach,
  setFault,
  settled,
  startCli,
  statesOf,
} from './faults-kit.js'
import type { Fault } from './faults-kit.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/** By `npm run faults` alone: all of them, or so many, chosen by a seed. */
const ALL = process.env['LVS_FAULTS'] === 'all'
const SEED = Number(process.env['LVS_FAULTS_SEED'] ?? 7)
const SAMPLE = Number(process.env['LVS_FAULTS_SAMPLE'] ?? 4)
const DEPLOYED = ['lb1', 'rs1', 'rs2']
const CRASHING = ['lb1', 'rs1']
const TIMER = 15

/** signal: the operator's machine dies there. */
const FAULTS: readonly Fault[] = ['reset-after', 'signal', 'lost', 'reset-before']

interface Case {
  readonly command: 'apply' | 'remove'
  readonly host: string
  readonly at: number
  readonly fault: Fault
}

/** G5, G6, G15: whatever is interrupted after whichever command that changes something, nothing is lost. */
describe('a deployment that is interrupted', () => {
  let lab: RunningLab
  let old = new Map<string, string>()
  let deployed = new Map<string, string>()
  const counts = new Map<string, number>()
  const table: string[] = []
  const totals = { cases: 0, reverted: 0, committed: 0, lost: 0 }

  beforeAll(async () => {
    lab = await startLab('samples/nat.lvs.yaml', 'test-crash-points', { restarts: true })
    for (const host of DEPLOYED) await installFaults(lab, host)
    old = await statesOf(lab, DEPLOYED)
    for (const command of ['apply', 'remove'] as const) {
      for (const host of CRASHING) await countCommands(lab, host)
      expectOk(await run(command).ended)
      for (const host of CRASHING) counts.set(`${command} ${host}`, (await countedCommands(lab, host)).length)
      if (command === 'apply') deployed = await statesOf(lab, DEPLOYED)
    }
    expect(await statesOf(lab, DEPLOYED)).toEqual(old)
  })
  afterAll(async () => {
    process.stderr.write(
      `\n${table.join('\n')}\n${totals.cases} cases on ${DEPLOYED.length} hosts each: ${totals.reverted} hosts as before, ` +
        `${totals.committed} as told, ${totals.lost} neither\n`,
    )
    await lab.down()
  })

  const run = (command: 'apply' | 'remove') =>
    startCli(
      lab,
      command,
      lab.file,
      '--timer',
      String(TIMER),
      ...(command === 'remove' ? ['--drain', '0'] : []),
    )

  it(
    'is as before or as told on every host, and the next one arrives',
    async () => {
      const cases = [...counts].flatMap(([key, count]) => {
        const [command, host = ''] = key.split(' ')
        return Array.from({ length: count }, (_, index) => index + 1).flatMap((at) =>
          FAULTS.map((fault): Case => ({
            command: command === 'remove' ? 'remove' : 'apply',
            host,
            at,
            fault,
          })),
        )
      })
      expect(cases.length).toBeGreaterThan(100)
      for (const each of ALL ? cases : sampleOf(cases)) await interrupt(each)
      expect(totals.lost).toBe(0)
    },
    ALL ? 24 * 3_600_000 : SAMPLE * 300_000,
  )

  async function interrupt({ command, host, at, fault }: Case) {
    if (command === 'remove') expectOk(await run('apply').ended)
    await setFault(lab, host, at, fault)
    const { child, ended } = run(command)
    if (fault === 'signal') {
      await Promise.race([hit(lab, host).catch(() => undefined), ended])
      child.kill('SIGKILL')
    }
    const { status } = await ended
    for (const each of DEPLOYED) await settled(lab, each, TIMER + 10)
    const what = (await countedCommands(lab, host))[at - 1] ?? ''
    const found = await statesOf(lab, DEPLOYED)
    const became = DEPLOYED.map((each) => {
      const state = found.get(each)
      if (state === old.get(each)) return 'old'
      return state === deployed.get(each) ? 'new' : 'LOST'
    })
    totals.cases += 1
    const [before, after] = command === 'apply' ? ['old', 'new'] : ['new', 'old']
    totals.reverted += became.filter((each) => each === before).length
    totals.committed += became.filter((each) => each === after).length
    totals.lost += became.filter((each) => each === 'LOST').length
    table.push(`${command} ${host} ${at} ${fault} (${what}): status ${status}, ${became.join(' ')}`)
    process.stderr.write(`  ${table.at(-1) ?? ''}\n`)
    for (const each of DEPLOYED) {
      const state = found.get(each)
      expect([old.get(each), deployed.get(each)], `${each}: ${table.at(-1) ?? ''}`).toContain(state)
    }
    // The next one converges from there, and the one after leaves nothing.
    expectOk(await run('apply').ended)
    expect(await statesOf(lab, DEPLOYED)).toEqual(deployed)
    expectOk(await run('remove').ended)
    expect(await statesOf(lab, DEPLOYED)).toEqual(old)
    expect(await reach(lab, host, 'ls /var/lib/lvs-designer 2>/dev/null; true')).toBe('')
  }
})

/** Without repetition, the same for the same seed; as many of each fault as of any other. */
function sampleOf(cases: readonly Case[]): Case[] {
  let state = SEED
  const next = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return Array.from({ length: SAMPLE }, (_, index) => {
    const of = cases.filter(({ fault }) => fault === FAULTS[index % FAULTS.length])
    return of[next(of.length)]
  }).filter((each) => each !== undefined)
}
