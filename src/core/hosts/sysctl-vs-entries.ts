import { NOT_NEGATIVE, amount, between, toggle, wholeNumbers, words } from './sysctl-entry.js'
import type { SysctlEntry } from './sysctl-entry.js'

const SOURCE = 'net/netfilter/ipvs/ip_vs_ctl.c; Documentation/networking/ipvs-sysctl.rst (Linux 6.1)'
/** In the source, and not in the kernel's documentation. */
const UNDOCUMENTED = 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)'

/** proc_do_defense_mode */
const DEFENSE = words(
  {
    '0': 'Never.',
    '1': 'While memory is short (amemthresh); the kernel sets 2 when it begins.',
    '2': 'As 1: what the kernel writes while memory is short.',
    '3': 'Always.',
  },
  between(0, 3),
)

type VsEntry = Omit<SysctlEntry, 'pattern' | 'join' | 'module'>

const ENTRIES: Readonly<Record<string, VsEntry>> = {
  conntrack: {
    meaning:
      'Whether connections of IPVS are in conntrack too. A stateful firewall on the director, and MASQUERADE for full NAT, need it. Only with CONFIG_IP_VS_NFCT.',
    default: '0',
    ...toggle('Not in conntrack: cheaper.', 'In conntrack.'),
    source: SOURCE,
  },
  backup_only: {
    meaning:
      'Whether a host that runs the backup sync daemon leaves packets alone instead of scheduling them: ends the loop of two directors that are also real servers.',
    default: '0',
    ...toggle('Schedules in any case.', 'Does not schedule while the backup daemon runs.'),
    source: SOURCE,
  },
  expire_nodest_conn: {
    meaning: 'What becomes of packets of a connection whose real server was removed.',
    default: '0',
    ...toggle(
      'Dropped silently: clients hang until they give up.',
      'The connection ends at once, and the client is told.',
    ),
    source: SOURCE,
  },
  expire_quiescent_template: {
    meaning: 'Whether persistent clients leave a real server of weight 0, which is being drained.',
    default: '0',
    ...toggle('They go on to it.', 'They get another real server.'),
    source: SOURCE,
  },
  conn_reuse_mode: {
    meaning: 'What happens when a client uses a port again whose connection is still known.',
    default: '1',
    ...words({
      '0': 'It goes to the same real server as before, even to one that is gone.',
      '1': 'It is scheduled anew where that is safe.',
      '2': 'As 1, and for TCP already in FIN_WAIT, the last state seen in DR.',
    }),
    source: SOURCE,
  },
  pmtu_disc: {
    meaning:
      'Whether a packet too large for the way to a real server is refused with "fragmentation needed".',
    default: '1',
    ...toggle('Tunnelled packets are fragmented instead.', 'Refused, and the client is told the size.'),
    source: SOURCE,
  },
  ignore_tunneled: {
    meaning:
      'Whether packets of protocols IPVS does not know are never scheduled again: for a director that is also a tunnel’s end.',
    default: '0',
    ...toggle('No.', 'Yes.'),
    source: SOURCE,
  },
  snat_reroute: {
    meaning:
      'Whether a NAT reply is routed as if it came from the director, which matters with policy routing only.',
    default: '1',
    ...toggle('As a forwarded packet.', 'As a packet of the director’s own.'),
    source: SOURCE,
  },
  nat_icmp_send: {
    meaning: 'Whether a NAT real server is told that the connection it answers is not known.',
    default: '0',
    ...toggle('Says nothing.', 'Sends ICMP unreachable.'),
    source: SOURCE,
  },
  schedule_icmp: {
    meaning: 'Whether ICMP of connections that are not known is scheduled like a first packet.',
    default: '0',
    ...toggle('No.', 'Yes.'),
    source: UNDOCUMENTED,
  },
  sloppy_tcp: {
    meaning:
      'Whether any TCP packet, not only a SYN, may begin a connection: for anycast and failover without sync.',
    default: '0',
    ...toggle('Only a SYN.', 'Any packet.'),
    source: UNDOCUMENTED,
  },
  sloppy_sctp: {
    meaning: 'Whether any SCTP packet, not only an INIT, may begin an association.',
    default: '0',
    ...toggle('Only an INIT.', 'Any packet.'),
    source: UNDOCUMENTED,
  },
  cache_bypass: {
    meaning:
      'Whether a transparent cache cluster sends requests on to their own destination when no cache is left.',
    default: '0',
    ...toggle('No.', 'Yes.'),
    source: SOURCE,
  },
  run_estimation: {
    meaning: 'Whether the rates of services and real servers are counted.',
    default: '1',
    ...toggle('Not counted.', 'Counted.'),
    source: SOURCE,
  },
  drop_entry: {
    meaning: 'When half-open connections are dropped at random, against SYN floods.',
    default: '0',
    ...DEFENSE,
    source: SOURCE,
  },
  drop_packet: {
    meaning: 'When a part of the packets is dropped before it is forwarded.',
    default: '0',
    ...DEFENSE,
    source: SOURCE,
  },
  secure_tcp: {
    meaning: 'When a stricter table of TCP states is used, with shorter timeouts for half-open connections.',
    default: '0',
    ...DEFENSE,
    source: SOURCE,
  },
  amemthresh: {
    meaning: 'Memory below which the automatic defences begin.',
    default: '1024',
    ...amount('pages'),
    source: SOURCE,
  },
  am_droprate: {
    meaning: 'One packet in so many is dropped while drop_packet is 3.',
    default: '10',
    ...amount('packets'),
    source: SOURCE,
  },
  sync_version: {
    meaning: 'The version of the protocol the sync daemon sends.',
    default: '1',
    ...words({ '0': 'The original one, for old peers.', '1': 'The current one.' }, between(0, 1)),
    source: SOURCE,
  },
  sync_threshold: {
    meaning:
      'After how many packets a connection is told to the backup, and every how many it is told again.',
    default: '3 50',
    values: { kind: 'text', expected: 'two numbers such as 3 50' },
    // proc_do_sync_threshold
    limits: {
      expected: 'two whole numbers, the first below the second, or the second 0',
      holds: (value) => {
        const [first, second, ...more] = wholeNumbers(value) ?? []
        if (first === undefined || second === undefined || more.length > 0) return false
        return first >= 0 && second >= 0 && (first < second || second === 0)
      },
    },
    source: SOURCE,
  },
  sync_ports: {
    meaning: 'How many threads, each with a UDP port from 8848 on, the sync daemon uses; a power of two.',
    default: '1',
    values: { kind: 'number', unit: 'ports' },
    // proc_do_sync_ports
    limits: {
      expected: 'a power of two from 1 on',
      holds: (value) => {
        const [number, ...more] = wholeNumbers(value) ?? []
        return number !== undefined && more.length === 0 && number >= 1 && Number.isInteger(Math.log2(number))
      },
    },
    source: SOURCE,
  },
  sync_refresh_period: {
    meaning:
      'How much the timer of a connection must differ for it to be told to the backup again; 0: it is not looked at.',
    default: '0',
    ...amount('seconds'),
    source: SOURCE,
  },
  sync_retries: {
    meaning: 'How often a message to the backup is sent again, every eighth of sync_refresh_period.',
    default: '0',
    ...amount('times', between(0, 3)),
    source: SOURCE,
  },
  sync_persist_mode: {
    meaning: 'What is told to the backup of persistent services.',
    default: '0',
    ...words({
      '0': 'Every connection.',
      '1': 'Only the templates; backups then need sloppy_tcp and sloppy_sctp.',
    }),
    source: SOURCE,
  },
  sync_qlen_max: {
    meaning: 'How many messages to the backup may wait; the kernel takes one for 32 pages of memory.',
    default: undefined,
    ...amount('messages'),
    source: SOURCE,
  },
  sync_sock_size: {
    meaning: 'The buffer of the sync daemon’s socket; 0: the system’s.',
    default: '0',
    ...amount('bytes'),
    source: SOURCE,
  },
  debug_level: {
    meaning: 'How much IPVS logs. Only with CONFIG_IP_VS_DEBUG, which distributions leave out.',
    default: '0',
    ...amount('level', NOT_NEGATIVE),
    source: SOURCE,
  },
  est_cpulist: {
    meaning: 'The processors that count rates, as a list.',
    default: undefined,
    since: '6.2',
    values: { kind: 'text', expected: 'a list of processors such as 0-3' },
    limits: {
      expected: 'a list of processors such as 0-3 or all',
      holds: (value) =>
        /^(all|[\dN]+(-[\dN]+)?(:\d+\/\d+)?(,[\dN]+(-[\dN]+)?(:\d+\/\d+)?)*)$/.test(value.trim()),
    },
    source: SOURCE,
  },
  est_nice: {
    meaning: 'The niceness of the threads that count rates.',
    default: '0',
    since: '6.2',
    ...amount('niceness', between(-20, 19)),
    source: SOURCE,
  },
}

/** `net.ipv4.vs.*`: there once `ip_vs` is loaded. */
export const VS_ENTRIES: readonly SysctlEntry[] = Object.entries(ENTRIES).map(([name, entry]) => ({
  pattern: `net.ipv4.vs.${name}`,
  module: 'ip_vs',
  ...entry,
}))
