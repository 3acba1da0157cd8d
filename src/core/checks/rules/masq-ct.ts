import { say } from '../../speech/say.js'
import type { Cluster } from '../../hosts/cluster.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import { CONNTRACK } from '../../hosts/sysctl.js'
import { liftPins, switchedOff } from '../pins.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const masqueradeConntrack: Rule = {
  code: 'MASQ-CT',
  severity: 'error',
  title: 'A director masquerades nothing, because IPVS keeps its connections out of conntrack',
  why: 'Real servers see the client’s address and answer the client, so that replies pass the director only where routes happen to lead there.',
  kernel:
    'Masquerading is done to connections of conntrack (nf_nat_masquerade.c). IPVS takes what it balances out of it (ip_vs_notrack, ' +
    'include/net/ip_vs.h) unless net.ipv4.vs.conntrack=1.',
  mend: 'Lift the pin: 1 is derived for the director of a service that is masqueraded.',
  source: 'net/netfilter/ipvs/ip_vs_nfct.c, net/netfilter/nf_nat_masquerade.c (Linux 6.1); ipvs-sysctl.rst',
  explains: [],
  // Plain NAT is what is left, and may do.
  mayExplain: ['REPLY_SKIPS_DIRECTOR', 'NO_ROUTE', 'LOOP', 'NEIGHBOUR_UNREACHABLE', 'RP_FILTER_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    for (const { host, place, pins, services } of switchedOff(cluster, CONNTRACK)) {
      const meant = services.filter((name) => isMeant(cluster, name))
      if (meant.length === 0) continue
      report(
        place,
        say`${host.name} masquerades nothing with ${CONNTRACK}=0, so real servers of ${quoted(meant)} see the addresses of clients and answer those`,
        liftPins(pins),
      )
    }
  },
}

function isMeant({ services }: Cluster, service: string): boolean {
  const found = services.find(({ name }) => name === service)
  return found !== undefined && isMasqueraded(found)
}
