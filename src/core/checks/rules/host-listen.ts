import { say } from '../../speech/say.js'
import { hears, hearsPort } from '../../hosts/listens.js'
import type { Target } from '../../hosts/listens.js'
import { hasAddress } from '../../hosts/observed-cluster.js'
import type { Listen } from '../../topology/types.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { targetText } from '../listening.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const hostListens: Rule = {
  code: 'HOST-LISTEN',
  severity: 'error',
  title: 'Nothing listens on a real server where requests arrive',
  why: 'Clients that are given this real server get "Connection refused"; a health check of another address or port may still pass.',
  kernel:
    'No socket matches the address and port of the request (inet_hashtables.c, __inet_lookup_listener), so TCP answers ' +
    'with a reset and UDP with ICMP port unreachable. With DR and TUN the request still has the VIP as destination.',
  mend: 'Start the daemon, or let it listen on every address (or, for DR and TUN, on the VIP) at the port named.',
  source: 'net/ipv4/inet_hashtables.c, net/ipv4/tcp_ipv4.c (Linux 6.1)',
  needs: 'observed',
  explains: ['NOT_LISTENING'],
  check: (cluster, report) => {
    const deaf = new Map<string, { delivery: Delivery; target: Target; services: string[] }>()
    for (const delivery of deliveries(cluster)) {
      const { host, service } = delivery
      const listens = host.observed?.listens
      const target = targetOf(delivery)
      // Sockets of SCTP are not looked at, nor is any port asked for where all are.
      if (listens === undefined || target.protocol === 'sctp' || target.port === 0) continue
      // Who listens on every IPv6 address hears of one the host does not have yet as soon as it has it.
      if (!hasAddress(host, target.address)) continue
      if (listens.some((listen) => hears(listen, target))) continue
      const key = `${host.name} ${targetText(target)}`
      const known = deaf.get(key)
      if (known === undefined) deaf.set(key, { delivery, target, services: [service.name] })
      else known.services.push(service.name)
    }
    for (const { delivery, target, services } of deaf.values()) {
      const { host } = delivery
      const near = (host.observed?.listens ?? []).filter((listen) => hearsPort(listen, target))
      const instead = near.length === 0 ? '' : say`; at this port there is only ${listed(near.map(place))}`
      report(
        atHost(host),
        say`requests of ${quoted(services)} reach ${host.name} for ${targetText(target)}, and nothing listens there${instead}`,
      )
    }
  },
}

function targetOf({ mode, vip, rip, port, service, realServer }: Delivery): Target {
  const { protocol } = service.drawn
  return mode === 'nat'
    ? { address: rip, port: port === 0 ? 0 : (realServer.port ?? port), protocol }
    : { address: vip, port, protocol }
}

function place({ address }: Listen): string {
  return address ?? say`every address`
}
