import { say } from '../../core/speech/say.js'
import type { Cluster } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { isBusy, makePlan, planHash } from '../../core/plan/plan.js'
import type { HostPlan, Plan, PlanOptions } from '../../core/plan/plan.js'
import { ALL_AT_ONCE, rolloutGroups, servedThroughout } from '../../core/plan/rollout.js'
import { STAGES } from '../../core/plan/step.js'
import type { Stage } from '../../core/plan/step.js'
import type { HostConnection, Lock } from '../host/helper.js'
import { applyStage, extend, newTransactionId, prepare, revert } from '../host/transaction.js'
import type { Transaction } from '../host/transaction.js'
import { closeAll, connectAll, failureText, onEvery } from './connections.js'
import type { ApplyOptions, DeployResult } from './deploy.js'
import { worstOutcome } from './outcome.js'
import type { HostOutcome } from './outcome.js'
import { wishesOf } from './probe-all.js'
import { confirmAll, connectionTo, couldNotConfirm, takeBack } from './settle.js'
import type { End } from './settle.js'
import { verifyDeployed } from './verify.js'
import type { Verification } from './verify.js'

/** What a run has in hand: hosts that are locked and probed, and a plan without refusals. */
export interface CourseStart {
  readonly cluster: Cluster
  readonly plan: Plan
  readonly observed: ReadonlyMap<string, ObservedHost>
  readonly lock: Lock
  /** Those that are made on the way stand in the place of those they replace. */
  readonly connections: Map<string, HostConnection>
  readonly options: ApplyOptions
  /** What the plan was made by, and is made by again to see whether all of it was done. */
  readonly planning: PlanOptions
}

export interface Course extends CourseStart {
  readonly timerSeconds: number
}

const TIMER_SECONDS = 120

/** A result, and the hosts on which the transaction has come to its end. */
type Transacted = DeployResult & { readonly settled: readonly string[] }

/**
 * Runs a plan as one transaction on all of its hosts: everything is written down on every host and its timer armed
 * before the first change; stage after stage is applied and read back; the connections are closed, and only over new ones
 * is the outcome verified and confirmed. What fails before that is taken back on every host; what cannot be reached
 * takes itself back.
 */
export async function transact(start: CourseStart): Promise<Transacted> {
  const { plan, connections, options, lock, planning } = start
  const { tell, timerSeconds = TIMER_SECONDS } = options
  const course = { ...start, timerSeconds }
  const busy = plan.hosts.filter(isBusy)
  const transaction: Transaction = {
    cluster: plan.cluster,
    id: newTransactionId(lock.token),
    lock,
    timerSeconds,
    planHash: planHash(plan, planning.digest),
  }
  if (busy.length === 0) {
    const verification = await verified(course, connections)
    return { ...ended(plan, () => undefined, verification), settled: [] }
  }
  tell(say`writing the plan down on ${busy.length} hosts, and arming their timers`)
  const prepared = await onEvery(busy, 'prepare', async (host) =>
    prepare(await connectionTo(host.host, connections), transaction, host, options.signal),
  )
  if (prepared.failures.length > 0) {
    // Nothing was changed; where even this does not arrive, the timer clears the folder away.
    const cleared = await onEvery(busy, 'undo', async ({ host }) =>
      revert(await connectionTo(host, connections), transaction, undefined, true),
    )
    return {
      outcome: 'REFUSED',
      hosts: [],
      refusals: prepared.failures.map(failureText),
      plan,
      verification: undefined,
      settled: [...cleared.results.keys()],
    }
  }
  const stopPulse = keepAlive(course, transaction, busy)
  let verification: Verification | undefined
  let reason: string | undefined
  try {
    reason = (await runStages(course, transaction, busy)) ?? (await reconnect(course, busy))
    if (reason === undefined) {
      verification = await verified(course, connections)
      if (verification?.outcome === 'FAILED') reason = say`verification failed: ${verification.summary}`
      else if (options.signal?.aborted === true) reason = say`cancelled`
    }
  } finally {
    stopPulse()
  }
  let ends: ReadonlyMap<string, End>
  if (reason === undefined) {
    tell(say`confirming`)
    ends = await confirmAll(course, transaction, busy)
    const amiss = [...ends].find(([, end]) => couldNotConfirm(end))
    if (amiss !== undefined) {
      const [host, end] = amiss
      reason = say`${host} could not confirm: ${end.kind === 'stuck' ? end.reason : say`its time was up`}`
    }
  } else ends = new Map()
  if (reason !== undefined) {
    tell(say`undoing everything: ${reason}`)
    // Also where it was confirmed already: all of them or none.
    ends = await takeBack(course, transaction, busy)
  }
  return {
    ...ended(plan, (host) => outcomeOf(ends.get(host.host), host, reason), verification),
    transaction: { transaction: transaction.id, plan: transaction.planHash },
    settled: [...ends].filter(([, { kind }]) => kind !== 'stuck').map(([host]) => host),
  }
}

function outcomeOf(end: End | undefined, { steps, recorded }: HostPlan, reason: string | undefined) {
  const changes = steps.length
  const why = reason === undefined ? '' : `${reason}; `
  switch (end?.kind) {
    case 'confirmed':
      return {
        outcome: 'COMMITTED' as const,
        detail:
          (reason === undefined ? '' : say`${reason}, and this host could not go back any more; `) +
          (changes === 0
            ? recorded
              ? say`as wanted already, and has noted which hosts belong to the cluster`
              : say`as wanted already, and written down for the next boot`
            : say`${changes} change${changes === 1 ? '' : 's'}`) +
          (end.atBoot
            ? ''
            : say`; after a reboot it will not come back by itself: neither systemd, OpenRC nor the init of busybox runs here`),
      }
    case 'reverted':
      return { outcome: 'REVERTED' as const, detail: reason ?? say`its time was up` }
    case 'stuck':
      return { outcome: 'UNKNOWN' as const, detail: say`${why}undoing it failed too: ${end.reason}` }
    case 'unknown':
    case undefined:
      return {
        outcome: 'UNKNOWN' as const,
        detail: say`${why}it could not be asked what has become of it (${end?.reason ?? say`no answer`}); what was not confirmed is undone there by its timer, or by the next boot: run "plan"`,
      }
  }
}

function ended(
  plan: Plan,
  outcome: (host: HostPlan) => { readonly outcome: HostOutcome; readonly detail: string } | undefined,
  verification: Verification | undefined,
): DeployResult {
  const hosts = plan.hosts.map((host) => ({
    host: host.host,
    ...((isBusy(host) ? outcome(host) : undefined) ?? {
      outcome: 'UNCHANGED' as const,
      detail: say`already as wanted`,
    }),
  }))
  return { outcome: worstOutcome(hosts), hosts, refusals: [], plan, verification }
}

/** The other hosts wait while one of them drains: their timers are put off. Whoever does not hear of it goes back. */
function keepAlive(
  { connections, timerSeconds }: Course,
  transaction: Transaction,
  hosts: readonly HostPlan[],
): () => void {
  const timer = setInterval(
    () => {
      void onEvery(hosts, 'extend', async ({ host }) =>
        extend(await connectionTo(host, connections), transaction),
      )
    },
    (1000 * timerSeconds) / 3,
  )
  return () => {
    clearInterval(timer)
  }
}

/** Runs the stages one after the other, and in each the groups of the rollout. A deployment has arrived when nothing is left to do. */
async function runStages(
  course: Course,
  transaction: Transaction,
  busy: readonly HostPlan[],
): Promise<string | undefined> {
  const { cluster, observed, options, planning } = course
  const found = new Map(observed)
  for (const stage of STAGES) {
    const due = busy
      .map(({ host, steps }) => ({ host, steps: steps.filter((step) => step.stage === stage) }))
      .filter(({ steps }) => steps.length > 0)
    const groups = rolloutGroups(cluster, stage, due, options.rollout ?? ALL_AT_ONCE)
    for (const [index, group] of groups.entries()) {
      const amiss =
        (await runGroup(course, transaction, stage, group, found)) ??
        // The last is proved together with everything else.
        (index === groups.length - 1 ? undefined : await proved(course, stage, group, found))
      if (amiss !== undefined) return amiss
    }
  }
  const rest = makePlan(cluster, found, planning)
  const open = rest.hosts.flatMap(({ host, steps }) => steps.map(({ summary }) => `${host}: ${summary}`))
  return open.length === 0
    ? undefined
    : say`the hosts are not as they were told to be (still to do: ${open.join('; ')})`
}

/** @returns why not */
async function runGroup(
  { cluster, connections, options }: Course,
  transaction: Transaction,
  stage: Stage,
  group: readonly Pick<HostPlan, 'host' | 'steps'>[],
  found: Map<string, ObservedHost>,
): Promise<string | undefined> {
  const { failures } = await onEvery(group, 'apply', async ({ host, steps }) => {
    const { done, failed, readBack } = await applyStage(
      await connectionTo(host, connections),
      transaction,
      stage,
      {
        steps: steps.length,
        drainSeconds: options.drainSeconds,
        wishes: wishesOf(cluster, host, options.purpose),
        signal: options.signal,
      },
    )
    options.tell(say`${host}: ${done.length} of ${steps.length} steps done`)
    if (readBack !== undefined) found.set(host, readBack)
    if (failed === undefined) return
    const step = steps.find(({ id }) => id === failed.id)
    throw new Error(
      step === undefined
        ? say`could not run a step: ${failed.reason}`
        : say`could not ${step.summary}: ${failed.reason}`,
    )
  })
  return failures.length === 0 ? undefined : failures.map(failureText).join('; ')
}

/**
 * Whether a group may be followed by the next: its hosts are as they were to be, they can be logged in to anew, and what was
 * served all along still is. @returns why not
 */
async function proved(
  course: Course,
  stage: Stage,
  group: readonly Pick<HostPlan, 'host'>[],
  found: ReadonlyMap<string, ObservedHost>,
): Promise<string | undefined> {
  const { cluster, options, planning, plan, connections } = course
  const names = group.map(({ host }) => host)
  options.tell(say`${names.join(', ')}: done; proving it before the next`)
  const rest = makePlan(cluster, found, planning).hosts.filter(({ host }) => names.includes(host))
  const open = rest.flatMap(({ host, steps }) =>
    steps.filter((step) => step.stage === stage).map(({ summary }) => `${host}: ${summary}`),
  )
  if (open.length > 0)
    return say`not as it was told to be, so it went no further (still to do: ${open.join('; ')})`
  const cut = await reconnect(course, group)
  if (cut !== undefined) return cut
  const services = servedThroughout(cluster, plan)
  if (!options.verify || options.purpose !== 'apply' || services.length === 0) return undefined
  const { outcome, summary } = await verifyDeployed({ ...cluster, services }, connections, found, options)
  return outcome === 'FAILED' ? say`after ${names.join(', ')}, and it went no further: ${summary}` : undefined
}

/**
 * Closes the connections that applied the changes and makes new ones: handshake, host key and authentication once more,
 * since an operator who could not log in again would be stranded. @returns why not
 */
async function reconnect(
  { cluster, connections, options }: Course,
  hosts: readonly Pick<HostPlan, 'host'>[],
): Promise<string | undefined> {
  options.tell(say`connecting anew`)
  const models = hosts.flatMap(({ host }) => cluster.hosts.get(host) ?? [])
  await closeAll(models.flatMap(({ name }) => connections.get(name) ?? []))
  const fresh = await connectAll(models, options)
  for (const [host, connection] of fresh.results) connections.set(host, connection)
  return fresh.failures.length === 0
    ? undefined
    : say`no new connection could be made: ${fresh.failures.map(failureText).join('; ')}`
}

async function verified(
  { cluster, observed, options }: Course,
  connections: ReadonlyMap<string, HostConnection>,
): Promise<Verification | undefined> {
  if (!options.verify || options.purpose !== 'apply') return undefined
  options.tell(say`verifying the services`)
  return verifyDeployed(cluster, connections, observed, options)
}
