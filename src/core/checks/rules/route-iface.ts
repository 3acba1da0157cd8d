import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { bondOf } from '../bonds.js'
import { takingOut, valueAt } from '../places.js'
import { didYouMean, guesser } from '../references.js'
import type { Rule } from '../rule.js'
import { isOnLink } from '../structure.js'

export const routeInterface: Rule = {
  code: 'ROUTE-IFACE',
  severity: 'error',
  title: 'A route that leaves by no interface of the host',
  why: 'The kernel refuses the route ("Cannot find device"), and packets for its destination take another way or none.',
  kernel: 'A route needs a device or a neighbour to hand packets to (fib_check_nh, fib_semantics.c).',
  mend: 'Name an interface of the host, or the next hop as "via".',
  source: 'net/ipv4/fib_semantics.c (Linux 6.1); ip-route(8)',
  explains: [],
  mayExplain: ['NO_ROUTE'],
  check: (cluster, report) => {
    const guess = guesser()
    for (const host of cluster.hosts.values()) {
      for (const [index, { to, via, interface: by }] of host.drawn.routes.entries()) {
        const path = pathOf('hosts', host.name, 'routes', index)
        if (by === undefined) {
          if (via !== undefined || to === undefined) continue
          report(
            valueAt(path),
            say`a route of ${host.name} to ${to} says neither by which router nor by which interface`,
          )
          continue
        }
        const bond = bondOf(cluster, host.name, by)
        if (host.state.interfaces.has(by) && bond === undefined) continue
        const at = below(path, 'interface')
        const meant = (bond === undefined ? guess(by, () => usable(cluster, host)) : [bond]).filter(
          (name) => via === undefined || isOnLink(cluster, host, via, name),
        )
        report(
          valueAt(at),
          bond === undefined
            ? say`${host.name} has no interface ${by} for its route to ${to ?? say`there`}${didYouMean(meant)}`
            : say`${by} of ${host.name} is a part of ${bond}, so no route leaves by it`,
          [
            ...meant.map((value): Fix => ({
              title: say`Change to ${value}`,
              edits: [{ kind: 'set', path: at, value }],
            })),
            ...(via !== undefined && isOnLink(cluster, host, via)
              ? [takingOut(at, say`Let it leave where ${via} is`)]
              : []),
          ],
        )
      }
    }
  },
}

function usable(cluster: Cluster, { name, drawn }: HostModel): string[] {
  return [...drawn.interfaces.keys()].filter((one) => bondOf(cluster, name, one) === undefined)
}
