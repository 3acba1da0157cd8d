import type { Cluster } from '../../core/hosts/cluster.js'
import { probeWishes } from '../../core/plan/plan.js'
import type { Purpose } from '../../core/plan/plan.js'
import { probe } from '../host/helper.js'
import type { HostConnection, ProbeWishes } from '../host/helper.js'
import { onEvery } from './connections.js'

/** Probes hosts we are connected to, all at once. */
export async function probeAll(
  cluster: Cluster,
  connections: readonly HostConnection[],
  signal?: AbortSignal,
  purpose?: Purpose,
) {
  return onEvery(connections, 'probe', (connection) =>
    probe(connection, cluster.topology.name ?? '', wishesOf(cluster, connection.host, purpose), signal),
  )
}

/** What the cluster wants to know of a host; to go back, also what was so before the last deployment. */
export function wishesOf(cluster: Cluster, host: string, purpose?: Purpose): ProbeWishes {
  const model = cluster.hosts.get(host)
  const wishes = model === undefined ? { sysctls: [], modules: [], keepalived: false } : probeWishes(model)
  return purpose === 'rollback' ? { ...wishes, previous: true } : wishes
}
