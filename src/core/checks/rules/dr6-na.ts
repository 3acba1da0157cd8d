import { toSay } from '../../speech/say.js'
import type { Rule } from '../rule.js'
import { vipOnInterfaceCheck } from './dr-arp-eth.js'

export const dr6Advertisement: Rule = {
  code: 'DR6-NA',
  severity: 'error',
  title: 'The IPv6 VIP is on a network interface of a real server',
  why: 'The real server sends neighbour advertisements for the VIP, and clients reach it past the director; with duplicate address detection the address may fail altogether ("dadfailed").',
  kernel:
    'Neighbour discovery answers for addresses of the receiving device only (ndisc.c, ndisc_recv_ns). So a VIP on lo ' +
    'needs no sysctl, and a VIP on the network interface cannot be kept quiet.',
  mend: 'Take the VIP off the interface: a deployment puts it on lo (DR) or the tunnel device (TUN).',
  source: 'net/ipv6/ndisc.c (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: vipOnInterfaceCheck(6, toSay`it advertises itself as the owner`),
}
