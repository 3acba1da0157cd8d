import { createHash } from 'node:crypto'
import { say } from '../../core/speech/say.js'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import { drainedText } from '../../core/plan/drain.js'
import { undrawnMembers } from '../../core/plan/members.js'
import { deployedHosts, makePlan, planHash } from '../../core/plan/plan.js'
import type { Plan, PlanOptions } from '../../core/plan/plan.js'
import type { Rollout } from '../../core/plan/rollout.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { begin, end } from '../host/helper.js'
import type { HostConnection } from '../host/helper.js'
import { saying } from '../ssh/failure.js'
import { closeAll, connectAll, failureText, onEvery } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { newLock } from './lock.js'
import { freed, leftHosts, remember, withHosts } from './memory.js'
import type { Memory } from './memory.js'
import { probeAll, wishesOf } from './probe-all.js'
import type { HostOutcome, RunOutcome } from './outcome.js'
import { onceMore } from './settle.js'
import { transact } from './transact.js'
import type { Verification } from './verify.js'

export interface DeployOptions extends Reach {
  readonly purpose: PlanOptions['purpose']
  /** Of drain and undrain; only its directors are reached then. */
  readonly target?: PlanOptions['target']
  /** What a person follows; one line, without full stop. */
  readonly tell: (message: string) => void
  /** Seconds existing connections get before a destination that goes is deleted. */
  readonly drainSeconds: number
  /** Where to note what was done, and to look for hosts that are drawn no longer; absent: nowhere. */
  readonly memory?: Memory | undefined
  /** Free those hosts of what they carry. */
  readonly prune?: boolean | undefined
}

export interface ApplyOptions extends DeployOptions {
  /** Per host; the plan is refused as stale where the host is in another state. */
  readonly expected?: ReadonlyMap<string, string>
  /** Prove with connections that the services answer, and go back where they do not. */
  readonly verify: boolean
  /** How many hosts are changed at once; all of a stage unless told. Each group is proved before the next begins. */
  readonly rollout?: Rollout | undefined
  /** Seconds without a sign of life from here after which each host takes everything back by itself; 120 unless told. */
  readonly timerSeconds?: number | undefined
}

export interface PlanResult {
  readonly plan: Plan | undefined
  /** By which people and the hosts' logs call the plan. */
  readonly hash?: string
  readonly failures: readonly HostFailure[]
  /** Hosts that are drawn no longer and still carry something of the cluster, and are not part of the plan. */
  readonly left: readonly string[]
}

export interface DeployResult {
  readonly outcome: RunOutcome
  readonly hosts: readonly { readonly host: string; readonly outcome: HostOutcome; readonly detail: string }[]
  /** Why nothing was begun; empty when it was. */
  readonly refusals: readonly string[]
  readonly plan: Plan | undefined
  readonly verification: Verification | undefined
  /** By which the hosts' logs call it; absent: nothing was begun. */
  readonly transaction?: { readonly transaction: string; readonly plan: string } | undefined
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** Probes every host, one round trip each, and plans. Nothing is changed. */
export async function planDeployment(drawn: Cluster, options: DeployOptions): Promise<PlanResult> {
  const looked = await lookAtHosts(drawn, options, {
    doing: say`reading their state`,
    // Whatever is wrong is said at once, of those that can be reached too.
    whenSomeCannotBeReached: 'go on',
    look: (cluster, connections) => probeAll(cluster, connections, options.signal, options.purpose),
  })
  try {
    const { cluster, left, failures, observed } = looked
    if (failures.length > 0) return { plan: undefined, failures, left }
    const plan = makePlan(cluster, observed, planOptions(options))
    return { plan, hash: planHash(plan, digest), failures, left }
  } finally {
    await closeAll(looked.connections.values())
  }
}

/**
 * Brings the hosts into the planned state: locks and probes them all, plans, and runs the plan as one transaction
 * (transact.ts). Nothing is changed unless every host could be locked and prepared and nothing is refused.
 */
export async function applyDeployment(drawn: Cluster, options: ApplyOptions): Promise<DeployResult> {
  const { cluster, result } = await applyTo(drawn, options)
  const { memory, purpose, tell } = options
  if (memory !== undefined) {
    await remember(cluster, result, purpose, memory).catch((error: unknown) => {
      tell(say`this could not be noted in ${memory.folder}: ${saying(error)}`)
    })
  }
  return result
}

function hostsFor(cluster: Cluster, { target }: DeployOptions): HostModel[] {
  const models = deployedHosts(cluster)
  return target === undefined ? models : models.filter(({ name }) => target.directors.includes(name))
}

/** What a plan is made by, each time it is made in a run. */
function planOptions({ purpose, target }: DeployOptions): PlanOptions {
  return { purpose, target, digest }
}

/** What was found on the hosts of a drawing and, where they are to be freed, on those that are drawn no longer. */
interface Looked {
  readonly cluster: Cluster
  readonly connections: Map<string, HostConnection>
  readonly observed: ReadonlyMap<string, ObservedHost>
  readonly failures: readonly HostFailure[]
  readonly left: readonly string[]
}

interface Look {
  readonly doing: string
  readonly whenSomeCannotBeReached: 'go on' | 'end'
  readonly look: (
    cluster: Cluster,
    connections: readonly HostConnection[],
  ) => Promise<{
    readonly results: ReadonlyMap<string, ObservedHost>
    readonly failures: readonly HostFailure[]
  }>
}

/**
 * Connects to hosts and looks at them. Of those that are drawn no longer this machine knows, or the hosts have it written
 * down, which are then looked at in a second round.
 */
async function lookAtHosts(
  drawn: Cluster,
  options: DeployOptions,
  { doing, whenSomeCannotBeReached, look }: Look,
): Promise<Looked> {
  const { memory, target, prune = false, tell } = options
  const remembered = memory === undefined || target !== undefined ? [] : await leftHosts(drawn, memory)
  let cluster = prune ? withHosts(drawn, remembered) : drawn
  const connections = new Map<string, HostConnection>()
  const observed = new Map<string, ObservedHost>()
  const round = async (models: readonly HostModel[]): Promise<readonly HostFailure[]> => {
    tell(say`connecting to ${models.length} hosts`)
    const connected = await connectAll(models, options)
    for (const [host, connection] of connected.results) connections.set(host, connection)
    if (connected.failures.length > 0 && whenSomeCannotBeReached === 'end') return connected.failures
    tell(doing)
    const { results, failures } = await look(cluster, [...connected.results.values()])
    for (const [host, live] of results) observed.set(host, live)
    return [...connected.failures, ...failures]
  }
  let failures = await round(hostsFor(cluster, options))
  const written =
    target === undefined && failures.length === 0 ? undrawnMembers(cluster, observed).flatMap(freed) : []
  if (prune && written.length > 0) {
    cluster = withHosts(cluster, written)
    failures = await round(written)
  }
  const left = prune ? [] : [...new Set([...remembered, ...written].map(({ name }) => name))]
  return { cluster, connections, observed, failures, left }
}

/** One line, without full stop. */
export function leftText(host: string): string {
  return say`${host} is drawn no longer and still carries what was deployed there; --prune takes it away`
}

async function applyTo(
  drawn: Cluster,
  options: ApplyOptions,
): Promise<{ readonly cluster: Cluster; readonly result: DeployResult }> {
  const { tell, signal } = options
  const name = drawn.topology.name ?? ''
  const lock = newLock()
  const looked = await lookAtHosts(drawn, options, {
    doing: say`locking them and reading their state`,
    whenSomeCannotBeReached: 'end',
    look: (of, to) =>
      onEvery(to, 'lock', (connection) =>
        begin(connection, name, wishesOf(of, connection.host, options.purpose), lock, signal),
      ),
  })
  const { cluster, connections, observed, failures, left } = looked
  const held = new Set(connections.keys())
  try {
    for (const host of left) tell(leftText(host))
    if (failures.length > 0) return { cluster, result: refusedBy(failures.map(failureText)) }
    const plan = makePlan(cluster, observed, planOptions(options))
    for (const { host, drained, notes } of plan.hosts) {
      for (const note of notes) tell(`${host}: ${note}`)
      for (const key of drained) if (key !== options.target?.key) tell(drainedText(host, key))
    }
    const refusals = [
      ...plan.refusals.map(({ host, reason, remedy }) => say`${host}: ${reason}; ${remedy}`),
      ...stale(plan, options),
    ]
    if (refusals.length > 0) return { cluster, result: { ...refusedBy(refusals), plan } }
    const { settled, ...result } = await transact({
      cluster,
      plan,
      observed,
      lock,
      connections,
      options,
      planning: planOptions(options),
    })
    // Where the transaction has ended, so has the lock.
    for (const host of settled) held.delete(host)
    return { cluster, result }
  } finally {
    const open = [...connections.values()].filter(({ host }) => held.has(host))
    await onEvery(open, 'unlock', ({ host }) =>
      onceMore({ cluster, connections, options }, host, (connection) => end(connection, name, lock)),
    )
    await closeAll(connections.values())
  }
}

function stale(plan: Plan, { expected }: ApplyOptions): string[] {
  if (expected === undefined) return []
  return plan.hosts
    .filter(({ host, observedHash }) => expected.get(host) !== observedHash)
    .map(
      ({ host }) => say`${host}: the plan is stale: the host has changed since it was made; make a new plan`,
    )
}

function refusedBy(refusals: readonly string[]): DeployResult {
  return { outcome: 'REFUSED', hosts: [], refusals, plan: undefined, verification: undefined }
}
