import type { Rule } from '../rule.js'
import { arpCheck } from './dr-arp.js'

export const tunArp: Rule = {
  code: 'TUN-ARP',
  severity: 'error',
  title: 'A real server of a TUN service answers ARP for the VIP',
  why: 'On a segment where the VIP is resolved by ARP, clients may reach this real server directly: past the director, unbalanced and unseen.',
  kernel:
    'The VIP is on the tunnel device, but with arp_ignore=0 Linux answers ARP for every address it has on whatever ' +
    'interface (arp.c, arp_process and arp_ignore). Real servers elsewhere are not affected.',
  mend: 'Lift the pin: net.ipv4.conf.all.arp_ignore=1 is derived, and is set before the VIP is added.',
  source: 'net/ipv4/arp.c, include/linux/inetdevice.h (Linux 6.1)',
  explains: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
  check: arpCheck('tun'),
}
