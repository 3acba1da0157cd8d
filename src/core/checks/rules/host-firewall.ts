import { say } from '../../speech/say.js'
import { stoppedByRules } from '../firewall-found.js'
import { atHost } from '../found.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const hostFirewall: Rule = {
  code: 'HOST-FIREWALL',
  severity: 'error',
  title: 'The firewall of a host drops requests or replies of a service',
  why: 'Clients wait and get nothing, or are refused; nothing but the counters of that firewall shows it.',
  kernel:
    'What is for a host passes prerouting and input before IPVS, tunnels and programs get it, and what is passed on passes ' +
    'forward (ip_input.c, ip_forward.c, NF_HOOK). A drop in any chain of a hook is final (nf_tables_core.c, nft_do_chain).',
  mend: 'Accept what the service needs in the chain named: on a director requests in input, replies of NAT in forward; on a real server requests or the tunnel’s packets in input; on routers both.',
  source: 'net/netfilter/nf_tables_core.c, net/ipv4/ip_input.c, net/ipv4/ip_forward.c (Linux 6.1); nft(8)',
  needs: 'observed',
  explains: ['FIREWALL_DROP'],
  mayExplain: ['MTU_BLACKHOLE'],
  check: (cluster, report) => {
    for (const { host, reason, services } of stoppedByRules(cluster).filter(({ isKnown }) => isKnown)) {
      report(atHost(host), say`on the way of ${quoted(services)} ${reason}`)
    }
  },
}
