import { say } from '../../speech/say.js'
import { familyOf, networkAddress, prefixLength, sharesPrefix } from '../../topology/address.js'
import type { Subnet } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { HostModel } from '../../hosts/cluster.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const routeDuplicate: Rule = {
  code: 'ROUTE-DUP',
  severity: 'warning',
  title: 'A second route to the same destination',
  why: 'The kernel refuses it ("File exists"), so packets go the first way, not by this one; which of two is the first depends on who sets them up.',
  kernel:
    'Two routes of one prefix, table and metric cannot be (fib_table_insert, fib_trie.c, answers EEXIST). The subnet of an own ' +
    'address is such a route, by its interface; in IPv6 it has the smaller metric and wins.',
  mend: 'Keep one of the two. To send a part elsewhere, route a smaller subnet.',
  source: 'net/ipv4/fib_trie.c (Linux 6.1); ip-route(8)',
  explains: [],
  check: ({ hosts }, report) => {
    for (const host of hosts.values()) {
      const seen = new Set<string>()
      for (const [index, { to, via }] of host.drawn.routes.entries()) {
        if (to === undefined) continue
        const path = pathOf('hosts', host.name, 'routes', index)
        const link = linkTo(host, to)
        const gateway = prefixLength(to) === 0 ? host.gateways.get(familyOf(to))?.via : undefined
        const take = takingOut(path, say`Take out the route of ${host.name}`)
        if (seen.has(to)) report(valueAt(path), say`${host.name} has two routes to ${to}`, [take])
        else if (link !== undefined) {
          report(
            valueAt(path),
            say`${host.name} has ${to} on ${link} already, so its route there has no effect`,
            [take],
          )
        } else if (gateway !== undefined) {
          report(
            valueAt(path),
            say`${host.name} has two default routes: the gateway ${gateway}, and this one`,
            gateway === via ? [take] : [take, ...asGateway(host, index)],
          )
        }
        seen.add(to)
      }
    }
  },
}

/** The interface of a host that has a subnet on its link. */
function linkTo({ before }: HostModel, to: Subnet): string | undefined {
  for (const { name, addresses } of before.interfaces.values()) {
    const own = addresses.some(
      ({ address, prefix }) =>
        prefix === prefixLength(to) &&
        familyOf(address) === familyOf(to) &&
        sharesPrefix(address, networkAddress(to), prefix),
    )
    if (own) return name
  }
  return undefined
}

/** What the route says as the host's gateway, which is where a default route belongs. */
function asGateway({ name, drawn }: HostModel, index: number): Fix[] {
  const via = drawn.routes[index]?.via
  // One for each family may be pinned: a second must be put beside it by hand.
  if (via === undefined || drawn.gateways !== undefined) return []
  return [
    {
      title: say`Make ${via} the gateway of ${name}`,
      edits: [
        { kind: 'unset', path: pathOf('hosts', name, 'routes', index) },
        { kind: 'set', path: pathOf('hosts', name, 'gateway'), value: via },
      ],
    },
  ]
}
