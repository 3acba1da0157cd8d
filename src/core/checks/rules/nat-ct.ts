import { say } from '../../speech/say.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import { invalidDrop } from '../../hosts/conntrack.js'
import { CONNTRACK } from '../../hosts/sysctl.js'
import { liftPins, switchedOff } from '../pins.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const natConntrack: Rule = {
  code: 'NAT-CT',
  severity: 'error',
  title: 'A stateful firewall on the director drops the replies of a NAT service',
  why: 'Requests reach the real servers, but clients get no connection: every reply dies on the director, and only the counters of its firewall show it.',
  kernel:
    'IPVS keeps its connections out of conntrack (ip_vs_notrack, include/net/ip_vs.h) unless net.ipv4.vs.conntrack=1. A ' +
    'SYN-ACK from a real server is then the first packet of a connection to conntrack, which it cannot be (tcp_new, ' +
    'nf_conntrack_proto_tcp.c): invalid, and dropped in the forward chain at priority 0, before ip_vs_out_hook at 100.',
  mend: 'Lift the pin: 1 is derived where the forward chain drops invalid packets. Or accept the real servers’ replies by address and port before that.',
  source: 'include/net/ip_vs.h, net/netfilter/nf_conntrack_proto_tcp.c (Linux 6.1); ipvs-sysctl.rst',
  explains: ['FIREWALL_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    for (const { host, place, pins, services: all } of switchedOff(cluster, CONNTRACK)) {
      // Of the others that need it, MASQ-CT speaks.
      const services = all.filter((name) => isDropped(cluster, host, name))
      if (services.length === 0) continue
      report(
        place,
        say`the firewall of ${host.name} drops what passes through it and conntrack calls invalid; with ${CONNTRACK}=0 that is every reply of the NAT service ${quoted(services)}`,
        liftPins(pins),
      )
    }
  },
}

function isDropped({ topology }: Cluster, { drawn }: HostModel, service: string): boolean {
  const protocol = topology.services.get(service)?.protocol
  return protocol !== undefined && invalidDrop(drawn.drops, 'forward', { protocol, port: undefined }) >= 0
}
