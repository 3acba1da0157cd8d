import { say } from '../../speech/say.js'
import type { Protocol } from '../../topology/types.js'
import type { HostModel } from '../../hosts/cluster.js'
import { deliveries } from '../deliveries.js'
import { refusalPath } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const serviceFirewall: Rule = {
  code: 'FW-SERVICE',
  severity: 'error',
  title: 'A firewall on the way refuses the requests of a service',
  why: 'Clients get no answer, or a refusal that does not come from the daemon.',
  kernel:
    'On the director IPVS works in the LOCAL_IN hook at priority 99 (ip_vs_core.c, ip_vs_ops4); everything in an input ' +
    'chain at the usual priority 0 runs before it and sees the VIP and its port. On a real server the input chain sees ' +
    'the VIP’s port (DR) or its own (NAT).',
  mend: 'Accept the service’s protocol and port there.',
  source: 'net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  check: (cluster, report) => {
    const refusals = new Map<string, { host: HostModel; what: string; services: Set<string> }>()
    const look = (host: HostModel, protocol: Protocol, port: number, service: string) => {
      const path = refusalPath(host, { protocol, port })
      if (path === undefined) return
      const what = port === 0 ? protocol : say`${protocol} port ${port}`
      const known = refusals.get(path) ?? { host, what, services: new Set() }
      refusals.set(path, known)
      known.services.add(service)
    }
    for (const { service, director, host, mode, local, port, realServer } of deliveries(cluster)) {
      const { protocol } = service.drawn
      look(director, protocol, port, service.name)
      // What happens to the unpacked request of a tunnel is TUN-FW's.
      if (local || mode === 'tun') continue
      look(host, protocol, mode === 'nat' && port !== 0 ? (realServer.port ?? port) : port, service.name)
    }
    for (const [path, { host, what, services }] of refusals) {
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses ${what}, so requests of ${quoted(services)} end there`,
        [takingOut(path, say`Let ${host.name} accept ${what}`)],
      )
    }
  },
}
