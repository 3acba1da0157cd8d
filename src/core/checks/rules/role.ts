import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Role as HostRole } from '../../topology/types.js'
import type { Fix } from '../../topology/problem.js'
import { itemPath, keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const hostRole: Rule = {
  code: 'ROLE',
  severity: 'error',
  title: 'A host does what its role does not',
  why: 'Clients and routers are never changed by a deployment, and only directors get an IPVS table, so the service would not be set up.',
  kernel: undefined,
  mend: 'Change the role of the host, or name another host.',
  source: 'the topology format, version 1',
  explains: [],
  check: ({ services, hosts }, report) => {
    for (const { name: service, path, drawn, realServers } of services) {
      for (const [index, name] of drawn.directors.entries()) {
        const role = hosts.get(name)?.role
        if (role === undefined || role === 'director') continue
        report(
          valueAt(itemPath(below(path, 'director'), index, drawn.directors.length)),
          say`${name} is the director of "${service}" but its role is ${role}`,
          [becoming(name, 'director')],
        )
      }
      for (const { name, path: at } of realServers) {
        const role = hosts.get(name)?.role
        if (role !== 'client' && role !== 'router') continue
        report(
          keyAt(at),
          say`${name} is a real server of "${service}" but its role is ${role}, and a deployment does not touch it`,
          [becoming(name, 'real-server')],
        )
      }
    }
  },
}

function becoming(host: string, value: HostRole): Fix {
  return {
    title: say`Make ${host} a ${value}`,
    edits: [{ kind: 'set', path: pathOf('hosts', host, 'role'), value }],
  }
}
