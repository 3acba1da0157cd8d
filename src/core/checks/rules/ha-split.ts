import { say } from '../../speech/say.js'
import { atInterface, onNetworks } from '../found.js'
import type { Rule } from '../rule.js'
import { servicesByVip } from '../vip-addresses.js'
import { quoted } from '../wording.js'

export const splitPair: Rule = {
  code: 'HA-SPLIT',
  severity: 'error',
  title: 'Both directors of a pair have the VIP',
  why: 'Clients get now the one, now the other, whoever answered ARP last, and connections break whenever that changes.',
  kernel:
    'Each director has announced the VIP and answers ARP for it (arp.c, arp_process). It comes of directors that do not ' +
    'hear each other’s VRRP advertisements: both believe to be alone (RFC 9568, section 6.4).',
  mend: 'Let the directors hear each other: IP protocol 112 between them, the same VRRP identifier, version and secret. A VIP given by hand to one of them must go.',
  source: 'RFC 9568; net/ipv4/arp.c (Linux 6.1)',
  needs: 'observed',
  explains: ['ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    for (const [vip, services] of servicesByVip(cluster)) {
      for (const pair of new Set(services.map(({ drawn }) => drawn.directors.join(' ')))) {
        const having = pair.split(' ').flatMap((name) => {
          const host = cluster.hosts.get(name)
          const [where] = host?.observed === undefined ? [] : onNetworks(host, vip)
          return host === undefined || where === undefined ? [] : [{ host, where }]
        })
        const [first, second] = having
        if (first === undefined || second === undefined) continue
        report(
          atInterface(second.host, second.where.name),
          say`both ${first.host.name} (${first.where.name}) and ${second.host.name} (${second.where.name}) have ${vip}, the VIP of ${quoted(services.map(({ name }) => name))}`,
        )
      }
    }
  },
}
