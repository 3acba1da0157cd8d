import { say } from '../../speech/say.js'
import { refusalPath } from '../firewall.js'
import { pairedDirectors } from '../pairs.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** IP_VS_SYNC_PORT (ip_vs_sync.c), to the group 224.0.0.81. */
const SYNC_PORT = 8848

export const syncFirewall: Rule = {
  code: 'SYNC',
  severity: 'warning',
  title: 'A firewall keeps the connections of a pair from being kept in step',
  why: 'Everything looks well until the failover: then every open connection is reset or hangs, as if there were no sync.',
  kernel:
    'The master’s daemon sends connections by UDP to 224.0.0.81, port 8848 and those above it up to sync_ports, ' +
    'and the backup’s takes them from a socket behind the input chain (ip_vs_sync.c, make_receive_sock).',
  mend: 'Accept UDP port 8848 to 224.0.0.81 from the other director on both.',
  source: 'net/netfilter/ipvs/ip_vs_sync.c (Linux 6.1); ipvsadm(8)',
  explains: [],
  check: (cluster, report) => {
    if (cluster.topology.vrrp?.sync !== true) return
    for (const host of pairedDirectors(cluster)) {
      const path = refusalPath(host, { protocol: 'udp', port: SYNC_PORT })
      if (path === undefined) continue
      report(
        valueAt(path),
        say`the firewall of ${host.name} refuses UDP port ${SYNC_PORT}, by which it would learn the connections of the other director`,
        [takingOut(path, say`Let ${host.name} accept UDP port ${SYNC_PORT}`)],
      )
    }
  },
}
