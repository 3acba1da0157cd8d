import { setTimeout as sleep } from 'node:timers/promises'
import { said, say, toSay } from '../../core/speech/say.js'
import type { Cluster } from '../../core/hosts/cluster.js'
import type { DrainTarget } from '../../core/plan/drain.js'
import { remainingAt } from '../host/helper.js'
import type { HostConnection, Remaining } from '../host/helper.js'
import { closeAll, connectAll, failureText, onEvery } from './connections.js'
import type { HostFailure } from './connections.js'
import { applyDeployment } from './deploy.js'
import type { ApplyOptions, DeployResult } from './deploy.js'

export interface DrainOptions extends Omit<ApplyOptions, 'purpose' | 'verify' | 'drainSeconds' | 'prune'> {
  readonly target: DrainTarget
  /** Seconds to wait for the connections to end; 0: not at all. */
  readonly waitSeconds: number
}

/** What is left of a destination's connections: they have ended, the time was up, the operator has gone, nobody knows. */
export type DrainEnd =
  | { readonly kind: 'ended' }
  | { readonly kind: 'left'; readonly active: number; readonly because: 'time' | 'cancelled' | 'not waited' }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface DrainResult extends DeployResult {
  /** Absent where the destination was not brought to weight 0. */
  readonly end?: DrainEnd
}

const EVERY_MS = 1000

/**
 * Brings a destination to weight 0, confirmed and written down like every deployment, then waits for its connections to
 * end. Whatever ends the waiting, it stays drained.
 */
export async function drain(cluster: Cluster, options: DrainOptions): Promise<DrainResult> {
  const result = await changeWeight(cluster, 'drain', options)
  if (result.outcome !== 'COMMITTED' && result.outcome !== 'UNCHANGED') return result
  return { ...result, end: await connectionsEnd(cluster, options) }
}

/** Gives a destination the weight that is drawn. */
export async function undrain(cluster: Cluster, options: DrainOptions): Promise<DeployResult> {
  return changeWeight(cluster, 'undrain', options)
}

function changeWeight(
  cluster: Cluster,
  purpose: 'drain' | 'undrain',
  options: DrainOptions,
): Promise<DeployResult> {
  return applyDeployment(cluster, { ...options, purpose, verify: false, drainSeconds: 0 })
}

async function connectionsEnd(
  cluster: Cluster,
  { target, waitSeconds, ...options }: DrainOptions,
): Promise<DrainEnd> {
  const models = target.directors.flatMap((name) => cluster.hosts.get(name) ?? [])
  const until = Date.now() + 1000 * waitSeconds
  const connected = await connectAll(models, options)
  try {
    if (connected.failures.length > 0) return unknown(connected.failures)
    for (let told: number | undefined; ;) {
      const counted = await onEvery([...connected.results.values()], 'drain', (connection) =>
        remaining(connection, cluster, target),
      )
      if (counted.failures.length > 0) return unknown(counted.failures)
      const active = [...counted.results.values()].reduce((sum, each) => sum + (each?.active ?? 0), 0)
      if (active === 0) return { kind: 'ended' }
      if (waitSeconds === 0) return { kind: 'left', active, because: 'not waited' }
      if (Date.now() >= until) return { kind: 'left', active, because: 'time' }
      if (active !== told) {
        options.tell(say`${target.realServer} still has ${connectionsText(active)}`)
        told = active
      }
      const cancelled = await sleep(EVERY_MS, false, { signal: options.signal }).catch(() => true)
      if (cancelled) return { kind: 'left', active, because: 'cancelled' }
    }
  } finally {
    await closeAll(connected.results.values())
  }
}

function remaining(
  connection: HostConnection,
  cluster: Cluster,
  { key }: DrainTarget,
): Promise<Remaining | undefined> {
  return remainingAt(connection, cluster.topology.name ?? '', key)
}

function unknown(failures: readonly HostFailure[]): DrainEnd {
  return { kind: 'unknown', reason: failures.map(failureText).join('; ') }
}

function connectionsText(count: number): string {
  return count === 1 ? say`one connection` : say`${count} connections`
}

/** In a sentence: what has become of the connections, and what that means. */
export function drainEndText({ service, realServer, persistence }: DrainTarget, end: DrainEnd): string {
  const drained = say`${realServer} gets no new connections of ${service}`
  const again =
    persistence === undefined
      ? ''
      : say` Clients that were there within the last ${persistence} s still come back to it (persistence), unless net.ipv4.vs.expire_quiescent_template is 1.`
  switch (end.kind) {
    case 'ended':
      return say`${drained}, and has none left.${again}`
    case 'left':
      return say`${drained}, and still has ${connectionsText(end.active)}${said(BECAUSE[end.because])}; it stays drained.${again}`
    case 'unknown':
      return say`${drained}. How many it still has could not be read: ${end.reason}.`
  }
}

const BECAUSE = {
  time: toSay`: the time to wait is over`,
  cancelled: toSay`: waiting was cancelled`,
  'not waited': '',
}
