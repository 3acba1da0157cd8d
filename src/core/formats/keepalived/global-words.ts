import { keyword, vocabulary } from './vocabulary.js'
import type { Keyword } from './vocabulary.js'

/** The keywords of global_defs, and what stands beside blocks (global_parser.c, main.c). */

/** Settings that each of keepalived's processes has. */
const ofProcess = (process: string, what: string): Keyword[] => [
  keyword(`${process}_priority <whole -20..19>`, `The nice value of the process for ${what}.`),
  keyword(`${process}_no_swap`, `The process for ${what} is kept in memory.`),
  keyword(
    `${process}_rt_priority <whole 1..99>`,
    `The process for ${what} is scheduled in real time, with this priority.`,
  ),
  keyword(`${process}_cpu_affinity <whole> ...`, `The CPUs the process for ${what} runs on.`),
  keyword(
    `${process}_rlimit_rttime <whole 1..>`,
    `Microseconds the process for ${what} may run in real time without a pause.`,
  ),
  keyword(
    `${process}_rlimit_rtime <whole 1..>`,
    `Microseconds the process for ${what} may run in real time without a pause.`,
    { obsolete: `Its name is ${process}_rlimit_rttime.` },
  ),
]

const buffers = (name: string, of: string): Keyword[] => [
  keyword(`${name}_rcv_bufs <whole 1..>`, `The receive buffer of ${of}, in bytes.`),
  keyword(
    `${name}_rcv_bufs_force [<bool>]`,
    `The receive buffer of ${of} may be larger than net.core.rmem_max.`,
  ),
]

export const GLOBAL_WORDS: readonly Keyword[] = [
  keyword('linkbeat_use_polling', 'The state of links is polled.'),
  keyword('net_namespace <word name>', 'The network namespace keepalived runs in.'),
  keyword('net_namespace_ipvs <word name>', 'The network namespace of the IPVS table.'),
  keyword('namespace_with_ipsets', 'IP sets are used in a namespace, also before Linux 3.13.'),
  keyword('use_pid_dir', 'PID files stand in /run/keepalived.'),
  keyword('instance <word name>', 'The name of this keepalived, where several run in a namespace.'),
  keyword('child_wait_time <whole 0..>', 'Seconds until processes that do not end are killed; 5 if absent.'),
  keyword('global_defs', 'What holds for all of keepalived.', {
    repeats: true,
    block: vocabulary(
      keyword('process_names', 'Each process is named after what it does.'),
      keyword('process_name <word name>', 'The name of the parent process.'),
      keyword('vrrp_process_name <word name>', 'The name of the VRRP process.'),
      keyword('checker_process_name <word name>', 'The name of the process with the checkers.'),
      keyword('lvs_process_name <word name>', 'The name of the process with the checkers.'),
      keyword('bfd_process_name <word name>', 'The name of the BFD process.'),
      keyword(
        'use_symlink_paths [<bool>]',
        'Paths of scripts are run as they are written, through symbolic links.',
        { since: '2.3' },
      ),
      keyword('set_supplementary_groups [<bool>]', 'Scripts get the supplementary groups of their user.', {
        since: '2.3',
      }),
      keyword('router_id <word name>', 'The name of this machine in mails and logs.'),
      keyword('notification_email_from <word address>', 'The sender of mails.'),
      keyword('smtp_server <word server> [<port>]', 'The server that takes the mails.'),
      keyword('smtp_helo_name <word name>', 'The name that is said to that server.'),
      keyword('smtp_connect_timeout <whole 1..4294>', 'Seconds until that server counts as unreachable.'),
      keyword('notification_email', 'Who gets the mails.', { lines: 'mail' }),
      keyword('smtp_alert [<bool>]', 'Mails are sent unless something else is said.'),
      keyword('startup_script <script> ...', 'A program that is run before anything else.'),
      keyword('startup_script_timeout <whole 1..1000>', 'Seconds it may run; 10 if absent.'),
      keyword('shutdown_script <script> ...', 'A program that is run after everything else.'),
      keyword('shutdown_script_timeout <whole 1..1000>', 'Seconds it may run; 10 if absent.'),
      keyword('max_auto_priority [<whole -1..99>]', 'How far the priority may rise where timers run late.'),
      keyword(
        'min_auto_priority_delay <whole 1..10000000>',
        'Microseconds a timer may be late before the priority rises.',
      ),
      keyword('smtp_alert_vrrp [<bool>]', 'Mails are sent for VRRP unless something else is said.'),
      keyword('smtp_alert_checker [<bool>]', 'Mails are sent for checkers unless something else is said.'),
      keyword('checker_log_all_failures [<bool>]', 'Every failed check is logged.'),
      keyword('dynamic_interfaces [allow_if_changes]', 'Interfaces need not be there at the start.'),
      keyword('no_email_faults', 'No mail is sent for faults.'),
      keyword(
        'default_interface <interface>',
        'The interface of static addresses that do not say one; eth0 if absent.',
      ),
      keyword('disable_local_igmp', 'Reports for 224.0.0.0/24 are switched off in the kernel.'),
      keyword('v3_checksum_as_v2 [<bool>]', 'The checksum of VRRP 3 for IPv4 leaves out the pseudo-header.', {
        since: '2.3',
      }),
      keyword(
        'lvs_timeouts <word kind> <whole> ...',
        'Seconds an idle connection is kept: tcp N, tcpfin N, udp N.',
      ),
      keyword('lvs_flush [<bool>]', 'The IPVS table is emptied at the start.'),
      keyword('lvs_flush_on_stop [VS]', 'The IPVS table is emptied at the stop.'),
      keyword('lvs_flush_onstop [VS]', 'The IPVS table is emptied at the stop.', {
        obsolete: 'Its name is lvs_flush_on_stop.',
      }),
      keyword(
        'lvs_sync_daemon <interface> ...',
        'Connections are synchronised between the directors over this interface. With "inst NAME" the state goes by that instance; without, both daemons run on each director.',
      ),
      keyword('vrrp_mcast_group4 <address>', 'The multicast group of VRRP for IPv4; 224.0.0.18 if absent.'),
      keyword('vrrp_mcast_group6 <address>', 'The multicast group of VRRP for IPv6; ff02::12 if absent.'),
      keyword(
        'vrrp_garp_master_delay <whole 0..4294>',
        'Seconds until gratuitous ARP is sent once more after becoming MASTER; 5 if absent.',
      ),
      keyword(
        'vrrp_garp_master_repeat <whole 1..>',
        'How many gratuitous ARP are sent at a time on becoming MASTER; 5 if absent.',
      ),
      keyword(
        'vrrp_garp_master_refresh <whole 0..4294>',
        'Seconds between gratuitous ARP while MASTER; none if absent.',
      ),
      keyword(
        'vrrp_garp_master_refresh_repeat <whole 1..>',
        'How many gratuitous ARP are sent at a time while MASTER.',
      ),
      keyword(
        'vrrp_garp_lower_prio_delay <whole 0..4294>',
        'Seconds until gratuitous ARP is sent once more after hearing of a lower priority.',
      ),
      keyword(
        'vrrp_garp_lower_prio_repeat <whole 0..>',
        'How many gratuitous ARP are sent after hearing of a lower priority.',
      ),
      keyword(
        'vrrp_down_timer_adverts <whole 1..100>',
        'After so many missed advertisements the master counts as gone.',
      ),
      keyword('vrrp_garp_interval <seconds 0.000001..>', 'Seconds between gratuitous ARP on an interface.'),
      keyword(
        'vrrp_gna_interval <seconds 0.000001..>',
        'Seconds between unsolicited neighbour advertisements on an interface.',
      ),
      keyword('vrrp_min_garp [<bool>]', 'One gratuitous ARP at a time, not repeated.'),
      keyword(
        'vrrp_garp_extra_if <word seconds> [<word seconds>]',
        'Gratuitous ARP on other interfaces with VIPs, at this interval.',
      ),
      keyword(
        'vrrp_vmac_garp_intvl <word seconds> [<word seconds>]',
        'Gratuitous ARP on interfaces with virtual MAC, at this interval.',
        { obsolete: 'Its name is vrrp_garp_extra_if.' },
      ),
      keyword('vrrp_lower_prio_no_advert [<bool>]', 'A lower priority is not answered.'),
      keyword(
        'vrrp_higher_prio_send_advert [<bool>]',
        'One advertisement more is sent before giving way to a higher priority.',
      ),
      keyword('vrrp_version 2|3', 'The version of VRRP of instances that do not say one; 2 if absent.'),
      keyword(
        'vrrp_iptables [<word chain>] [<word chain>]',
        'The chains of iptables that drop what VIPs must not take.',
      ),
      keyword('vrrp_ipsets [<word name>] ...', 'The IP sets that go with those chains.'),
      keyword(
        'nftables [<word table>]',
        'The nft table that drops what VIPs must not take; keepalived if absent.',
      ),
      keyword(
        'nftables_priority <whole -2147483648..2147483647>',
        'The priority of its chains; -1 if absent.',
      ),
      keyword('nftables_ifindex', 'Its sets hold numbers of interfaces rather than names.'),
      keyword('nftables_counters', 'Its rules count.'),
      keyword(
        'nftables_ipvs [<word table>]',
        'A virtual_server_group becomes one service by firewall mark, and nft sets the marks.',
      ),
      keyword('nftables_ipvs_priority <whole -2147483648..2147483647>', 'The priority of those chains.'),
      keyword('nftables_ipvs_start_fwmark <whole 1..>', 'The first mark that is used; 1000 if absent.'),
      keyword('vrrp_check_unicast_src', 'Advertisements count only from addresses of peers.'),
      keyword(
        'vrrp_skip_check_adv_addr [<bool>]',
        'The addresses in advertisements of the same master are checked only once.',
      ),
      keyword(
        'vrrp_strict',
        'VRRP to the letter on every instance; packets to VIPs are dropped, except by the owner of the address.',
      ),
      ofProcess('vrrp', 'VRRP'),
      ofProcess('checker', 'checkers'),
      ofProcess('bfd', 'BFD'),
      keyword('notify_fifo <word path> ...', 'A FIFO that all changes are written to.'),
      keyword('notify_fifo_script <script> ...', 'A program that reads it.'),
      keyword('vrrp_notify_fifo <word path> ...', 'A FIFO that changes of VRRP are written to.'),
      keyword('vrrp_notify_fifo_script <script> ...', 'A program that reads it.'),
      keyword('vrrp_notify_priority_changes [<bool>]', 'Changes of priorities are written too.'),
      keyword('fifo_write_vrrp_states_on_reload', 'The states are written again at a reload.'),
      keyword(
        'lvs_notify_fifo <word path> ...',
        'A FIFO that changes of services and real servers are written to.',
      ),
      keyword('lvs_notify_fifo_script <script> ...', 'A program that reads it.'),
      keyword('snmp_socket <word socket>', 'The socket of the SNMP agent.'),
      keyword(
        'snmp_vs_stats_update_interval <seconds 0.001..>',
        'How old figures of virtual servers in SNMP may be.',
        { since: '2.3' },
      ),
      keyword(
        'snmp_rs_stats_update_interval <seconds 0.001..>',
        'How old figures of real servers in SNMP may be.',
        { since: '2.3' },
      ),
      keyword('enable_traps', 'SNMP traps are sent.'),
      keyword('enable_snmp_vrrp', 'SNMP for VRRP.'),
      keyword('enable_snmp_keepalived', 'SNMP for VRRP.', { obsolete: 'Its name is enable_snmp_vrrp.' }),
      keyword('enable_snmp_rfc', 'SNMP by RFC 2787 and RFC 6527.'),
      keyword('enable_snmp_rfcv2', 'SNMP by RFC 2787.'),
      keyword('enable_snmp_rfcv3', 'SNMP by RFC 6527.'),
      keyword('enable_snmp_checker', 'SNMP for virtual servers.'),
      keyword('enable_dbus', 'VRRP can be asked over D-Bus.'),
      keyword('dbus_service_name <word name>', 'The name on D-Bus.'),
      keyword(
        'dbus_no_interface_name <word name>',
        'What stands for the interface of an instance without one.',
        { since: '2.3' },
      ),
      keyword(
        'script_user <word user> [<word group>]',
        'Who scripts run as; keepalived_script if that user exists, else root.',
      ),
      keyword('enable_script_security', 'A script that others than root could change is not run as root.'),
      buffers('vrrp_netlink_cmd', 'the netlink socket for commands of VRRP'),
      buffers('vrrp_netlink_monitor', 'the netlink socket VRRP watches with'),
      buffers('process_monitor', 'the socket processes are watched with'),
      buffers('lvs_netlink_cmd', 'the netlink socket for commands of checkers'),
      buffers('lvs_netlink_monitor', 'the netlink socket checkers watch with'),
      keyword('rs_init_notifies [<bool>]', 'Real servers that come up at the start are told of.'),
      keyword('no_checker_emails [<bool>]', 'Mails are sent for real servers, not for single checks.'),
      keyword(
        'vrrp_rx_bufs_policy <word policy>',
        'How large receive buffers of VRRP are: MTU, ADVERT or bytes.',
      ),
      keyword('vrrp_rx_bufs_multiplier <whole 1..>', 'How many packets they hold; 3 if absent.'),
      keyword('vrrp_startup_delay <seconds 0.001..>', 'Seconds before instances begin.'),
      keyword(
        'vrrp_delay_after_boot <seconds 0.000001..>',
        'Seconds after the boot before instances begin.',
        { since: '2.3' },
      ),
      keyword('log_unknown_vrids', 'Advertisements of virtual routers that are not configured are logged.'),
      keyword('vrrp_owner_ignore_adverts [<bool>]', 'The owner of an address does not listen to others.', {
        since: '2.3',
      }),
      keyword('vmac_prefix <word name>', 'How the names of interfaces with virtual MAC begin.'),
      keyword('vmac_addr_prefix <word name>', 'How the names of such interfaces for single VIPs begin.'),
      keyword('umask <word mask>', 'The umask of files that are made.'),
      keyword('random_seed <whole>', 'The seed of ${_RANDOM}.'),
      keyword(
        'reload_check_config [<word file>]',
        'A new configuration is tested before a reload, and not taken if it has errors.',
      ),
      keyword('reload_time_file <word file>', 'A file with the time of the next reload.'),
      keyword('reload_repeat', 'That file stays after the reload.'),
      keyword('reload_file [<word file>]', 'A file that is there while a reload runs.'),
      keyword(
        'include_check ...',
        'Which includes must find a file: readable, match, wildcard_match, brace_match.',
      ),
      keyword('config_save_dir <word folder>', 'A folder that configurations are kept in around a reload.'),
      keyword(
        'tmp_config_directory <word folder>',
        'A folder for the copy of the configuration while it is read.',
      ),
      keyword('data_use_instance [<bool>]', 'Names of dump files have the name of the instance.'),
      keyword('json_version 1|2', 'The form of the JSON dump.', { since: '2.3' }),
      keyword('iproute_usr_dir <word folder>', 'A folder with names of iproute2.', { since: '2.3' }),
      keyword('iproute_etc_dir <word folder>', 'A folder with names of iproute2.', { since: '2.3' }),
      keyword('state_dump_file <word file>', 'The file of the state dump.', { since: '2.3' }),
      keyword('stats_dump_file <word file>', 'The file of the statistics dump.', { since: '2.3' }),
      keyword('json_dump_file <word file>', 'The file of the JSON dump.', { since: '2.3' }),
    ),
  }),
]
