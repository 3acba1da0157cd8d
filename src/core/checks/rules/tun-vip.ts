import { toSay } from '../../speech/say.js'
import type { Rule } from '../rule.js'
import { missingVipCheck } from './dr-vip-missing.js'

export const tunVip: Rule = {
  code: 'TUN-VIP',
  severity: 'error',
  title: 'A real server of a TUN service does not have the VIP',
  why: 'Clients that are given this real server wait until they give up: the tunnel is unpacked, and what was in it is dropped.',
  kernel:
    'The unpacked request is routed again as if it had just arrived (ip_tunnel.c, ip_tunnel_rcv), and its destination, ' +
    'the VIP, is no address of the host (route.c, ip_route_input_slow).',
  mend: 'Give the real server the VIP on the tunnel device, as /32 (IPv6: /128): "lvs-designer apply" does.',
  source: 'net/ipv4/ip_tunnel.c, net/ipv4/route.c (Linux 6.1)',
  needs: 'observed',
  explains: ['VIP_NOT_ON_REAL_SERVER'],
  check: missingVipCheck('tun', toSay`on the tunnel device`),
}
