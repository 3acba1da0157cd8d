import { say } from '../../speech/say.js'
import { deliveries } from '../deliveries.js'
import { deafness, targetText } from '../listening.js'
import type { Rule } from '../rule.js'

export const drBind: Rule = {
  code: 'DR-BIND',
  severity: 'error',
  title: 'The daemon of a DR or TUN real server does not listen where requests arrive',
  why: 'Clients get "Connection refused" while the daemon answers well when asked at its own address, which is also what health checks ask.',
  kernel:
    'With DR and TUN the request arrives with the VIP and its port as destination. No socket matches (inet_hashtables.c, ' +
    '__inet_lookup_listener), so TCP answers with a reset and UDP with ICMP port unreachable.',
  mend: 'Let the daemon listen on every address, or on the VIP, at the VIP’s port.',
  source: 'net/ipv4/inet_hashtables.c, net/ipv4/tcp_ipv4.c (Linux 6.1)',
  explains: ['NOT_LISTENING'],
  check: (cluster, report) => {
    for (const delivery of deliveries(cluster)) {
      const { mode, vip, port, service, host } = delivery
      if (mode === 'nat') continue
      const target = { address: vip, port, protocol: service.drawn.protocol }
      const deaf = deafness(delivery, target)
      if (deaf === undefined) continue
      report(
        deaf.place,
        say`requests of "${service.name}" reach ${host.name} for ${targetText(target)}, but it listens ${deaf.bound} and refuses them`,
        deaf.fixes,
      )
    }
  },
}
