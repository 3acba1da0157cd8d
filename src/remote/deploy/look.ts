import type { ObservedHost } from '../../core/hosts/observe.js'
import { CONNTRACK } from '../../core/hosts/sysctl.js'
import { probe } from '../host/helper.js'
import { closeAll, connectAll, onEvery } from './connections.js'
import type { HostFailure, Reach } from './connections.js'

/** What hosts are, that no drawing knows yet. */
export interface Look {
  readonly observed: ReadonlyMap<string, ObservedHost>
  readonly failures: readonly HostFailure[]
}

/** No cluster is called so: what one has written down on a host is not asked for. */
const NOBODY = 'import'

/** Reads hosts by their names in ssh_config, one round trip each. Changes nothing. */
export async function lookAtHosts(names: readonly string[], reach: Reach): Promise<Look> {
  const hosts = names.map((name) => ({ name, drawn: { ssh: undefined } }))
  const connected = await connectAll(hosts, reach)
  try {
    const probed = await onEvery([...connected.results.values()], 'probe', (connection) =>
      probe(connection, NOBODY, { sysctls: [CONNTRACK], modules: [], looks: ['firewall'] }, reach.signal),
    )
    return { observed: probed.results, failures: [...connected.failures, ...probed.failures] }
  } finally {
    await closeAll(connected.results.values())
  }
}
