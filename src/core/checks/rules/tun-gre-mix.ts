import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { keyAt } from '../places.js'
import type { Rule } from '../rule.js'

export const tunGreMix: Rule = {
  code: 'TUN-GRE-MIX',
  severity: 'error',
  title: 'A real server gets GRE with and without a checksum at one address',
  why: 'The requests of the services without the checksum vanish on this real server; clients wait until they give up.',
  kernel:
    'The GRE device for an address is found by addresses and key alone, before anything is known of checksums, and drops ' +
    'every packet that has not what it was made for: with icsum those without a checksum, without icsum those with one ' +
    '(ip_tunnel.c, ip_tunnel_lookup and ip_tunnel_rcv; ip6_gre.c).',
  mend: 'Give all GRE tunnels to this address the same checksum, or reach the real server at another address for some.',
  source: 'net/ipv4/ip_tunnel.c, net/ipv6/ip6_gre.c (Linux 6.1)',
  explains: ['TUNNEL_NOT_SUPPORTED'],
  check: (cluster, report) => {
    const byAddress = new Map<string, Delivery[]>()
    for (const delivery of deliveries(cluster)) {
      const { mode, local, realServer, host, rip } = delivery
      if (mode !== 'tun' || local || realServer.tunnel.type !== 'gre') continue
      const key = `${host.name} ${rip}`
      const known = byAddress.get(key)
      if (known === undefined) byAddress.set(key, [delivery])
      else known.push(delivery)
    }
    for (const ofAddress of byAddress.values()) {
      const withChecksum = ofAddress.find(({ realServer }) => realServer.tunnel.checksum === 'csum')
      if (withChecksum === undefined) continue
      for (const { service, realServer, host, rip } of ofAddress) {
        if (realServer.tunnel.checksum !== 'none') continue
        const own = realServer.drawn.tunnel === undefined ? service.path : realServer.path
        report(
          keyAt(realServer.path),
          say`${host.name} gets GRE without a checksum at ${rip} for "${service.name}", and with one for "${withChecksum.service.name}"; one device cannot take both`,
          [
            {
              title: say`Let the tunnel of ${realServer.drawn.tunnel === undefined ? `"${service.name}"` : say`${realServer.name} of "${service.name}"`} have a checksum too`,
              edits: [{ kind: 'set', path: below(own, 'tunnel', 'checksum'), value: 'csum' }],
            },
          ],
        )
      }
    }
  },
}
