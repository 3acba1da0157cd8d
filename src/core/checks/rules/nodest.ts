import { say } from '../../speech/say.js'
import { EXPIRE_NODEST } from '../../hosts/sysctl.js'
import { switchedOff, liftPins } from '../pins.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const noDestination: Rule = {
  code: 'NODEST',
  severity: 'warning',
  title: 'Connections to a real server that was taken out hang',
  why: 'When a health check takes a real server out, its clients are not told: what they send is dropped, and they wait up to 15 minutes for an answer before they try again.',
  kernel:
    'A connection outlives its destination. ip_vs_in_hook (ip_vs_core.c) drops its packets, unless ' +
    'net.ipv4.vs.expire_nodest_conn=1: then the connection is expired, and the client gets a reset.',
  mend: 'Lift the pin: 1 is derived for services with health checks.',
  source: 'net/netfilter/ipvs/ip_vs_core.c; Documentation/networking/ipvs-sysctl.rst',
  explains: [],
  check: (cluster, report) => {
    for (const { host, place, pins, services } of switchedOff(cluster, EXPIRE_NODEST)) {
      report(
        place,
        say`when a health check of ${quoted(services)} takes a real server out, its open connections hang, because ${host.name} does not expire them`,
        liftPins(pins),
      )
    }
  },
}
