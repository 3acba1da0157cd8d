import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import { deliveries } from '../deliveries.js'
import { deafness, targetText } from '../listening.js'
import type { Rule } from '../rule.js'

export const natBind: Rule = {
  code: 'NAT-BIND',
  severity: 'error',
  title: 'The daemon of a NAT real server does not listen where requests arrive',
  why: 'Clients that are given this real server get "Connection refused".',
  kernel:
    'NAT gives the request the RIP and the real server’s port as destination (ip_vs_proto_tcp.c, tcp_dnat_handler). No ' +
    'socket matches there, so TCP answers with a reset and UDP with ICMP port unreachable.',
  mend: 'Name the port the daemon listens on as the real server’s port, or let the daemon listen there.',
  source: 'net/netfilter/ipvs/ip_vs_proto_tcp.c, net/ipv4/inet_hashtables.c (Linux 6.1)',
  explains: ['NOT_LISTENING'],
  check: (cluster, report) => {
    for (const delivery of deliveries(cluster)) {
      const { mode, rip, service, host, realServer } = delivery
      if (mode !== 'nat') continue
      const { protocol } = service.drawn
      const port =
        service.drawn.mark !== undefined && delivery.port === 0 ? 0 : (realServer.port ?? delivery.port)
      const target = { address: rip, port, protocol }
      const deaf = deafness(delivery, target)
      if (deaf === undefined) continue
      // Real servers of a service by mark have no port that could be changed.
      const open = (service.drawn.mark === undefined ? (host.drawn.listens ?? []) : []).flatMap((listen) =>
        listen.port !== undefined &&
        listen.port !== port &&
        (listen.protocol ?? 'tcp') === protocol &&
        (listen.address === undefined || listen.address === rip)
          ? [listen.port]
          : [],
      )
      const toOpenPort = open.map((value): Fix => ({
        title: say`Send "${service.name}" to port ${value} of ${host.name}`,
        edits: [{ kind: 'set', path: below(realServer.path, 'port'), value }],
      }))
      report(
        deaf.place,
        say`requests of "${service.name}" reach ${host.name} for ${targetText(target)}, but it listens ${deaf.bound} and refuses them`,
        [...toOpenPort, ...deaf.fixes],
      )
    }
  },
}
