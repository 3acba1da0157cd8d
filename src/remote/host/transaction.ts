import { createHash } from 'node:crypto'
import { say } from '../../core/speech/say.js'
import { inverseSteps } from '../../core/plan/inverse.js'
import { recordOf } from '../../core/plan/plan.js'
import type { HostPlan } from '../../core/plan/plan.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import type { Stage } from '../../core/plan/step.js'
import { printable } from '../ssh/failure.js'
import { call, completeProbe, HostError, lockLines, PROBE_BYTES, wishLines } from './helper.js'
import type { HostConnection, Lock, ProbeWishes } from './helper.js'
import { HELPER_TEXT } from './helper-text.js'

/** One deployment as its hosts know it; the same on all of them. */
export interface Transaction {
  readonly cluster: string
  /** Begins with the time (UTC), so that of two the later one is the greater. */
  readonly id: string
  readonly lock: Lock
  /** Seconds without a sign of life after which a host takes everything back by itself. */
  readonly timerSeconds: number
  /** Stands for the plan in the hosts' logs. */
  readonly planHash: string
}

export function newTransactionId(token: string, now = new Date()): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${token.slice(0, 8)}`
}

/** Milliseconds; what it does there is a matter of a few small files. */
const SHORT_MS = 60_000

/** Writes the whole plan of a host down there, with the way back, and arms its timer. Nothing else is changed. */
export async function prepare(
  connection: HostConnection,
  transaction: Transaction,
  plan: HostPlan,
  signal?: AbortSignal,
): Promise<void> {
  const { steps, owned } = plan
  const undo = inverseSteps(steps).map((step) => ({ ...step, id: step.id.replace(/^undo-/, '') }))
  const stepLine = ({ id, stage, kind, key, after, before }: (typeof steps)[number]) =>
    [id, stage, kind, key, after, before].join('\t')
  const sections: Readonly<Record<string, readonly string[]>> = {
    steps: steps.map(stepLine),
    undo: undo.map(stepLine),
    owned: owned.map(({ kind, key, before }) => [kind, key, before].join('\t')),
    wanted: recordOf(plan).map(({ kind, key, state }) => [kind, key, state].join('\t')),
    helper: HELPER_TEXT.replace(/\n$/, '').split('\n'),
  }
  const data = Object.entries(sections).flatMap(([part, lines]) => lines.map((line) => `${part}\t${line}`))
  if (data.some((line) => /[\n\r\0]/.test(line))) throw new RangeError('a setting cannot hold a line break')
  const version = createHash('sha256')
    .update(`${HELPER_TEXT.replace(/\n$/, '')}\n`)
    .digest('hex')
    .slice(0, 16)
  const output = await call(connection, 'prepare', {
    cluster: transaction.cluster,
    lines: [...linesOf(transaction), `version ${version}`],
    data: [...data, 'end'],
    step: 'prepare',
    signal,
    deadlineMs: SHORT_MS,
  })
  if (!/^armed\t\d+$/m.test(output)) {
    throw new HostError(
      connection.host,
      'prepare',
      say`its timer was not read back`,
      say`see the host, then try again`,
    )
  }
}

/** How far the steps of a stage got on a host. */
export interface AppliedSteps {
  readonly done: readonly string[]
  /** The step that failed, with the tool's own words. */
  readonly failed: { readonly id: string; readonly reason: string } | undefined
  /** The host as it is afterwards. */
  readonly readBack: ObservedHost | undefined
}

/** Runs the steps of a stage that were prepared, up to the first that fails, and reads the host back; in one round trip. */
export async function applyStage(
  connection: HostConnection,
  transaction: Transaction,
  stage: Stage,
  {
    steps,
    drainSeconds,
    wishes,
    signal,
  }: {
    /** How many there are. */
    readonly steps: number
    readonly drainSeconds: number
    readonly wishes: ProbeWishes
    readonly signal?: AbortSignal | undefined
  },
): Promise<AppliedSteps> {
  const output = await call(connection, 'apply', {
    cluster: transaction.cluster,
    lines: [...linesOf(transaction), `stage ${stage}`, `drain ${drainSeconds}`, 'back', ...wishLines(wishes)],
    step: 'apply',
    signal,
    accept: [1],
    // Draining waits on connections; loading a module on a busy host can take seconds.
    deadlineMs: 60_000 + 1000 * drainSeconds + 2000 * steps,
    maxOutputBytes: PROBE_BYTES,
    changes: true,
  })
  const done = [...output.matchAll(/^done\t(.+)$/gm)].map((match) => match[1] ?? '')
  const failed = failedIn(output)
  if (failed !== undefined) return { done, failed, readBack: undefined }
  if (!/^finished$/m.test(output)) {
    throw new HostError(
      connection.host,
      'apply',
      say`the helper ended without saying that it had finished`,
      say`run "plan" to see the state it is in`,
      true,
    )
  }
  return { done, failed, readBack: completeProbe(connection, output) }
}

/** Puts the timer of a host off: the run is alive. */
export async function extend(connection: HostConnection, transaction: Transaction): Promise<void> {
  await call(connection, 'extend', {
    cluster: transaction.cluster,
    lines: linesOf(transaction),
    step: 'extend',
    deadlineMs: 20_000,
  })
}

/** What has become of a transaction on a host. */
export type Settled =
  | { readonly kind: 'confirmed'; /** It comes back after a reboot. */ readonly atBoot: boolean }
  | { readonly kind: 'reverted' }
  /** Some of it is still there. */
  | { readonly kind: 'stuck'; readonly reason: string }

/**
 * Makes what was applied the state that holds, also after a reboot, and gives the lock back. Asked again, it says what
 * has become of it: `reverted` where the host's timer was faster, `stuck` where it cannot be confirmed.
 */
export async function confirm(connection: HostConnection, transaction: Transaction): Promise<Settled> {
  return settledBy(
    connection,
    await call(connection, 'confirm', {
      cluster: transaction.cluster,
      lines: linesOf(transaction),
      step: 'confirm',
      accept: [1],
      deadlineMs: SHORT_MS,
      changes: true,
    }),
  )
}

/**
 * Takes back what was begun of a stage, or, with `finish`, what was begun and the transaction itself, be it confirmed or
 * not. Asked again, it says what has become of it.
 */
export async function revert(
  connection: HostConnection,
  transaction: Transaction,
  stage: Stage | undefined,
  finish: boolean,
): Promise<Settled | undefined> {
  const output = await call(connection, 'revert', {
    cluster: transaction.cluster,
    lines: [
      ...linesOf(transaction),
      ...(stage === undefined ? [] : [`stage ${stage}`]),
      ...(finish ? ['finish'] : []),
    ],
    step: 'undo',
    accept: [1],
    deadlineMs: 180_000,
    changes: true,
  })
  return /^undone$/m.test(output) ? undefined : settledBy(connection, output)
}

function settledBy({ host }: HostConnection, output: string): Settled {
  const failed = failedIn(output)
  if (failed !== undefined) return { kind: 'stuck', reason: failed.reason }
  if (/^reverted$/m.test(output)) return { kind: 'reverted' }
  if (/^confirmed$/m.test(output)) return { kind: 'confirmed', atBoot: !/^boot\tnone$/m.test(output) }
  throw new HostError(
    host,
    'confirm',
    say`the answer is not complete`,
    say`run "plan" to see the state it is in`,
    true,
  )
}

function failedIn(output: string): { readonly id: string; readonly reason: string } | undefined {
  const [, id, reason] = /^failed\t([^\t\n]*)\t(.*)$/m.exec(output) ?? []
  return id === undefined ? undefined : { id, reason: printable(reason ?? '') }
}

function linesOf({ id, lock, timerSeconds, planHash }: Transaction): string[] {
  return [...lockLines(lock), `tx ${id}`, `timer ${timerSeconds}`, `plan ${planHash}`]
}
