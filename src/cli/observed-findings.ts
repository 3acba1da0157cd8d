import { judgeTopology } from '../core/checks/check.js'
import type { HostFailure } from '../remote/deploy/connections.js'
import type { Io } from './io.js'
import type { OpenedTopology } from './open-topology.js'
import { reachFrom } from './reach.js'

/** A file whose findings say what is wrong on the real hosts too. */
export interface ObservedTopology extends OpenedTopology {
  /** Hosts of which something is not known, and why. */
  readonly unread: readonly HostFailure[]
}

/**
 * Reads the hosts of a file over SSH and checks the drawing against what is there: directors and real servers, and where
 * it is asked for clients and routers too that can be reached. Changes nothing on them.
 */
export async function observeTopology(
  opened: OpenedTopology,
  io: Io,
  sshConfigFile: string | undefined,
  whom: 'deployed hosts' | 'all hosts' = 'deployed hosts',
): Promise<ObservedTopology> {
  // A plain check opens no connection and loads nothing that could.
  const { observeCluster } = await import('../remote/deploy/observe.js')
  const { failureText } = await import('../remote/deploy/connections.js')
  const reach = await reachFrom(io, sshConfigFile)
  const tell = (message: string) => {
    io.err(`${message}\n`)
  }
  const { cluster, failures, asDrawn } = await observeCluster(opened.cluster, { ...reach, tell, whom })
  for (const failure of failures) tell(`not known: ${failureText(failure)}`)
  for (const { host, message } of asDrawn) tell(`taken as drawn: ${host}: ${message}`)
  return { ...opened, cluster, ...judgeTopology(opened.parsed, cluster, opened.settings), unread: failures }
}
