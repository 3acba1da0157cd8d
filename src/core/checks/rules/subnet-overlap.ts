import { say } from '../../speech/say.js'
import { networkAddress, prefixLength, subnetOf } from '../../topology/address.js'
import type { Subnet } from '../../topology/address.js'
import { pathOf } from '../../topology/path.js'
import { itemPath, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const subnetOverlap: Rule = {
  code: 'SUBNET-OVERLAP',
  severity: 'warning',
  title: 'Two subnets overlap',
  why: 'A host that is on one of the networks looks for addresses of the other on its own link and does not find them.',
  kernel:
    'The longest prefix wins (fib_trie.c, fib_table_lookup), and a subnet on a link wins over every gateway.',
  mend: 'Use subnets apart from each other; where the networks really are separate sites, nothing must be changed.',
  source: 'net/ipv4/fib_trie.c (Linux 6.1)',
  explains: [],
  mayExplain: ['NEIGHBOUR_UNREACHABLE'],
  check: ({ topology }, report) => {
    const all = [...topology.networks].flatMap(([name, { subnets }]) =>
      subnets.map((subnet, index) => ({
        name,
        subnet,
        path: itemPath(pathOf('networks', name, 'subnet'), index, subnets.length),
      })),
    )
    const seen = new Map<Subnet, string>()
    const lengths = new Set<number>()
    // Two subnets overlap only where one holds the other. With the shorter prefixes first, the one that is held finds
    // its holder by cutting its own prefix down: no pair is compared.
    const shortFirst = [...all].sort((a, b) => prefixLength(a.subnet) - prefixLength(b.subnet))
    for (const { name, subnet, path } of shortFirst) {
      const holder = [...lengths]
        .map((length) => subnetOf(networkAddress(subnet), length))
        .find((candidate) => seen.has(candidate))
      if (holder !== undefined) {
        const other = seen.get(holder) ?? name
        report(
          valueAt(path),
          holder === subnet
            ? say`${subnet} is the subnet of both ${other} and ${name}`
            : say`${subnet} of ${name} lies in ${holder} of ${other}`,
        )
      }
      if (!seen.has(subnet)) seen.set(subnet, name)
      lengths.add(prefixLength(subnet))
    }
  },
}
