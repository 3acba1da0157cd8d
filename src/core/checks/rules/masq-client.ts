import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import type { ServiceModel } from '../../hosts/services.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const masqueradedClients: Rule = {
  code: 'MASQ-CLIENT',
  severity: 'information',
  title: 'Real servers of a masqueraded service do not see who their clients are',
  why: 'Logs, limits and rules that go by the address of a client see the director alone, and persistence on a real server sees one client.',
  kernel:
    'nf_nat_masquerade.c takes the address of the interface a request leaves by, and keeps the client’s port where that is free. Of one ' +
    'address there are some 64,000 ports towards each real server and port, and so many connections at a time. The backup of a ' +
    'pair does not know which it has given, so connections do not outlive a failover.',
  mend: 'Nothing must be changed where that does no harm. Otherwise let real servers have the director as gateway, or use DR or TUN.',
  source: 'net/netfilter/nf_nat_masquerade.c, nf_nat_core.c (Linux 6.1)',
  explains: [],
  check: ({ services }, report) => {
    // What one node masquerades can be thousands of services, and is one thing to know.
    const byDirectors = new Map<string, [ServiceModel, ...ServiceModel[]]>()
    for (const service of services) {
      if (service.director === undefined || !isMasqueraded(service)) continue
      const key = service.drawn.directors.join(' ')
      const known = byDirectors.get(key)
      if (known === undefined) byDirectors.set(key, [service])
      else known.push(service)
    }
    for (const together of byDirectors.values()) {
      const [{ path, director = '', drawn }] = together
      const names = quoted(together.map(({ name }) => name))
      report(
        valueAt(below(path, 'masquerade')),
        drawn.directors.length > 1
          ? say`real servers of ${names} see the address of ${director} for that of every client, in logs and rules alike, and open connections end when the other director takes over`
          : say`real servers of ${names} see the address of ${director} for that of every client, in logs and rules alike`,
      )
    }
  },
}
