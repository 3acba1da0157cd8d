import { say } from '../../speech/say.js'
import { deliveries } from '../deliveries.js'
import { askedBy } from '../health.js'
import { deafness, targetText } from '../listening.js'
import type { Rule } from '../rule.js'

export const checkOfRip: Rule = {
  code: 'CHECK-RIP',
  severity: 'error',
  title: 'A health check asks where the daemon does not listen',
  why: 'The check fails for ever, the real server is taken out although it would serve, and in the end the service has none.',
  kernel:
    'Checks connect to the RIP, as the VIP is the director’s own address there; requests of DR and TUN arrive for the VIP ' +
    '(ip_vs_xmit.c does not rewrite them). A daemon bound to the VIP alone hears requests and no checks. For the same reason a check that ' +
    'succeeds does not prove that the real server takes the VIP; a script could ask for that.',
  mend: 'Let the daemon listen on every address, or on the RIP too; or check with a script.',
  source: 'keepalived.conf(5), connect_ip; net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1)',
  explains: [],
  check: (cluster, report) => {
    if (cluster.services.every(({ drawn }) => drawn.health === undefined)) return
    for (const delivery of deliveries(cluster)) {
      const { service, mode, host, vip, rip, port } = delivery
      const protocol = askedBy(service.drawn.health)
      // NAT delivers to the RIP as well: NAT-BIND.
      if (protocol === undefined || mode === 'nat' || port === 0) continue
      // What hears no requests either is DR-BIND's.
      if (deafness(delivery, { address: vip, port, protocol }) !== undefined) continue
      const deaf = deafness(delivery, { address: rip, port, protocol })
      if (deaf === undefined) continue
      report(
        deaf.place,
        say`health checks of "${service.name}" ask ${host.name} at ${targetText({ address: rip, port, protocol })}, and its daemon listens ${deaf.bound}`,
        // To listen on the RIP instead would not hear requests.
        deaf.fixes.filter(({ edits }) => edits.every(({ kind }) => kind === 'unset')),
      )
    }
  },
}
