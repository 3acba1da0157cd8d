import { say } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { deliveries } from '../deliveries.js'
import { invalidRefusalPath } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import { passes, repliesOf } from '../replies.js'
import type { Rule } from '../rule.js'
import { replyRouters, requestRouters } from '../ways.js'
import { listed, quoted } from '../wording.js'

export const halfSeenFirewall: Rule = {
  code: 'FW-HALF',
  severity: 'error',
  title: 'A stateful firewall on the way back has not seen the request',
  why: 'Requests are taken and answered, but every answer is dropped on the way; clients wait until they give up.',
  kernel:
    'In DR and TUN replies go straight to the client. A router that passes them on and not the requests sees a SYN-ACK ' +
    'as the first packet of a connection, which conntrack calls invalid (tcp_new, nf_conntrack_proto_tcp.c). That of a tunnelled ' +
    'request is another connection to it.',
  mend: 'Let that router accept packets from the VIP without looking at their state, or send replies back by the router the requests come by.',
  source: 'net/netfilter/nf_conntrack_proto_tcp.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  leg: 'reply',
  check: (cluster, report) => {
    const stateful = new Set(
      [...cluster.hosts.values()].filter(({ drawn }) =>
        drawn.drops.some(({ state, chain }) => state === 'invalid' && chain !== 'input'),
      ),
    )
    if (stateful.size === 0) return
    const found = new Map<string, Found>()
    for (const delivery of deliveries(cluster)) {
      const { service, director, host, mode, local } = delivery
      if (mode === 'nat' || local) continue
      for (const reply of repliesOf(cluster, delivery)) {
        // The director as a router of its own VIP's replies is DR-GW's.
        if (passes(reply.path, director.name)) continue
        const seen = requestRouters(cluster, service, reply.client)
        for (const name of replyRouters(reply)) {
          const router = cluster.hosts.get(name)
          if (router === undefined || !stateful.has(router) || seen.includes(name)) continue
          const { protocol } = service.drawn
          const path = invalidRefusalPath(router, 'forward', { protocol, port: undefined })
          if (path === undefined) continue
          const known = found.get(path) ?? { router, realServers: new Set(), services: new Set() }
          found.set(path, known)
          known.realServers.add(host.name)
          known.services.add(service.name)
        }
      }
    }
    for (const [path, { router, realServers, services }] of found) {
      report(
        valueAt(path),
        say`replies of ${listed(realServers)} for ${quoted(services)} pass ${router.name} and the requests do not, so its firewall takes them for invalid and drops them`,
        [takingOut(path, say`Let ${router.name} pass invalid packets on`)],
      )
    }
  },
}

interface Found {
  readonly router: HostModel
  readonly realServers: Set<string>
  readonly services: Set<string>
}
