import { ANY_INTEGER, amount, toggle, words } from './sysctl-entry.js'
import type { SysctlEntry, SysctlJoin } from './sysctl-entry.js'

/** A setting below `net.ipv4.conf.IF` or `net.ipv6.conf.IF`, by its last word. */
export type ConfEntry = Omit<SysctlEntry, 'pattern' | 'join' | 'default'> & {
  readonly join: SysctlJoin
  readonly default: string
}

const ARP = 'net/ipv4/arp.c, include/linux/inetdevice.h (Linux 6.1)'
const FIB = 'net/ipv4/fib_frontend.c, include/linux/inetdevice.h (Linux 6.1)'
const IP_SYSCTL = 'Documentation/networking/ip-sysctl.rst, include/linux/inetdevice.h (Linux 6.1)'
const ADDRCONF = 'Documentation/networking/ip-sysctl.rst, net/ipv6/addrconf.c (Linux 6.1)'

export const IPV4_CONF = {
  rp_filter: {
    meaning: 'Whether the source address of a packet that comes in is held against the routes back to it.',
    default: '0',
    join: 'max',
    ...words({
      '0': 'No check.',
      '1': 'Strict: dropped unless the route back leaves by the interface the packet came in by (RFC 3704).',
      '2': 'Loose: dropped unless the source can be reached by some interface.',
    }),
    source: FIB,
  },
  arp_ignore: {
    meaning:
      'Which requests for the host’s own addresses ARP answers. A real server in DR must be silent on its VIP.',
    default: '0',
    join: 'max',
    ...words({
      '0': 'Answers for every address of the host, whatever interface has it.',
      '1': 'Answers only for addresses of the interface that is asked: right for a VIP on lo.',
      '2': 'As 1, and only when the one who asks is in the same subnet.',
      '3': 'Does not answer for addresses of scope host; still does for a VIP of scope global.',
      '8': 'Answers nothing, not even for the real server’s own address.',
    }),
    source: ARP,
  },
  arp_announce: {
    meaning:
      'Which address ARP gives as the sender of its own requests. With the VIP as sender, neighbours take a real server for the director.',
    default: '0',
    join: 'max',
    ...words({
      '0': 'Any address of the host, the VIP too.',
      '1': 'Avoids addresses that are not in the target’s subnet on this interface.',
      '2': 'Always the best address of the interface for the target, never a VIP on lo.',
    }),
    source: ARP,
  },
  arp_filter: {
    meaning:
      'Whether ARP answers only where the route back to the one who asks leaves by the same interface.',
    default: '0',
    join: 'or',
    ...toggle('Every interface may answer.', 'Only the interface that the route back leaves by answers.'),
    source: ARP,
  },
  arp_accept: {
    meaning: 'Whether gratuitous ARP makes an entry for a neighbour that has none.',
    default: '0',
    join: 'max',
    ...words({
      '0': 'Only changes entries that are there.',
      '1': 'Makes new entries.',
      '2': 'Makes new entries for neighbours in the subnet of the interface.',
    }),
    source: ARP,
  },
  arp_notify: {
    meaning: 'Whether the interface announces its addresses when it comes up or its MAC address changes.',
    default: '0',
    join: 'max',
    ...toggle('Says nothing.', 'Sends gratuitous ARP.'),
    source: ARP,
  },
  send_redirects: {
    meaning:
      'Whether a host that forwards tells others of a shorter way. A NAT director with one interface must not: real servers would answer clients directly.',
    default: '1',
    join: 'or',
    ...toggle('No redirects.', 'Sends ICMP redirects.'),
    source: 'net/ipv4/route.c, include/linux/inetdevice.h (Linux 6.1)',
  },
  accept_redirects: {
    meaning: 'Whether ICMP redirects of routers change this host’s routes.',
    default: '1',
    join: 'by-forwarding',
    ...toggle('Redirects are ignored.', 'Redirects are followed.'),
    source: IP_SYSCTL,
  },
  secure_redirects: {
    meaning: 'Whether ICMP redirects are taken only when they lead to a gateway that is already known.',
    default: '1',
    join: 'or',
    ...toggle('To any gateway.', 'Only to known gateways.'),
    source: IP_SYSCTL,
  },
  shared_media: {
    meaning: 'Whether several subnets are on one segment, so that redirects between them make sense.',
    default: '1',
    join: 'or',
    ...toggle('One subnet a segment.', 'Several subnets may share it.'),
    source: IP_SYSCTL,
  },
  accept_local: {
    meaning:
      'Whether packets from outside may have one of the host’s own addresses as source, as replies of DR real servers whose gateway is the director do.',
    default: '0',
    join: 'or',
    ...toggle('Dropped as martian.', 'Taken.'),
    source: FIB,
  },
  accept_source_route: {
    meaning: 'Whether packets with a source route of their own are taken.',
    default: '0',
    join: 'and',
    ...toggle('Dropped.', 'Taken.'),
    source: IP_SYSCTL,
  },
  proxy_arp: {
    meaning:
      'Whether the host answers ARP for others that it has a route to. On the VIP’s segment it then answers for the VIP.',
    default: '0',
    join: 'or',
    ...toggle('Answers for itself.', 'Answers for others too.'),
    source: ARP,
  },
  proxy_arp_pvlan: {
    meaning: 'Whether proxy ARP answers out of the interface the request came in by (private VLANs).',
    default: '0',
    join: 'or',
    ...toggle('No.', 'Yes.'),
    source: ARP,
  },
  route_localnet: {
    meaning: 'Whether 127.0.0.0/8 may be routed instead of being dropped as martian.',
    default: '0',
    join: 'or',
    ...toggle('Dropped.', 'Routed.'),
    source: FIB,
  },
  src_valid_mark: {
    meaning: 'Whether the route back that rp_filter looks for is looked up with the packet’s firewall mark.',
    default: '0',
    join: 'or',
    ...toggle('Without the mark.', 'With the mark.'),
    source: FIB,
  },
  log_martians: {
    meaning:
      'Whether packets with impossible addresses are logged: the trace of a missing route or of strict rp_filter.',
    default: '0',
    join: 'or',
    ...toggle('Dropped silently.', 'Logged.'),
    source: FIB,
  },
  promote_secondaries: {
    meaning:
      'What becomes of the secondary addresses of an interface when the first of their subnet is removed.',
    default: '0',
    join: 'or',
    ...toggle('They go too, VIPs of the same subnet among them.', 'The next becomes the first.'),
    source: 'net/ipv4/devinet.c, include/linux/inetdevice.h (Linux 6.1)',
  },
  forwarding: {
    meaning:
      'Whether packets that come in by this interface are forwarded. Replies of NAT real servers are. Writing that of all, or net.ipv4.ip_forward, sets every interface.',
    default: '0',
    join: 'interface',
    ...toggle('Not forwarded.', 'Forwarded.'),
    source: 'net/ipv4/devinet.c inet_forward_change (Linux 6.1)',
  },
  bc_forwarding: {
    meaning: 'Whether directed broadcasts are forwarded.',
    default: '0',
    join: 'and',
    ...toggle('Not forwarded.', 'Forwarded.'),
    source: IP_SYSCTL,
  },
  arp_evict_nocarrier: {
    meaning: 'Whether the neighbours of an interface are forgotten when it loses its carrier.',
    default: '1',
    join: 'and',
    since: '5.16',
    ...toggle('Kept.', 'Forgotten.'),
    source: ARP,
  },
} as const satisfies Readonly<Record<string, ConfEntry>>

export const IPV6_CONF = {
  forwarding: {
    meaning:
      'Whether the host forwards IPv6: that of all decides for every interface, and router advertisements are then ignored unless accept_ra is 2.',
    default: '0',
    join: 'all',
    ...toggle('Not forwarded.', 'Forwarded.'),
    source: 'net/ipv6/ip6_output.c ip6_forward (Linux 6.1)',
  },
  accept_ra: {
    meaning: 'Whether router advertisements bring addresses and a default route.',
    default: '1',
    join: 'interface',
    ...words({
      '0': 'Ignored.',
      '1': 'Taken unless the host forwards.',
      '2': 'Taken even when the host forwards, as a NAT director does.',
    }),
    source: ADDRCONF,
  },
  accept_redirects: {
    meaning: 'Whether ICMPv6 redirects of routers change this host’s routes.',
    default: '1',
    join: 'interface',
    ...toggle('Redirects are ignored.', 'Redirects are followed.'),
    source: ADDRCONF,
  },
  accept_dad: {
    meaning:
      'Duplicate address detection. A VIP on several hosts loses it, and stays silent, unless it is on lo or added with nodad.',
    default: '1',
    join: 'max',
    ...words({
      '0': 'Off.',
      '1': 'On.',
      '2': 'On, and IPv6 is switched off where the link-local address is a duplicate.',
    }),
    source: ADDRCONF,
  },
  proxy_ndp: {
    meaning: 'Whether the host answers neighbour solicitations for others it was told of.',
    default: '0',
    join: 'or',
    ...toggle('Answers for itself.', 'Answers for others too.'),
    source: 'net/ipv6/ndisc.c (Linux 6.1)',
  },
  disable_ipv6: {
    meaning: 'Whether the interface has no IPv6 at all. Writing that of all sets every interface.',
    default: '0',
    join: 'interface',
    ...toggle('IPv6 is on.', 'IPv6 is off.'),
    source: ADDRCONF,
  },
  hop_limit: {
    meaning: 'The hop limit of packets the host sends.',
    default: '64',
    join: 'interface',
    ...amount('hops', ANY_INTEGER),
    source: ADDRCONF,
  },
} as const satisfies Readonly<Record<string, ConfEntry>>
