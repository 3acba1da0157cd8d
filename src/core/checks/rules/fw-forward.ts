import { say } from '../../speech/say.js'
import { routedPath } from '../../hosts/routing.js'
import type { Cluster, HostModel } from '../../hosts/cluster.js'
import type { ServiceModel } from '../../hosts/services.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { passageRefusalPath, refusalPath } from '../firewall.js'
import type { Arriving } from '../firewall.js'
import { takingOut, valueAt } from '../places.js'
import { clientsOfService, passes, repliesOf } from '../replies.js'
import type { Rule } from '../rule.js'
import { requestRouters, routersOf } from '../ways.js'
import { listed, quoted } from '../wording.js'
import { outerPackets } from './tun-fw.js'

export const forwardFirewall: Rule = {
  code: 'FW-FORWARD',
  severity: 'error',
  title: 'A firewall between clients and real servers does not let a service through',
  why: 'Clients get no answer, though director and real servers accept everything: requests or replies end at a host in between.',
  kernel:
    'What a host only passes on goes through its forward chain (ip_forward, ip_forward.c). On a NAT director these are the replies, with ' +
    'the real server’s address as source: the chain at the usual priority 0 comes before IPVS at 100 gives them ' +
    'the VIP again (ip_vs_ops4, ip_vs_core.c). Replies go to a port of the client’s choice, so only a rule without port meets them.',
  mend: 'Let that host pass the packets on.',
  source: 'net/ipv4/ip_forward.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['FIREWALL_DROP'],
  check: (cluster, report) => {
    if (![...cluster.hosts.values()].some(({ drawn }) => drawn.drops.length > 0)) return
    const found = new Map<string, Stopped>()
    const note: Note = (host, path, packet, service, kind) => {
      const known = found.get(path) ?? { host, packet, services: new Set(), kinds: new Set() }
      found.set(path, known)
      known.services.add(service)
      known.kinds.add(kind)
    }
    for (const service of cluster.services) stoppedRequests(cluster, service, note)
    for (const delivery of deliveries(cluster)) {
      if (delivery.local) continue
      stoppedInside(cluster, delivery, note)
      stoppedReplies(cluster, delivery, note)
    }
    for (const [path, { host, packet, services, kinds }] of found) {
      const what = saying(packet)
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses ${what}, so ${listed([...kinds].sort().reverse())} of ${quoted(services)} end there`,
        [
          takingOut(
            path,
            say`Let ${host.name} ${host.role === 'client' ? say`accept ${what}` : say`pass ${what} on`}`,
          ),
        ],
      )
    }
  },
}

type Kind = 'requests' | 'replies'

interface Stopped {
  readonly host: HostModel
  readonly packet: Arriving
  readonly services: Set<string>
  readonly kinds: Set<Kind>
}

type Note = (host: HostModel, path: string, packet: Arriving, service: string, kind: Kind) => void

function stoppedRequests(cluster: Cluster, service: ServiceModel, note: Note): void {
  const { protocol, port, ports, mark } = service.drawn
  const to = mark === undefined ? port : ports.length === 1 ? ports[0] : 0
  if (to === undefined) return
  const packet = { protocol, port: to }
  for (const client of clientsOfService(cluster, service)) {
    for (const router of requestRouters(cluster, service, client)) {
      const host = cluster.hosts.get(router)
      const path = host === undefined ? undefined : passageRefusalPath(host, packet)
      if (host !== undefined && path !== undefined) note(host, path, packet, service.name, 'requests')
    }
  }
}

/** From the director over routers to a real server. */
function stoppedInside(cluster: Cluster, delivery: Delivery, note: Note): void {
  const { service, director, host: realServer, rip, reach } = delivery
  if (reach !== 'routed') return
  for (const router of routersOf(routedPath(cluster, director.name, rip), realServer.name)) {
    const host = cluster.hosts.get(router)
    for (const packet of handedOn(delivery)) {
      const path = host === undefined ? undefined : passageRefusalPath(host, packet)
      if (host !== undefined && path !== undefined) note(host, path, packet, service.name, 'requests')
    }
  }
}

/** From a real server to the client, with NAT through the director. */
function stoppedReplies(cluster: Cluster, delivery: Delivery, note: Note): void {
  const { service, director, mode } = delivery
  const packet: Arriving = { protocol: service.drawn.protocol, port: undefined }
  for (const { client, path: way } of repliesOf(cluster, delivery)) {
    // The director as a router of its own VIP's replies is DR-GW's.
    if (mode !== 'nat' && passes(way, director.name)) continue
    for (const name of way.hosts.slice(1)) {
      const host = cluster.hosts.get(name)
      if (host === undefined || host.drawn.drops.length === 0) continue
      const path = name === client.name ? refusalPath(host, packet) : passageRefusalPath(host, packet)
      // What the director refuses itself as well is FW-SERVICE's.
      if (path === undefined || (host === director && refusalPath(director, packet) === path)) continue
      note(host, path, packet, service.name, 'replies')
    }
  }
}

/** What a director sends over routers; DR sends nothing there (DR-L2). */
function handedOn(delivery: Delivery): readonly Arriving[] {
  const { mode, service, realServer, port } = delivery
  switch (mode) {
    case 'nat':
      return [{ protocol: service.drawn.protocol, port: realServer.port ?? port }]
    case 'tun':
      return outerPackets(delivery)
    case 'dr':
      return []
  }
}

function saying({ protocol, port }: Arriving): string {
  return `${protocol ?? say`everything`}${port === undefined || port === 0 ? '' : say` port ${port}`}`
}
