import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../../core/speech/say.js'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { tableWasRead } from '../../core/hosts/observed-cluster.js'
import { directorStatus } from '../../core/plan/director-status.js'
import type { DirectorStatus } from '../../core/plan/director-status.js'
import { probeWishes } from '../../core/plan/plan.js'
import { HostError, probe } from '../host/helper.js'
import type { HostConnection, ProbeWishes } from '../host/helper.js'
import { closeAll, connect, hostFailure } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { nextTries } from './next-try.js'
import { notTold } from './observe.js'

/** What the directors of a drawing do at one time. */
export interface StatusReading {
  readonly directors: readonly TimedStatus[]
  /** Those that could not be read, and what those that were do not tell. */
  readonly failures: readonly HostFailure[]
}

export interface TimedStatus {
  readonly status: DirectorStatus
  /** Milliseconds on a clock that nobody sets. */
  readonly readAt: number
}

/** Directors that are read again and again, each over one connection. Changes nothing. */
export interface StatusWatch {
  readonly directors: readonly string[]
  /** One that takes longer than this is called silent, and what it says then is in a later reading; absent: it is waited for. */
  readonly read: (patienceMs?: number) => Promise<StatusReading>
  readonly close: () => Promise<void>
}

interface Found {
  readonly live: ObservedHost
  readonly readAt: number
}

export function watchStatus(cluster: Cluster, reach: Reach): StatusWatch {
  const models = directorsOf(cluster)
  const connections = new Map<string, HostConnection>()
  const underWay = new Map<string, Promise<Found | HostFailure>>()
  const tries = nextTries()
  let closed = false

  const connected = async (model: HostModel): Promise<HostConnection> => {
    const there = connections.get(model.name)
    if (there !== undefined) return there
    const connection = await connect(model, reach)
    // Nobody waits for it any more.
    if (closed) await connection.session.close()
    else connections.set(model.name, connection)
    return connection
  }

  const look = async (model: HostModel): Promise<Found | HostFailure> => {
    const inPlace = tries.inPlace(model.name)
    if (inPlace !== undefined) return inPlace
    let step: HostFailure['step'] = 'connect'
    try {
      const connection = await connected(model)
      step = 'probe'
      const live = await probe(connection, cluster.topology.name ?? 'unnamed', wishesOf(model), reach.signal)
      tries.reached(model.name)
      return { live, readAt: performance.now() }
    } catch (error) {
      const failure = hostFailure(model.name, step, error)
      // What the host itself says comes over a connection that holds.
      if (error instanceof HostError) return failure
      tries.failed(failure, error)
      await connections.get(model.name)?.session.close()
      connections.delete(model.name)
      return failure
    }
  }

  return {
    directors: models.map(({ name }) => name),
    read: async (patienceMs) => {
      const over = new AbortController()
      const silence =
        patienceMs === undefined
          ? []
          : [sleep(patienceMs, 'silent' as const, { signal: over.signal }).catch(() => 'silent' as const)]
      const answers = await Promise.all(
        models.map(async (model) => {
          const asked = underWay.get(model.name) ?? look(model)
          underWay.set(model.name, asked)
          const answer = await Promise.race([asked, ...silence])
          if (answer !== 'silent') underWay.delete(model.name)
          return { host: model.name, answer }
        }),
      )
      over.abort()
      return readingOf(cluster, answers)
    },
    close: async () => {
      closed = true
      await closeAll(connections.values())
    },
  }
}

function readingOf(
  cluster: Cluster,
  answers: readonly { readonly host: string; readonly answer: Found | HostFailure | 'silent' }[],
): StatusReading {
  const failures: HostFailure[] = []
  const found = new Map<string, ObservedHost>()
  const directors: TimedStatus[] = []
  for (const { host, answer } of answers) {
    if (answer === 'silent') {
      failures.push({ host, step: 'probe', message: say`it has not answered yet`, unknown: false })
    } else if ('live' in answer) {
      found.set(host, answer.live)
    } else failures.push(answer)
  }
  for (const { host, answer } of answers) {
    if (answer === 'silent' || !('live' in answer)) continue
    if (!tableWasRead(answer.live)) continue
    directors.push({ status: directorStatus(cluster, host, answer.live), readAt: answer.readAt })
  }
  return { directors, failures: [...failures, ...notTold(cluster, found)] }
}

function directorsOf(cluster: Cluster): HostModel[] {
  const names = new Set(cluster.services.flatMap(({ drawn }) => drawn.directors))
  return [...cluster.hosts.values()].filter(({ name }) => names.has(name))
}

/** No more than is shown, since it is read every few seconds. */
function wishesOf(model: HostModel): ProbeWishes {
  const { keepalived } = probeWishes(model)
  return { sysctls: [], modules: ['ip_vs'], looks: ['traffic'], keepalived }
}
