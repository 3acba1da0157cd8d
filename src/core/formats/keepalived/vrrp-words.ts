import { keyword, vocabulary } from './vocabulary.js'
import type { Keyword, Vocabulary } from './vocabulary.js'

/** The keywords of VRRP and of what it tracks (vrrp_parser.c, track_*.c, bfd_parser.c). */

const TRACKING: readonly Keyword[] = [
  keyword(
    'track_interface',
    'Interfaces whose state counts: a fault if one is down, or a change of priority with weight.',
    { lines: 'interface' },
  ),
  keyword('track_script', 'Names of vrrp_script blocks whose result counts.', { lines: 'script' }),
  keyword('track_file', 'Names of track_file blocks whose number counts.', { lines: 'tracked' }),
  keyword('track_process', 'Names of vrrp_track_process blocks whose state counts.', { lines: 'tracked' }),
  keyword('track_bfd', 'Names of bfd_instance blocks whose state counts.', { lines: 'tracked' }),
]

const NOTIFY: readonly Keyword[] = [
  keyword('notify_backup <script> ...', 'A program that is run on the way to BACKUP.'),
  keyword('notify_master <script> ...', 'A program that is run on the way to MASTER.'),
  keyword('notify_fault <script> ...', 'A program that is run on the way to FAULT.'),
  keyword('notify_stop <script> ...', 'A program that is run when VRRP stops.'),
  keyword(
    'notify <script> ...',
    'A program that is run at every change, after the others, and told what changed.',
  ),
  keyword('smtp_alert [<bool>]', 'A mail is sent when the state changes.'),
  keyword('notify_priority_changes [<bool>]', 'Changes of the priority are written to the FIFOs as well.'),
]

const AUTHENTICATION: Vocabulary = vocabulary(
  keyword(
    'auth_type PASS|AH|SIMPLE',
    'PASS is a password that is sent as it is, AH the authentication header of IPsec.',
  ),
  keyword('auth_pass <word password>', 'The password; only its first eight characters count.'),
)

const INSTANCE: Vocabulary = vocabulary(
  keyword(
    'use_vmac [<word interface>] [<word MAC>]',
    'The VIPs stand on an interface with the virtual MAC address of VRRP.',
  ),
  keyword('use_vmac_addr [<bool>]', 'VIPs on other interfaces get a virtual MAC address too.'),
  keyword(
    'vmac_xmit_base [<bool>]',
    'Advertisements are sent from the interface below the one with the virtual MAC.',
  ),
  keyword('use_ipvlan ...', 'The VIPs stand on an ipvlan interface.'),
  keyword('unicast_peer', 'Advertisements go to these addresses instead of the multicast group.', {
    lines: 'peer',
  }),
  keyword('unicast_fault_no_peer', 'Without peers the instance is in fault, instead of using multicast.'),
  keyword('check_unicast_src', 'Advertisements count only from addresses of peers.'),
  keyword('old_unicast_checksum [never]', 'The checksum of keepalived before 1.3.6 for VRRP 3 with unicast.'),
  keyword('native_ipv6', 'The instance is of IPv6.', { obsolete: 'The family is that of the VIPs.' }),
  keyword('state MASTER|BACKUP', 'The state it starts in. It becomes MASTER at once only with priority 255.'),
  keyword('interface <interface>', 'The interface VRRP runs on, and the VIPs stand on.'),
  keyword('vrf <interface>', 'The VRF of an instance without an interface.'),
  keyword('dont_track_primary', 'A fault of its own interface does not count.'),
  TRACKING,
  keyword('mcast_src_ip <address>', 'The source address of advertisements.'),
  keyword('unicast_src_ip <address>', 'The source address of advertisements to peers.'),
  keyword('mcast_dst_ip <address>', 'A multicast group other than that of VRRP.'),
  keyword('track_src_ip', 'The instance is in fault while its source address is not there.'),
  keyword(
    'virtual_router_id <whole 1..255>',
    'The number of the virtual router: the same on the directors of a pair, and on no others of the segment.',
  ),
  keyword('unicast_ttl <whole 0..255>', 'The TTL of advertisements to peers.'),
  keyword('version 2|3', 'The version of VRRP; 2 if absent, always 3 with IPv6.'),
  keyword('priority <whole 1..255>', 'The highest becomes MASTER; 255 is the owner of the address.'),
  keyword(
    'advert_int <seconds 0.01..>',
    'Seconds between advertisements: whole seconds with version 2, hundredths with 3.',
  ),
  keyword('virtual_ipaddress', 'The VIPs that move with this instance; all of one family.', {
    lines: 'address',
  }),
  keyword('virtual_ipaddress_excluded', 'VIPs that move too, but are not named in advertisements.', {
    lines: 'address',
  }),
  keyword('no_virtual_ipaddress', 'An instance without VIPs is meant.', { since: '2.3' }),
  keyword('promote_secondaries', 'Secondary addresses stay when the primary one of their subnet goes.'),
  keyword('linkbeat_use_polling', 'The state of the link is polled.', {
    obsolete: 'A linkbeat_interfaces block says it for each interface.',
  }),
  keyword('v3_checksum_as_v2 [<bool>]', 'The checksum of VRRP 3 for IPv4 leaves out the pseudo-header.', {
    since: '2.3',
  }),
  keyword('virtual_routes', 'Routes that move with this instance.', { lines: 'route' }),
  keyword('virtual_rules', 'Routing rules that move with this instance.', { lines: 'rule' }),
  keyword('accept', 'Packets to the VIPs are taken, also while not the owner of the address.'),
  keyword('no_accept', 'Packets to the VIPs are dropped, except by the owner of the address.'),
  keyword(
    'skip_check_adv_addr [<bool>]',
    'The addresses in advertisements of the same master are checked only once.',
  ),
  keyword(
    'strict_mode [<bool>]',
    'VRRP to the letter; packets to the VIPs are dropped, except by the owner of the address.',
  ),
  keyword('preempt', 'A higher priority takes over, as it does if nothing is said.', {
    obsolete: 'It is so if nothing is said.',
  }),
  keyword('nopreempt', 'A higher priority does not take over from one that runs. State BACKUP only.'),
  keyword(
    'preempt_delay <seconds 0..1000>',
    'Seconds before a higher priority takes over. State BACKUP only.',
  ),
  keyword('debug [<whole 0..4>]', 'More is logged.'),
  NOTIFY,
  keyword('notify_deleted [<script>] ...', 'A program that is run when a reload takes the instance out.'),
  keyword(
    'notify_master_rx_lower_pri <script> ...',
    'A program that is run when the master hears of a lower priority.',
  ),
  keyword(
    'lvs_sync_daemon_interface <interface>',
    'The connections of IPVS are synchronised over this interface.',
    { obsolete: 'lvs_sync_daemon in global_defs says it, with the instance it goes by.' },
  ),
  keyword(
    'garp_master_delay <whole 0..4294>',
    'Seconds until gratuitous ARP is sent once more after becoming MASTER.',
  ),
  keyword('garp_master_refresh <whole 0..>', 'Seconds between gratuitous ARP while MASTER; 0 is none.'),
  keyword('garp_master_repeat <whole 1..>', 'How many gratuitous ARP are sent at a time on becoming MASTER.'),
  keyword(
    'garp_master_refresh_repeat <whole 1..>',
    'How many gratuitous ARP are sent at a time while MASTER.',
  ),
  keyword(
    'garp_lower_prio_delay <whole 0..4294>',
    'Seconds until gratuitous ARP is sent once more after hearing of a lower priority.',
  ),
  keyword(
    'garp_lower_prio_repeat <whole 0..>',
    'How many gratuitous ARP are sent after hearing of a lower priority.',
  ),
  keyword(
    'down_timer_adverts <whole 1..100>',
    'After so many missed advertisements the master counts as gone; 3 by the RFC, and the same on all.',
  ),
  keyword('timer_expired_backup ...', 'What a backup does whose timer ran late.', { since: '2.3' }),
  keyword('thread_timer_expired ...', 'What is done when timers run late.', { since: '2.3' }),
  keyword(
    'garp_extra_if <word seconds> [<word seconds>]',
    'Gratuitous ARP on other interfaces with VIPs, at this interval.',
  ),
  keyword(
    'vmac_garp_intvl <word seconds> [<word seconds>]',
    'Gratuitous ARP on interfaces with virtual MAC, at this interval.',
    { obsolete: 'Its name is garp_extra_if.' },
  ),
  keyword('lower_prio_no_advert [<bool>]', 'A lower priority is not answered.'),
  keyword(
    'higher_prio_send_advert [<bool>]',
    'One advertisement more is sent before giving way to a higher priority.',
  ),
  keyword('owner_ignore_adverts [<bool>]', 'The owner of the address does not listen to others.', {
    since: '2.3',
  }),
  keyword('kernel_rx_buf_size <whole>', 'The receive buffer of the socket, in bytes.'),
  keyword('authentication', 'A password for VRRP 2; version 3 has none.', { block: AUTHENTICATION }),
  keyword('auth_hmac', 'Advertisements are signed.', {
    since: '2.4',
    block: vocabulary(
      keyword('key ...', 'A key, with its number.', { since: '2.4', repeats: true }),
      keyword('active_key ...', 'The key that is used to sign.', { since: '2.4' }),
      keyword('time_window ...', 'How far clocks may differ.', { since: '2.4' }),
      keyword('anti_replay ...', 'What was received before is refused.', { since: '2.4' }),
      keyword('mode ...', 'Whether what is not signed is refused.', { since: '2.4' }),
    ),
  }),
)

const TRACK_FILE: Vocabulary = vocabulary(
  keyword('file <word file>', 'The file whose number is read.'),
  keyword(
    'weight <whole -2147483647..2147483647> [reverse]',
    'What the number is multiplied with; 1 if absent.',
  ),
  keyword(
    'init_file [<word value>] [<word overwrite>]',
    'The file is written at the start if it is not there.',
  ),
)

export const VRRP_WORDS: readonly Keyword[] = [
  keyword('track_group <word name>', 'Instances that go by what static addresses, routes and rules say.', {
    repeats: true,
    block: vocabulary(keyword('group', 'Names of instances.', { lines: 'instance' })),
  }),
  keyword('static_ipaddress', 'Addresses that stay on this host.', { lines: 'address', repeats: true }),
  keyword('static_routes', 'Routes that stay on this host.', { lines: 'route', repeats: true }),
  keyword('static_rules', 'Routing rules that stay on this host.', { lines: 'rule', repeats: true }),
  keyword('vrrp_sync_group <word name>', 'Instances that change their state together.', {
    repeats: true,
    block: vocabulary(
      keyword('group', 'Names of the instances.', { lines: 'instance' }),
      TRACKING,
      NOTIFY,
      keyword('global_tracking', 'All instances track the same.', {
        obsolete: 'What the group tracks holds for all its instances.',
      }),
      keyword(
        'sync_group_tracking_weight',
        'Weights of what is tracked count, although they can part the instances.',
      ),
    ),
  }),
  keyword('garp_group', 'How fast gratuitous ARP may be sent on some interfaces.', {
    repeats: true,
    block: vocabulary(
      keyword('garp_interval <seconds 0.000001..>', 'Seconds between gratuitous ARP.'),
      keyword('gna_interval <seconds 0.000001..>', 'Seconds between unsolicited neighbour advertisements.'),
      keyword('interface <interface>', 'The interface.'),
      keyword('interfaces', 'Interfaces behind one switch.', { lines: 'interface' }),
    ),
  }),
  keyword('linkbeat_interfaces', 'Interfaces whose link is polled.', { lines: 'interface' }),
  keyword('vrrp_instance <word name>', 'A virtual router: the VIPs that move between directors.', {
    block: INSTANCE,
    repeats: true,
  }),
  keyword('vrrp_script <word name>', 'A program whose status counts for the instances that track it.', {
    repeats: true,
    block: vocabulary(
      keyword('script <script> ...', 'The program with its arguments, in quotes if there are any.'),
      keyword('interval <whole 1..4294>', 'Seconds between two runs; 1 if absent.'),
      keyword('timeout <whole 1..4294>', 'Seconds until a run counts as failed.'),
      keyword(
        'weight <whole -253..253> [reverse]',
        'What is added to the priority on success, or taken from it on failure if negative; 0 is a fault.',
      ),
      keyword('rise <whole 1..>', 'So many successes in a row bring it up.'),
      keyword('fall <whole 1..>', 'So many failures in a row bring it down.'),
      keyword('user <word user> [<word group>]', 'Who the program runs as.'),
      keyword('init_fail', 'It counts as failed until it has succeeded.'),
    ),
  }),
  keyword(
    'vrrp_track_process <word name>',
    'A process whose running counts for the instances that track it.',
    {
      repeats: true,
      block: vocabulary(
        keyword('process <word program> ...', 'The name of the process, with its arguments.'),
        keyword('param_match initial|partial', 'How the arguments are compared.'),
        keyword('weight <whole -254..254> [reverse]', 'What is added to the priority; 1 if absent.'),
        keyword('quorum <whole 1..65535>', 'So many must run; 1 if absent.'),
        keyword('quorum_max <whole 0..65535>', 'More than so many is a failure.'),
        keyword('delay <seconds 0.000001..3600>', 'Sets both delays.'),
        keyword('terminate_delay <seconds 0.000001..3600>', 'Seconds before too few count.'),
        keyword('fork_delay <seconds 0.000001..3600>', 'Seconds before enough count.'),
        keyword('full_command', 'The whole command line is compared.'),
      ),
    },
  ),
  keyword('interface_up_down_delays', 'A change of an interface counts only after so many seconds.', {
    lines: 'text',
  }),
  keyword('bfd_instance <word name>', 'A BFD session with a neighbour.', {
    repeats: true,
    block: vocabulary(
      keyword('neighbor_ip <address>', 'The address of the neighbour.'),
      keyword('neighbour_ip <address>', 'The address of the neighbour.'),
      keyword('source_ip <address>', 'The own address.'),
      keyword(
        'min_rx <word milliseconds>',
        'Milliseconds between packets that can be received; 10 if absent.',
      ),
      keyword('min_tx <word milliseconds>', 'Milliseconds between packets that are sent; 10 if absent.'),
      keyword(
        'idle_tx <word milliseconds>',
        'Milliseconds between packets while the session is down; 1000 if absent.',
      ),
      keyword('multiplier <whole 1..255>', 'After so many missed packets the session is down; 5 if absent.'),
      keyword('passive', 'The neighbour begins.'),
      keyword('ttl <whole 1..255>', 'The TTL of IPv4 packets; 255 if absent.'),
      keyword('hoplimit <whole 1..255>', 'The hop limit of IPv6 packets; 64 if absent.'),
      keyword('max_hops <whole -1..255>', 'How many hops away the neighbour may be; 0 if absent.'),
      keyword(
        'weight <whole -253..253> [reverse]',
        'What it adds to the priority of instances that track it.',
      ),
      keyword('vrrp', 'Only VRRP is told.'),
      keyword('checker', 'Only checkers are told.'),
    ),
  }),
  keyword('track_file <word name>', 'A file whose number counts for instances and real servers.', {
    block: TRACK_FILE,
    repeats: true,
  }),
  keyword('vrrp_track_file <word name>', 'A file whose number counts for instances.', {
    block: TRACK_FILE,
    repeats: true,
    obsolete: 'Its name is track_file.',
  }),
]
