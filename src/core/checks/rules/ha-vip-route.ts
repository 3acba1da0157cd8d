import { say } from '../../speech/say.js'
import { contains } from '../../topology/address.js'
import { below, pathOf } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import { placedPairs } from '../pairs.js'
import type { Pair } from '../pairs.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const vipRouteOfPair: Rule = {
  code: 'HA-VIP-ROUTE',
  severity: 'error',
  title: 'The route to the VIP stays behind when the other director takes over',
  why: 'After a failover requests go on to the director that no longer has the VIP: clients wait, though both directors and every real server work.',
  kernel:
    'A VIP in no subnet of the hosts that ask for it is found by a route, and a route has one next hop (fib_trie.c, fib_table_lookup). ' +
    'keepalived moves addresses, and routes of its own hosts, never those of others.',
  mend: 'Take a VIP of a subnet that directors and routers share; or give the pair an address there that moves with it, and route the VIP to that.',
  source: 'keepalived.conf(5), virtual_ipaddress; net/ipv4/fib_trie.c (Linux 6.1)',
  explains: [],
  // The other director may send them back by where they came from, which a strict router does not take.
  mayExplain: [
    'NO_ROUTE',
    'LOOP',
    'FORWARDING_OFF',
    'VIP_NOT_ON_DIRECTOR',
    'NEIGHBOUR_UNREACHABLE',
    'RP_FILTER_DROP',
  ],
  leg: 'request',
  ofPairs: true,
  check: (cluster, report) => {
    const found = new Map<Path, { readonly text: string; readonly services: Set<string> }>()
    for (const { service, active, backup } of placedPairs(cluster)) {
      const { vip } = service.drawn
      if (vip === undefined) continue
      for (const { name, drawn } of cluster.hosts.values()) {
        for (const [index, { to, via }] of drawn.routes.entries()) {
          if (to === undefined || via === undefined || !contains(to, vip)) continue
          const owner = [active, backup].find((director) => hasForGood(director, via))
          if (owner === undefined || owner.name === name) continue
          const other = owner === active ? backup : active
          const path = below(pathOf('hosts', name, 'routes', index), 'via')
          const known = found.get(path) ?? {
            text: say`${name} sends what is for the VIP ${vip} to ${via}, an address of ${owner.name} alone: with ${other.name} active, requests of`,
            services: new Set(),
          }
          found.set(path, known)
          known.services.add(service.name)
        }
      }
    }
    for (const [path, { text, services }] of found) {
      report(valueAt(path), say`${text} ${quoted(services)} do not get to it`)
    }
  },
}

function hasForGood({ drawn }: Pair['active'], address: string): boolean {
  return [...drawn.interfaces.values()].some(({ addresses }) => addresses.some((own) => own === address))
}
