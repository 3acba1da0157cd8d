import { createHash } from 'node:crypto'
import type { Cluster } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { inverseSteps } from '../../core/plan/inverse.js'
import { deployedHosts, makePlan } from '../../core/plan/plan.js'
import type { HostPlan, Plan, PlanOptions } from '../../core/plan/plan.js'
import { STAGES } from '../../core/plan/step.js'
import type { PlanStep } from '../../core/plan/step.js'
import { applySteps, begin, end } from '../host/helper.js'
import type { HostConnection, Lock } from '../host/helper.js'
import { closeAll, connect, connectAll, failureText, onEvery } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { newLock } from './lock.js'
import { probeAll, wishesOf } from './probe-all.js'
import { worstOutcome } from './outcome.js'
import type { HostOutcome, RunOutcome } from './outcome.js'
import { verifyDeployed } from './verify.js'
import type { Verification } from './verify.js'

export interface DeployOptions extends Reach {
  readonly purpose: PlanOptions['purpose']
  /** What a person follows; one line, without full stop. */
  readonly tell: (message: string) => void
  /** Seconds existing connections get before a destination that goes is deleted. */
  readonly drainSeconds: number
}

export interface ApplyOptions extends DeployOptions {
  /** Per host; the plan is refused as stale where the host is in another state. */
  readonly expected?: ReadonlyMap<string, string>
  /** Prove with connections that the services answer, and go back where they do not. */
  readonly verify: boolean
}

export interface PlanResult {
  readonly plan: Plan | undefined
  readonly failures: readonly HostFailure[]
}

export interface DeployResult {
  readonly outcome: RunOutcome
  readonly hosts: readonly { readonly host: string; readonly outcome: HostOutcome; readonly detail: string }[]
  /** Why nothing was begun; empty when it was. */
  readonly refusals: readonly string[]
  readonly plan: Plan | undefined
  readonly verification: Verification | undefined
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** Probes every host, one round trip each, and plans. Nothing is changed. */
export async function planDeployment(cluster: Cluster, options: DeployOptions): Promise<PlanResult> {
  const models = deployedHosts(cluster)
  options.tell(`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  try {
    options.tell('reading their state')
    const probed = await probeAll(cluster, [...connected.results.values()], options.signal)
    const failures = [...connected.failures, ...probed.failures]
    if (failures.length > 0) return { plan: undefined, failures }
    return { plan: makePlan(cluster, probed.results, { purpose: options.purpose, digest }), failures }
  } finally {
    await closeAll(connected.results.values())
  }
}

/**
 * Brings the hosts into the planned state: locks and probes them all, plans, runs stage after stage, reads every
 * host back, verifies. Nothing is changed unless every host could be locked and nothing is refused; where anything
 * fails after that, everything that was done is undone.
 */
export async function applyDeployment(cluster: Cluster, options: ApplyOptions): Promise<DeployResult> {
  const { tell, signal } = options
  const models = deployedHosts(cluster)
  const name = cluster.topology.name ?? ''
  const lock = newLock()
  tell(`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  const connections = connected.results
  try {
    if (connected.failures.length > 0) return refusedBy(connected.failures.map(failureText))
    tell('locking them and reading their state')
    const locked = await onEvery([...connections.values()], 'lock', (connection) =>
      begin(connection, name, wishesOf(cluster, connection.host), lock, signal),
    )
    if (locked.failures.length > 0) return refusedBy(locked.failures.map(failureText))
    const plan = makePlan(cluster, locked.results, { purpose: options.purpose, digest })
    const refusals = [
      ...plan.refusals.map(({ host, reason, remedy }) => `${host}: ${reason}; ${remedy}`),
      ...stale(plan, options),
    ]
    if (refusals.length > 0) return { ...refusedBy(refusals), plan }
    return await run(cluster, plan, locked.results, { connections, lock, options })
  } finally {
    await onEvery([...connections.values()], 'unlock', ({ host }) =>
      onConnection(host, cluster, connections, options, (connection) => end(connection, name, lock)),
    )
    await closeAll(connections.values())
  }
}

interface Run {
  readonly connections: ReadonlyMap<string, HostConnection>
  readonly lock: Lock
  readonly options: ApplyOptions
}

async function run(
  cluster: Cluster,
  plan: Plan,
  before: ReadonlyMap<string, ObservedHost>,
  { connections, lock, options }: Run,
): Promise<DeployResult> {
  const { tell, signal } = options
  const busy = plan.hosts.filter(({ steps }) => steps.length > 0)
  const started = new Map<string, PlanStep[]>()
  const problem = await runStages(busy, started, async (host, steps) => {
    const { done, failed } = await applySteps(connectionTo(host, connections), plan.cluster, lock, steps, {
      ...options,
      signal,
    })
    tell(`${host}: ${done.length} of ${steps.length} steps done`)
    if (failed === undefined) return
    const step = steps.find(({ id }) => id === failed.id)
    throw new Error(`could not ${step?.summary ?? 'run a step'}: ${failed.reason}`)
  })
  const trouble = problem ?? (busy.length > 0 ? await readBack(cluster, connections, options) : undefined)
  let verification: Verification | undefined
  if (trouble === undefined && options.verify && options.purpose === 'apply') {
    tell('verifying the services')
    verification = await verifyDeployed(cluster, connections, before, options)
  }
  const reason =
    trouble ??
    (verification?.outcome === 'FAILED' ? `verification failed: ${verification.summary}` : undefined)
  if (reason === undefined || started.size === 0) {
    const hosts = plan.hosts.map(({ host, steps }) => ({
      host,
      outcome: steps.length === 0 ? ('UNCHANGED' as const) : ('COMMITTED' as const),
      detail:
        steps.length === 0
          ? 'already as wanted'
          : `${steps.length} ${steps.length === 1 ? 'change' : 'changes'}`,
    }))
    return { outcome: worstOutcome(hosts), hosts, refusals: [], plan, verification }
  }
  tell(`undoing everything: ${reason}`)
  const undone = await undo(cluster, plan, started, { connections, lock, options })
  const hosts = plan.hosts.map(({ host }) => {
    if (!started.has(host)) return { host, outcome: 'UNCHANGED' as const, detail: 'was not touched' }
    const failure = undone.get(host)
    return failure === undefined
      ? { host, outcome: 'REVERTED' as const, detail: reason }
      : { host, outcome: 'UNKNOWN' as const, detail: `${reason}; undoing it failed too: ${failure}` }
  })
  return { outcome: worstOutcome(hosts), hosts, refusals: [], plan, verification }
}

function connectionTo(host: string, connections: ReadonlyMap<string, HostConnection>): HostConnection {
  const connection = connections.get(host)
  if (connection === undefined) throw new Error(`there is no connection to ${host}`)
  return connection
}

/**
 * Does what can be done twice on a host's connection and, since that connection may be what has failed, once more on
 * a fresh one. Not cancelled by the operator: this is how a cancelled run is left in order.
 */
async function onConnection<T>(
  host: string,
  cluster: Cluster,
  connections: ReadonlyMap<string, HostConnection>,
  reach: Reach,
  work: (connection: HostConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connectionTo(host, connections))
  } catch (error) {
    const model = cluster.hosts.get(host)
    if (model === undefined) throw error
    const fresh = await connect(model, { ...reach, signal: undefined })
    try {
      return await work(fresh)
    } finally {
      await closeAll([fresh])
    }
  }
}

/** Runs the stages one after the other, the hosts of a stage at once. Notes in `started` what may have been done. */
async function runStages(
  hosts: readonly HostPlan[],
  started: Map<string, PlanStep[]>,
  work: (host: string, steps: readonly PlanStep[]) => Promise<void>,
): Promise<string | undefined> {
  for (const stage of STAGES) {
    const due = hosts
      .map(({ host, steps }) => ({ host, steps: steps.filter((step) => step.stage === stage) }))
      .filter(({ steps }) => steps.length > 0)
    for (const { host, steps } of due) started.set(host, [...(started.get(host) ?? []), ...steps])
    const { failures } = await onEvery(due, 'apply', ({ host, steps }) => work(host, steps))
    if (failures.length > 0) return failures.map(failureText).join('; ')
  }
  return undefined
}

/** Undoes what was started, directors first: no request may be sent to what is being taken down. */
async function undo(
  cluster: Cluster,
  plan: Plan,
  started: ReadonlyMap<string, readonly PlanStep[]>,
  { connections, lock, options }: Run,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>()
  for (const stage of [...STAGES].reverse()) {
    const due = [...started]
      .map(([host, steps]) => ({ host, steps: inverseSteps(steps.filter((step) => step.stage === stage)) }))
      .filter(({ host, steps }) => steps.length > 0 && !failures.has(host))
    const result = await onEvery(due, 'undo', async ({ host, steps }) => {
      // What goes back must not wait for connections that only exist because of the failed change.
      const { failed } = await onConnection(host, cluster, connections, options, (connection) =>
        applySteps(connection, plan.cluster, lock, steps, { drainSeconds: 0 }),
      )
      options.tell(`${host}: undone`)
      if (failed !== undefined) throw new Error(failed.reason)
    })
    for (const failure of result.failures) failures.set(failure.host, failure.message)
  }
  return failures
}

/** Probes again and plans again: a deployment has succeeded when there is nothing left to do. */
async function readBack(
  cluster: Cluster,
  connections: ReadonlyMap<string, HostConnection>,
  options: ApplyOptions,
): Promise<string | undefined> {
  options.tell('reading the hosts back')
  const probed = await probeAll(cluster, [...connections.values()], options.signal)
  if (probed.failures.length > 0) return probed.failures.map(failureText).join('; ')
  const rest = makePlan(cluster, probed.results, { purpose: options.purpose, digest })
  const open = rest.hosts.flatMap(({ host, steps }) => steps.map(({ summary }) => `${host}: ${summary}`))
  return open.length === 0
    ? undefined
    : `the hosts are not as they were told to be (still to do: ${open.join('; ')})`
}

function stale(plan: Plan, { expected }: ApplyOptions): string[] {
  if (expected === undefined) return []
  return plan.hosts
    .filter(({ host, observedHash }) => expected.get(host) !== observedHash)
    .map(({ host }) => `${host}: the plan is stale: the host has changed since it was made; make a new plan`)
}

function refusedBy(refusals: readonly string[]): DeployResult {
  return { outcome: 'REFUSED', hosts: [], refusals, plan: undefined, verification: undefined }
}
