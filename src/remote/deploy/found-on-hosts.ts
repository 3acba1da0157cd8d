import type { FoundDirector, FoundHost, ImportNote } from '../../core/import/found.js'
import { fromHost } from '../../core/import/from-host.js'
import type { Reach } from './connections.js'
import { lookAtHosts } from './look.js'

/** What running hosts tell an import. */
export interface FoundOnHosts {
  readonly directors: readonly FoundDirector[]
  readonly hosts: readonly FoundHost[]
  /** Also of every host that could not be read. */
  readonly notes: readonly ImportNote[]
}

/** Looks at hosts by their names in ssh_config, in this order. Changes nothing. */
export async function findOnHosts(names: readonly string[], reach: Reach): Promise<FoundOnHosts> {
  const { observed, failures } = await lookAtHosts(names, reach)
  const read = names.flatMap((name) => {
    const live = observed.get(name)
    return live === undefined ? [] : [fromHost(name, live)]
  })
  return {
    directors: read.flatMap(({ found }) => (found.kind === 'director' ? [found.director] : [])),
    hosts: read.flatMap(({ found }) => (found.kind === 'host' ? [found.host] : [])),
    notes: [
      ...failures.map(({ host, step, message }): ImportNote => ({
        code: 'IMPORT-UNREAD',
        source: host,
        line: undefined,
        message: `${step}: ${message}`,
      })),
      ...read.flatMap(({ notes }) => notes),
    ],
  }
}
