import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../../core/speech/say.js'
import { recordOf } from '../../core/plan/plan.js'
import type { HostPlan } from '../../core/plan/plan.js'
import { STAGES } from '../../core/plan/step.js'
import type { Stage } from '../../core/plan/step.js'
import { HostError } from '../host/helper.js'
import type { HostConnection } from '../host/helper.js'
import { confirm, revert } from '../host/transaction.js'
import type { Settled, Transaction } from '../host/transaction.js'
import { closeAll, connect, onEvery } from './connections.js'
import type { Course } from './transact.js'

/** Between two attempts to reach a host that does not answer, in milliseconds. */
const AGAIN_MS = 2000
/** Seconds beyond its timer that a host gets to take everything back by itself and to answer again. */
const GRACE_SECONDS = 20

/** What is known of a host in the end; `unknown`: nothing, it could not be asked. */
export type End = Settled | { readonly kind: 'unknown'; readonly reason: string }

/**
 * Takes a transaction back on these hosts, directors first: no request may be sent to what is being taken down. A host
 * that cannot be reached is waited for until it must have done so by itself.
 */
export async function takeBack(
  course: Course,
  transaction: Transaction,
  hosts: readonly HostPlan[],
): Promise<ReadonlyMap<string, End>> {
  const ends = new Map<string, End>()
  for (const stage of [...STAGES].reverse()) {
    const due = hosts
      .map((plan) => ({ host: plan.host, stages: stagesOf(plan) }))
      .filter(({ host, stages }) => stages.includes(stage) && !ends.has(host))
    const { results, failures } = await onEvery(due, 'undo', ({ host, stages }) => {
      const last = stages[0] === stage
      return patiently(course, host, (connection) => revert(connection, transaction, stage, last))
    })
    for (const [host, end] of results) if (end !== undefined) ends.set(host, end)
    for (const { host, message } of failures) ends.set(host, { kind: 'unknown', reason: message })
    for (const [host, end] of results) if (end?.kind === 'reverted') course.options.tell(say`${host}: undone`)
  }
  return ends
}

/** In their order; a host without steps has something to write down, which is the same as a stage without steps. */
function stagesOf({ steps }: HostPlan): Stage[] {
  const stages = STAGES.filter((stage) => steps.some((step) => step.stage === stage))
  return stages.length === 0 ? ['quiesce'] : stages
}

/**
 * Confirms; each host answers for itself what has become of the transaction there. Where a host has gone back, those that
 * would be told after it are not: they can still go back as well.
 */
export async function confirmAll(
  course: Course,
  transaction: Transaction,
  hosts: readonly HostPlan[],
): Promise<ReadonlyMap<string, End>> {
  const ends = new Map<string, End>()
  for (const group of inOrderOfConfirmation(course, hosts)) {
    const { results, failures } = await onEvery(group, 'confirm', ({ host }) =>
      patiently(course, host, (connection) => confirm(connection, transaction)),
    )
    for (const [host, end] of results) ends.set(host, end)
    for (const { host, message } of failures) ends.set(host, { kind: 'unknown', reason: message })
    if ([...ends.values()].some(couldNotConfirm)) break
  }
  return ends
}

export function couldNotConfirm({ kind }: End): boolean {
  return kind === 'reverted' || kind === 'stuck'
}

/**
 * A host on which nothing is left has nothing to go back by once that is confirmed, and so comes after all that can go
 * back; the real servers of a cluster after its directors, which must not send requests to what is gone.
 */
function inOrderOfConfirmation({ cluster }: Course, hosts: readonly HostPlan[]): HostPlan[][] {
  const isFinal = (plan: HostPlan) => plan.owned.length === 0 && recordOf(plan).length === 0
  const isDirector = ({ host }: HostPlan) => cluster.hosts.get(host)?.role === 'director'
  return [
    hosts.filter((plan) => !isFinal(plan)),
    hosts.filter((plan) => isFinal(plan) && isDirector(plan)),
    hosts.filter((plan) => isFinal(plan) && !isDirector(plan)),
  ].filter((group) => group.length > 0)
}

/** Does what can be done twice until the host has either answered or must have taken everything back by itself. */
async function patiently<T>(
  course: Course,
  host: string,
  work: (connection: HostConnection) => Promise<T>,
): Promise<T> {
  const { options, timerSeconds } = course
  const until = Date.now() + 1000 * (timerSeconds + GRACE_SECONDS)
  let told = false
  for (;;) {
    try {
      return await onceMore(course, host, work)
    } catch (error) {
      // What the helper has refused it would refuse again.
      if ((error instanceof HostError && !error.unknown) || Date.now() > until) throw error
    }
    if (!told) {
      options.tell(
        say`${host}: does not answer; unless it is reached before, it undoes everything by itself within ${timerSeconds} s`,
      )
      told = true
    }
    await sleep(AGAIN_MS)
  }
}

/**
 * Does what can be done twice on a host's connection and, since that connection may be what has failed, once more on a
 * fresh one, which then takes its place. Not cancelled by the operator: this is how a cancelled run is left in order.
 */
export async function onceMore<T>(
  { cluster, connections, options }: Pick<Course, 'cluster' | 'connections' | 'options'>,
  host: string,
  work: (connection: HostConnection) => Promise<T>,
): Promise<T> {
  const old = connections.get(host)
  try {
    return await work(await connectionTo(host, connections))
  } catch (error) {
    const model = cluster.hosts.get(host)
    if (model === undefined || (error instanceof HostError && !error.unknown)) throw error
    const fresh = await connect(model, { ...options, signal: undefined })
    connections.set(host, fresh)
    if (old !== undefined) await closeAll([old])
    return await work(fresh)
  }
}

export function connectionTo(
  host: string,
  connections: ReadonlyMap<string, HostConnection>,
): Promise<HostConnection> {
  const connection = connections.get(host)
  return connection === undefined
    ? Promise.reject(new Error(say`there is no connection to ${host}`))
    : Promise.resolve(connection)
}
