import { toSay } from '../../speech/say.js'
import type { Rule } from '../rule.js'
import { portCheck } from './dr-port.js'

export const tunPort: Rule = {
  code: 'TUN-PORT',
  severity: 'error',
  title: 'A real server of a TUN service has another port than the VIP',
  why: 'The port in the file is not used: requests arrive at the VIP’s port, and where nothing listens there clients get "Connection refused".',
  kernel:
    'ip_vs_tunnel_xmit (ip_vs_xmit.c) puts the packet into an outer one and leaves the inner one as it is. ipvsadm ' +
    'silently replaces the port by the VIP’s.',
  mend: 'Give the real server the VIP’s port and let the daemon listen there; only NAT can change ports.',
  source: 'net/netfilter/ipvs/ip_vs_xmit.c (Linux 6.1); ipvsadm.c process_options',
  explains: ['NOT_LISTENING'],
  check: portCheck('tun', toSay`a tunnel carries the packet unchanged`),
}
