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

/** Reads the hosts of a file over SSH and checks the drawing against what is there. Changes nothing on them. */
export async function observeTopology(
  opened: OpenedTopology,
  io: Io,
  sshConfigFile: string | undefined,
): Promise<ObservedTopology> {
  // A plain check opens no connection and loads nothing that could.
  const { observeCluster } = await import('../remote/deploy/observe.js')
  const { failureText } = await import('../remote/deploy/connections.js')
  const reach = await reachFrom(io, sshConfigFile)
  const tell = (message: string) => {
    io.err(`${message}\n`)
  }
  const { cluster, failures } = await observeCluster(opened.cluster, { ...reach, tell })
  for (const failure of failures) tell(`not known: ${failureText(failure)}`)
  return { ...opened, cluster, ...judgeTopology(opened.parsed, cluster, opened.settings), unread: failures }
}
