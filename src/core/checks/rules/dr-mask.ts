import { say } from '../../speech/say.js'
import { addressBits, familyOf } from '../../topology/address.js'
import type { HostModel } from '../../hosts/cluster.js'
import { placesOf } from '../../hosts/observed-cluster.js'
import { deliveries } from '../deliveries.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const drMask: Rule = {
  code: 'DR-MASK',
  severity: 'error',
  title: 'A real server has the VIP with the prefix of its subnet',
  why: 'The real server cannot reach its neighbours any more: clients, gateways and directors in that subnet get no answers, while others are served.',
  kernel:
    'An address on lo makes its whole IPv4 prefix local (fib_frontend.c, fib_add_ifaddr: RTN_LOCAL on a loopback device), ' +
    'and on another device the prefix is a route out of that device.',
  mend: 'Give the VIP as /32 (IPv6: /128), which is the one address and no subnet.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1)',
  needs: 'observed',
  explains: ['REPLY_SKIPS_DIRECTOR', 'NEIGHBOUR_UNREACHABLE', 'NO_ROUTE'],
  check: (cluster, report) => {
    const wide = new Map<string, { host: HostModel; message: string; services: Set<string> }>()
    for (const { host, vip, mode, local, service } of deliveries(cluster)) {
      if (mode === 'nat' || local || host.observed === undefined) continue
      for (const { interface: where, prefix } of placesOf(host.state, vip)) {
        // On a network it is in the wrong place altogether (DR-ARP-ETH, DR6-NA).
        if (where.network !== undefined || prefix === addressBits(familyOf(vip))) continue
        const local4 = where.name === 'lo' && familyOf(vip) === 4
        const key = `${host.name} ${where.name} ${vip}`
        const known = wide.get(key) ?? {
          host,
          message: say`${host.name} has the VIP ${vip} with /${prefix} on ${where.name}, which ${local4 ? say`makes that whole subnet its own` : say`sends what is for that subnet to ${where.name}`}; it must be /${addressBits(familyOf(vip))}`,
          services: new Set<string>(),
        }
        wide.set(key, known)
        known.services.add(service.name)
      }
    }
    for (const { host, message, services } of wide.values()) {
      report(atHost(host), `${message} (${quoted(services)})`)
    }
  },
}
