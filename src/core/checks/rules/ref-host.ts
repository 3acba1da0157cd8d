import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import type { Role } from '../../topology/types.js'
import type { Cluster } from '../../hosts/cluster.js'
import { itemPath, keyAt, valueAt } from '../places.js'
import { didYouMean, guesser } from '../references.js'
import type { Rule } from '../rule.js'

export const unknownHost: Rule = {
  code: 'REF-HOST',
  severity: 'error',
  title: 'A service names a host that is not drawn',
  why: 'Nothing can be derived for it, and nothing of it can be deployed.',
  kernel: undefined,
  mend: 'Correct the name, or draw the host.',
  source: 'the topology format, version 1',
  explains: ['UNDETERMINED'],
  check: (cluster, report) => {
    const guess = guesser()
    for (const { name: service, path, drawn } of cluster.services) {
      for (const [index, name] of drawn.directors.entries()) {
        if (cluster.hosts.has(name)) continue
        const at = itemPath(below(path, 'director'), index, drawn.directors.length)
        const meant = guess(name, () => namesOf(cluster, 'director'))
        report(
          valueAt(at),
          say`the director "${name}" of "${service}" is no host of this file${didYouMean(meant)}`,
          meant.map((value) => ({
            title: say`Change to ${value}`,
            edits: [{ kind: 'set', path: at, value }],
          })),
        )
      }
      for (const name of drawn.realServers.keys()) {
        if (cluster.hosts.has(name)) continue
        const at = below(path, 'real-servers', name)
        const meant = guess(name, () =>
          namesOf(cluster, 'real-server').filter((known) => !drawn.realServers.has(known)),
        )
        report(
          keyAt(at),
          say`the real server "${name}" of "${service}" is no host of this file${didYouMean(meant)}`,
          meant.map((to) => ({ title: say`Change to ${to}`, edits: [{ kind: 'rename-key', path: at, to }] })),
        )
      }
    }
  },
}

function namesOf({ hosts }: Cluster, role: Role): string[] {
  return [...hosts.values()].filter((host) => host.role === role).map(({ name }) => name)
}
