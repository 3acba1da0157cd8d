import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { canBeVip } from '../structure.js'
import { drawnVips } from '../vip-addresses.js'

export const vipRoute: Rule = {
  code: 'VIP-ROUTE',
  severity: 'information',
  title: 'The VIP is in no subnet of the director',
  why: 'Nobody finds it by ARP, which is a good pattern as long as the routers send it to the director.',
  kernel:
    'The VIP is put on the director’s lo, where IPVS takes it as local (ip_vs_core.c, LOCAL_IN). On real servers of ' +
    'DR and TUN it needs no ARP sysctl on such a network.',
  mend: 'See to it that the routers have a route for the VIP to the director.',
  source: 'net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: [],
  check: (cluster, report) => {
    const drawn = new Set(drawnVips(cluster).map(({ drawn: { address } }) => address))
    for (const { name, path, drawn: service, director, vipInterface } of cluster.services) {
      const { vip } = service
      if (director === undefined || vip === undefined || vipInterface !== 'lo') continue
      if (drawn.has(vip) || !canBeVip(vip)) continue
      report(
        valueAt(below(path, 'vip')),
        say`the VIP ${vip} of "${name}" is in no subnet of ${director}, so it lives on its lo and routers must send it there`,
      )
    }
  },
}
