/** The options of ipvsadm 1.31 (ipvsadm.c `options_table`). */

export interface IpvsadmOption {
  /** Without its dashes; the short one where it has one. */
  readonly name: string
  readonly long: string
  readonly takes: 'nothing' | 'value' | 'number-if-any' | 'three'
  /** What it takes, as the manual writes it; of closed sets the words. */
  readonly argument: string
  readonly meaning: string
  readonly command: boolean
}

function option(
  short: string,
  long: string,
  takes: IpvsadmOption['takes'],
  argument: string,
  meaning: string,
  command = false,
): IpvsadmOption {
  return { name: short === '' ? long : short, long, takes, argument, meaning, command }
}

export const IPVSADM_OPTIONS: readonly IpvsadmOption[] = [
  option('A', 'add-service', 'nothing', '', 'Adds a virtual service.', true),
  option(
    'E',
    'edit-service',
    'nothing',
    '',
    'Changes the scheduler or persistence of a virtual service.',
    true,
  ),
  option('D', 'delete-service', 'nothing', '', 'Takes a virtual service out, with its real servers.', true),
  option('C', 'clear', 'nothing', '', 'Empties the table.', true),
  option('L', 'list', 'nothing', '', 'Lists the table; with -l too.', true),
  option('Z', 'zero', 'nothing', '', 'Sets the counters of a service, or of all, to zero.', true),
  option('a', 'add-server', 'nothing', '', 'Adds a real server to a virtual service.', true),
  option(
    'e',
    'edit-server',
    'nothing',
    '',
    'Changes the method, weight or limits of a real server. What is not given becomes the default: the method too.',
    true,
  ),
  option(
    'd',
    'delete-server',
    'nothing',
    '',
    'Takes a real server out of a virtual service; its connections end.',
    true,
  ),
  option(
    'R',
    'restore',
    'nothing',
    '',
    'Reads rules from standard input and carries them out one by one, on top of what is there.',
    true,
  ),
  option(
    'S',
    'save',
    'nothing',
    '',
    'Writes the table as rules that -R reads; with -n, without looking up names.',
    true,
  ),
  option('h', 'help', 'nothing', '', 'Tells the options.', true),
  option('v', 'version', 'nothing', '', 'Tells the version.', true),
  option(
    '',
    'set',
    'three',
    'TCP TCPFIN UDP',
    'Seconds until idle connections of TCP, those of TCP after a FIN, and those of UDP are forgotten; 0 leaves one as it is.',
    true,
  ),
  option(
    '',
    'start-daemon',
    'value',
    'master|backup',
    'Starts the daemon that sends connections to the other director, or takes them from it.',
    true,
  ),
  option('', 'stop-daemon', 'value', 'master|backup', 'Stops that daemon.', true),
  option(
    't',
    'tcp-service',
    'value',
    'ADDRESS:PORT',
    'A service of TCP, by its VIP and port; IPv6 in brackets.',
  ),
  option(
    'u',
    'udp-service',
    'value',
    'ADDRESS:PORT',
    'A service of UDP, by its VIP and port; IPv6 in brackets.',
  ),
  option(
    '',
    'sctp-service',
    'value',
    'ADDRESS:PORT',
    'A service of SCTP, by its VIP and port; IPv6 in brackets.',
  ),
  option(
    'f',
    'fwmark-service',
    'value',
    'MARK',
    'A service for packets with a firewall mark; of IPv6 with -6.',
  ),
  option('s', 'scheduler', 'value', 'SCHEDULER', 'Whom a new connection goes to; wlc if absent.'),
  option(
    'p',
    'persistent',
    'number-if-any',
    '[SECONDS]',
    'For so many seconds a client stays with its real server; 300 without a number.',
  ),
  option(
    'M',
    'netmask',
    'value',
    'MASK',
    'Which clients persistence takes for one: a dotted mask for IPv4, a prefix length for IPv6.',
  ),
  option('', 'pe', 'value', 'sip', 'What persistence goes by; sip is the only engine of the kernel.'),
  option(
    'b',
    'sched-flags',
    'value',
    'FLAG[,FLAG]',
    'Flags of the scheduler: sh-fallback and sh-port, mh-fallback and mh-port, or flag-1 to flag-3.',
  ),
  option(
    'o',
    'ops',
    'nothing',
    '',
    'One-packet scheduling: every datagram is scheduled by itself. UDP only.',
  ),
  option(
    'r',
    'real-server',
    'value',
    'ADDRESS[:PORT]',
    'The real server; without a port it has that of the service, which only -m can change.',
  ),
  option(
    'm',
    'masquerading',
    'nothing',
    '',
    'Packets are forwarded by NAT: replies must come back through the director.',
  ),
  option('i', 'ipip', 'nothing', '', 'Packets are forwarded through a tunnel.'),
  option(
    'g',
    'gatewaying',
    'nothing',
    '',
    'Packets are forwarded by direct routing, which is what holds if no method is given.',
  ),
  option(
    'w',
    'weight',
    'value',
    'WEIGHT',
    'Its share of the connections, from 0 to 65535; 1 if absent, 0 takes no new ones.',
  ),
  option(
    'x',
    'u-threshold',
    'value',
    'CONNECTIONS',
    'Connections above which it takes no new ones; 0 is no limit.',
  ),
  option(
    'y',
    'l-threshold',
    'value',
    'CONNECTIONS',
    'Connections below which it takes new ones again; three quarters of the upper threshold if absent.',
  ),
  option('6', 'ipv6', 'nothing', '', 'A service by firewall mark is one of IPv6.'),
  option('', 'tun-type', 'value', 'ipip|gue|gre', 'What packets are wrapped in; ipip if absent.'),
  option('', 'tun-port', 'value', 'PORT', 'The port of GUE.'),
  option('', 'tun-nocsum', 'nothing', '', 'GUE and GRE without a checksum.'),
  option('', 'tun-csum', 'nothing', '', 'GUE and GRE with a checksum.'),
  option('', 'tun-remcsum', 'nothing', '', 'GUE with remote checksum offload.'),
  option(
    '',
    'mcast-interface',
    'value',
    'INTERFACE',
    'The interface connections are sent from, or taken at.',
  ),
  option(
    '',
    'syncid',
    'value',
    'NUMBER',
    'What both daemons call their pair, from 0 to 255; others are not heard.',
  ),
  option('', 'sync-maxlen', 'value', 'BYTES', 'The longest packet of the daemon.'),
  option('', 'mcast-group', 'value', 'ADDRESS', 'The multicast group; 224.0.0.81 if absent.'),
  option('', 'mcast-port', 'value', 'PORT', 'The port of the daemon; 8848 if absent.'),
  option('', 'mcast-ttl', 'value', 'TTL', 'How many routers its packets may pass; 1 if absent.'),
  option('n', 'numeric', 'nothing', '', 'Addresses and ports as numbers.'),
  option('c', 'connection', 'nothing', '', 'Lists connections.'),
  option('X', 'exact', 'nothing', '', 'Numbers in full, not rounded to K and M.'),
  option('', 'stats', 'nothing', '', 'Lists what was counted since the start.'),
  option('', 'rate', 'nothing', '', 'Lists what is counted a second.'),
  option('', 'thresholds', 'nothing', '', 'Lists the limits of real servers.'),
  option('', 'persistent-conn', 'nothing', '', 'Lists persistent connections.'),
  option('', 'tun-info', 'nothing', '', 'Lists tunnels.'),
  option('', 'timeout', 'nothing', '', 'Lists the timeouts of connections.'),
  option('', 'daemon', 'nothing', '', 'Lists the daemons.'),
  option('', 'sort', 'nothing', '', 'Sorted, which is so anyway.'),
  option('', 'nosort', 'nothing', '', 'As the kernel has them, not sorted.'),
]

/** By each way to write it. */
export const OPTIONS: ReadonlyMap<string, IpvsadmOption> = new Map(
  IPVSADM_OPTIONS.flatMap((each) => {
    const ways = each.name === each.long ? [] : each.name === 'L' ? ['-L', '-l'] : [`-${each.name}`]
    return [`--${each.long}`, ...ways].map((way) => [way, each] as const)
  }),
)

const SERVICE = 't u sctp-service f 6'
const TUNNEL = 'tun-type tun-port tun-nocsum tun-csum tun-remcsum'

/** What may stand with each command (`commands_v_options`). */
export const ALLOWED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    A: `${SERVICE} s p M pe b o`,
    E: `${SERVICE} s p M pe b o`,
    D: SERVICE,
    C: '',
    a: `${SERVICE} r m i g w x y ${TUNNEL}`,
    e: `${SERVICE} r m i g w x y ${TUNNEL}`,
    d: `${SERVICE} r`,
    L: `${SERVICE} n c X stats rate thresholds persistent-conn tun-info timeout daemon sort nosort`,
    Z: SERVICE,
    R: '',
    S: 'n',
    h: '',
    v: '',
    set: '',
    'start-daemon': 'mcast-interface syncid sync-maxlen mcast-group mcast-port mcast-ttl',
    'stop-daemon': 'syncid',
  }).map(([command, options]) => [command, new Set(options.split(' '))]),
)
