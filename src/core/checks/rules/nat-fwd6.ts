import type { Rule } from '../rule.js'
import { forwardingCheck } from './nat-fwd.js'

export const natForwarding6: Rule = {
  code: 'NAT-FWD6',
  severity: 'error',
  title: 'The director of an IPv6 NAT service does not forward packets',
  why: 'Requests reach the real servers, but every reply dies on the director, and clients wait until they give up.',
  kernel:
    'As in IPv4, replies are forwarded packets: net/ipv6/ip6_output.c (ip6_forward) drops them where forwarding is ' +
    'off, before ip_vs_out_hook gives them the VIP as source. net.ipv4.ip_forward says nothing about IPv6.',
  mend:
    'Lift the pin: net.ipv6.conf.all.forwarding=1 is derived. A host that takes its own address from router ' +
    'advertisements then also needs accept_ra=2.',
  source: 'net/ipv6/ip6_output.c, net/netfilter/ipvs/ip_vs_core.c (Linux 6.1)',
  explains: ['FORWARDING_OFF'],
  check: forwardingCheck(6),
}
