import { say } from '../../speech/say.js'
import type { IpAddress } from '../../topology/address.js'
import type { HostModel } from '../../hosts/cluster.js'
import { hasAddress } from '../../hosts/observed-cluster.js'
import { deliveries } from '../deliveries.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const tunSource: Rule = {
  code: 'TUN-SRC',
  severity: 'error',
  title: 'The director sends tunnels from an address the real server has too',
  why: 'The real server takes the tunnel’s packets for forged and drops them; clients wait until they give up.',
  kernel:
    'The outer source is what the route to the RIP names (ip_vs_xmit.c, __ip_vs_get_out_rt). A source that is local to ' +
    'the receiver is a martian in IPv4 (fib_frontend.c, fib_validate_source); ip6_tnl refuses it as "remote is local" ' +
    '(ip6_tunnel.c, ip6_tnl_rcv_ctl).',
  mend: 'Let the DIP be the first address of its interface and the VIP a /32 beside it, or name the DIP as "src" of the route; IPv6: give the VIP preferred_lft 0.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c, net/ipv4/fib_frontend.c, net/ipv6/ip6_tunnel.c (Linux 6.1)',
  needs: 'observed',
  explains: ['MARTIAN_SOURCE', 'TUNNEL_NOT_SUPPORTED'],
  check: (cluster, report) => {
    const found = new Map<string, Refused>()
    for (const { mode, local, host, director, rip, service } of deliveries(cluster)) {
      if (mode !== 'tun' || local) continue
      const source = director.observed?.ways.get(rip)?.source
      if (source === undefined || !hasAddress(host, source)) continue
      const key = `${director.name} ${source}`
      const known = found.get(key) ?? { director, source, hosts: new Set(), services: new Set() }
      found.set(key, known)
      known.hosts.add(host.name)
      known.services.add(service.name)
    }
    for (const { director, source, hosts, services } of found.values()) {
      report(
        atHost(director),
        say`${director.name} sends the tunnels of ${quoted(services)} to ${listed(hosts)} from ${source}, which ${hosts.size === 1 ? 'has' : 'have'} that address too and ${hosts.size === 1 ? 'drops' : 'drop'} them`,
      )
    }
  },
}

interface Refused {
  readonly director: HostModel
  readonly source: IpAddress
  readonly hosts: Set<string>
  readonly services: Set<string>
}
