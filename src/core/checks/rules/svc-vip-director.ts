import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { ServiceModel } from '../../hosts/services.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { servicesByVip } from '../vip-addresses.js'
import { listed, quoted } from '../wording.js'

export const vipOfDirectors: Rule = {
  code: 'SVC-VIP-DIRECTOR',
  severity: 'error',
  title: 'One VIP with different directors',
  why: 'Each of them would have the VIP: clients and routers take the one that answered last, and get "Connection refused" for a service that only the other has.',
  kernel:
    'An address is answered for by every host that has it (arp.c arp_process, ndisc.c ndisc_recv_ns), and an IPVS table is that of ' +
    'one host.',
  mend: 'Give the services the same director or pair, or one of them another VIP.',
  source: 'net/ipv4/arp.c (Linux 6.1); RFC 5227',
  explains: ['ARP_AMBIGUOUS', 'NO_SERVICE'],
  ofPairs: true,
  check: (cluster, report) => {
    for (const [vip, services] of servicesByVip(cluster)) {
      const known = services.filter(({ director }) => director !== undefined)
      const [first] = known
      const other = known.find((service) => first !== undefined && hosts(service) !== hosts(first))
      if (first === undefined || other === undefined) continue
      const directors = listed(known.flatMap(({ drawn }) => drawn.directors))
      report(
        valueAt(pathOf('services', other.name, 'vip')),
        say`${vip} is the VIP of ${quoted(known.map(({ name }) => name))} with different directors (${directors}), so each of them would have it`,
        fixes(known, first, other),
      )
    }
  },
}

function fixes(known: readonly ServiceModel[], first: ServiceModel, other: ServiceModel): Fix[] {
  const { directors } = first.drawn
  const taken = known.some(
    (service) => hosts(service) === hosts(first) && entry(service) === entry(other) && service !== other,
  )
  // There it would be a second service for the same packets (DUP-VS).
  if (taken) return []
  const [only] = directors
  return [
    {
      title: say`Give "${other.name}" the ${directors.length > 1 ? 'directors' : 'director'} of "${first.name}"`,
      edits: [
        {
          kind: 'set',
          path: pathOf('services', other.name, 'director'),
          value: only !== undefined && directors.length === 1 ? only : directors,
        },
      ],
    },
  ]
}

function entry({ drawn: { mark, protocol, port } }: ServiceModel): string {
  return mark === undefined ? `${protocol} ${port ?? ''}` : say`mark ${mark}`
}

/** The same two in another order are the same hosts; which is preferred is another matter. */
function hosts({ drawn }: ServiceModel): string {
  return [...drawn.directors].sort((a, b) => a.localeCompare(b)).join(' ')
}
