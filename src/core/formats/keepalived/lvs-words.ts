import { keyword, vocabulary } from './vocabulary.js'
import type { Keyword, Vocabulary } from './vocabulary.js'

/** The keywords of virtual servers, their real servers and checkers (check_parser.c, check_*.c). */

const SCHEDULERS = 'rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos'
const METHOD = 'NAT|DR|TUN'

/** A service must name at least one repetition; a checker may have none. */
const timing = (of: string, leastRetries: 0 | 1): Keyword[] => [
  keyword(
    `retry <whole ${leastRetries}..>`,
    `How often a failed check of ${of} is repeated before it counts; 1 if absent, 3 for DNS_CHECK, 0 for MISC_CHECK.`,
  ),
  keyword(
    'delay_before_retry <seconds 0.000001..18446744073709>',
    'Seconds between a failed check and its repetition; 3 for HTTP_GET and SSL_GET, delay_loop for DNS_CHECK, 1 otherwise.',
  ),
  keyword(
    'warmup <seconds 0..18446744073709>',
    'The first check begins after a random time of at most so many seconds, which spreads many checks; delay_loop if absent, 0 begins at once.',
  ),
  keyword(
    'delay_loop <seconds 0.000001..18446744073709>',
    'Seconds between two checks; 60 if nothing is said.',
  ),
]

const CONNECTION: readonly Keyword[] = [
  keyword('connect_ip <address>', 'The address the check connects to; that of the real server if absent.'),
  keyword('connect_port <port>', 'The port the check connects to; that of the real server if absent.'),
  keyword('bindto <address>', 'The source address of the check.'),
  keyword('bind_port <port>', 'The source port of the check.'),
  keyword(
    'bind_if <interface>',
    'The interface of the check; needed where the source address is link-local.',
  ),
  keyword(
    'connect_timeout <seconds 0.000001..>',
    'Seconds until a connection that does not come about has failed; 5 if nothing is said.',
  ),
  keyword('fwmark <whole>', 'A firewall mark on the packets of the check.'),
]

const COMMON: readonly Keyword[] = [
  ...timing('the real server', 0),
  keyword('alpha [<bool>]', 'Until the check has succeeded once, the real server counts as failed.'),
  keyword('log_all_failures [<bool>]', 'Every failed check is logged, not only the change of state.'),
]

const URL: Vocabulary = vocabulary(
  keyword('path <word path>', 'What is asked for, such as /healthz.'),
  keyword(
    'digest <word MD5>',
    'The MD5 sum of what must come back, as genhash prints it; several may be given.',
    { repeats: true },
  ),
  keyword(
    'status_code <word codes> ...',
    'Status codes that are success, single or as a range: 200-299 403. 200-299 if neither a code nor a digest is given.',
  ),
  keyword('virtualhost <word name>', 'The Host header of this request.'),
  keyword('regex <word expression>', 'A Perl regular expression that must be found in what comes back.'),
  keyword('regex_no_match', 'The expression must not be found.'),
  keyword('regex_options <word options> ...', 'Options of the expression, by their names in pcre2api.'),
  keyword('regex_min_offset <whole>', 'Where in the answer the search begins.'),
  keyword('regex_max_offset <whole>', 'Where in the answer a match begins at the latest.'),
  keyword(
    'regex_stack <whole> <whole>',
    'Sizes of the stack of the expression at the start and at most, in bytes.',
  ),
  keyword('tls_compliant [<bool>]', 'Whether an end of the connection without close_notify is a failure.', {
    since: '2.3',
  }),
)

const HTTP: readonly Keyword[] = [
  ...CONNECTION,
  ...COMMON,
  keyword('nb_get_retry <whole 0..>', 'How often a failed check is repeated.', {
    obsolete: 'Its name is retry since keepalived 2.0.',
  }),
  keyword('virtualhost <word name>', 'The Host header of every request.'),
  keyword('http_protocol 1.0|1.0C|1.1', 'The version of HTTP; 1.0C is 1.0 with "Connection: close".'),
  keyword('enable_sni [<bool>]', 'The name is told to the server in the TLS handshake.'),
  keyword('sni_name <word name>', 'The name that is told in the TLS handshake.', { since: '2.3' }),
  keyword(
    'fast_recovery [<bool>]',
    'Several URLs are asked for without a pause while the real server comes back.',
  ),
  keyword('url', 'A page to ask for; several may be given.', { block: URL, repeats: true }),
]

const CHECKERS: readonly Keyword[] = [
  keyword('MISC_CHECK', 'Asks a program: status 0 is success.', {
    repeats: true,
    block: vocabulary(
      COMMON,
      keyword('misc_path <script>', 'The program with its arguments, in quotes if there are any.'),
      keyword('misc_timeout <whole 0..4294>', 'Seconds until the program is stopped; that is a failure.'),
      keyword('misc_dynamic', 'The status changes the weight: 2 to 255 set it to the status less 2.'),
      keyword('user <word user> [<word group>]', 'Who the program runs as.'),
    ),
  }),
  keyword('SMTP_CHECK', 'Connects, and goes through HELO.', {
    repeats: true,
    block: vocabulary(
      CONNECTION,
      COMMON,
      keyword('helo_name <word name>', 'The name that is said in HELO.'),
      keyword('host', 'Connects elsewhere than to the real server.', {
        block: vocabulary(CONNECTION, COMMON),
        repeats: true,
        obsolete: 'What it holds may stand in SMTP_CHECK itself since keepalived 2.0.',
      }),
    ),
  }),
  keyword('TCP_CHECK', 'A TCP connection that comes about is success.', {
    repeats: true,
    block: vocabulary(CONNECTION, COMMON),
  }),
  keyword('PING_CHECK', 'An ICMP echo that is answered is success.', {
    repeats: true,
    block: vocabulary(CONNECTION, COMMON),
  }),
  keyword('UDP_CHECK', 'Sends a datagram; an ICMP error, or no reply where one is required, is a failure.', {
    repeats: true,
    block: vocabulary(
      CONNECTION,
      COMMON,
      keyword('payload <word bytes> ...', 'What is sent, in hexadecimal; random bytes if absent.'),
      keyword(
        'require_reply [<word bytes>] ...',
        'A reply must come; with bytes, it must begin with them (X stands for any half byte).',
      ),
      keyword('min_reply_length <whole 0..65535>', 'The shortest reply that is success; 0 if absent.'),
      keyword('max_reply_length <whole 0..65535>', 'The longest reply that is success; 255 if absent.'),
    ),
  }),
  keyword('DNS_CHECK', 'Asks a name server, over UDP.', {
    repeats: true,
    block: vocabulary(
      CONNECTION,
      COMMON,
      keyword(
        'type A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY~',
        'The record that is asked for; SOA if absent.',
      ),
      keyword('name <word name>', 'The name that is asked for; the root if absent.'),
    ),
  }),
  keyword('FILE_CHECK', 'Goes by the number in a file.', {
    repeats: true,
    block: vocabulary(
      keyword('track_file <word name>', 'The name of a track_file block.'),
      keyword(
        'weight <whole -2147483647..2147483647> [reverse]',
        'What the number is multiplied with before it is added to the weight.',
      ),
    ),
  }),
  keyword('BFD_CHECK', 'Goes by the state of a BFD session.', {
    repeats: true,
    block: vocabulary(
      keyword('name <word name>', 'The name of a bfd_instance.'),
      keyword('alpha [<bool>]', 'Until the session is up, the real server counts as failed.'),
    ),
  }),
  keyword('HTTP_GET', 'Asks for pages over HTTP.', { repeats: true, block: vocabulary(HTTP) }),
  keyword('SSL_GET', 'Asks for pages over HTTPS; certificates are not verified.', {
    repeats: true,
    block: vocabulary(
      HTTP,
      keyword(
        'tls_compliant [<bool>]',
        'Whether an end of the connection without close_notify is a failure.',
        { since: '2.3' },
      ),
    ),
  }),
]

const REAL_SERVER: Vocabulary = vocabulary(
  keyword('weight <whole 0..2147483647>', 'Its share of the connections; 1 if absent, 0 takes no new ones.'),
  keyword(
    `lvs_method ${METHOD} ...`,
    'How packets get to this real server; as for the virtual server if absent.',
  ),
  keyword('uthreshold <whole>', 'Connections above which it takes no new ones; 0 is no limit.'),
  keyword(
    'lthreshold <whole>',
    'Connections below which it takes new ones again; three quarters of the upper threshold if absent.',
  ),
  keyword(
    'inhibit_on_failure [<bool>]',
    'A failed check sets the weight to 0 instead of taking the real server out.',
  ),
  keyword('notify_up <script> ...', 'A program that is run when the real server has come up.'),
  keyword('notify_down <script> ...', 'A program that is run when the real server has failed.'),
  keyword('alpha [<bool>]', 'Until every check has succeeded once, the real server counts as failed.'),
  timing('this real server', 1),
  keyword(
    'connect_timeout <seconds 0.000001..>',
    'Seconds until a connection that does not come about has failed.',
  ),
  keyword('smtp_alert [<bool>]', 'A mail is sent when its state changes.'),
  keyword('virtualhost <word name>', 'The Host header of HTTP_GET and SSL_GET.'),
  keyword('snmp_name <word name>', 'The name it has in SNMP.'),
  CHECKERS,
)

const VIRTUAL_SERVER: Vocabulary = vocabulary(
  keyword(
    'ip_family inet|inet6',
    'The family of a virtual server by firewall mark whose real servers are all tunnelled.',
  ),
  timing('a real server', 1),
  keyword(
    'connect_timeout <seconds 0.000001..>',
    'Seconds until a connection that does not come about has failed; 5 if absent.',
  ),
  keyword('inhibit_on_failure', 'A failed check sets the weight to 0 instead of taking the real server out.'),
  keyword(`lvs_sched ${SCHEDULERS}`, 'The scheduler: whom a new connection goes to. wlc if absent.'),
  keyword(
    `lb_algo ${SCHEDULERS}`,
    'The scheduler: whom a new connection goes to. wlc if absent; an older name of lvs_sched.',
  ),
  keyword('hashed', 'The service stands in the hash table of services, as every service does.'),
  keyword('ops', 'One-packet scheduling: every datagram is scheduled by itself. UDP only.'),
  keyword('flag-1', 'The first flag of the scheduler.'),
  keyword('flag-2', 'The second flag of the scheduler.'),
  keyword('flag-3', 'The third flag of the scheduler.'),
  keyword('sh-port', 'The scheduler sh goes by the port as well. After lvs_sched.'),
  keyword(
    'sh-fallback',
    'The scheduler sh goes on to another real server where the one it chose takes nothing. After lvs_sched.',
  ),
  keyword('mh-port', 'The scheduler mh goes by the port as well. After lvs_sched.'),
  keyword(
    'mh-fallback',
    'The scheduler mh goes on to another real server where the one it chose takes nothing. After lvs_sched.',
  ),
  keyword(
    `lvs_method ${METHOD} ...`,
    'How packets get to the real servers: NAT, DR (direct routing) or TUN (tunnel), in capitals. NAT if absent.',
  ),
  keyword(
    `lb_kind ${METHOD} ...`,
    'How packets get to the real servers: NAT, DR (direct routing) or TUN (tunnel), in capitals. NAT if absent; an older name of lvs_method.',
  ),
  keyword(
    'persistence_engine <word engine>',
    'What persistence goes by; sip is the only engine of the kernel.',
  ),
  keyword(
    'persistence_timeout [<whole 1..2678400>]',
    'For so many seconds a client stays with its real server; 360 without a number.',
  ),
  keyword(
    'persistence_granularity <word mask>',
    'The client mask of persistence: a dotted mask for IPv4, a prefix length for IPv6.',
  ),
  keyword('protocol TCP|UDP|SCTP~', 'The protocol of the service; UDP if absent.'),
  keyword('ha_suspend', 'Checks rest while the VIP is not on this director.'),
  keyword('smtp_alert [<bool>]', 'A mail is sent when the quorum is won or lost.'),
  keyword('virtualhost <word name>', 'The Host header of HTTP_GET and SSL_GET.'),
  keyword('snmp_name <word name>', 'The name it has in SNMP.'),
  keyword('alpha', 'At the start real servers count as failed until they have been checked.'),
  keyword('omega', 'At the stop the programs of quorum_down and notify_down are run.'),
  keyword('quorum_up <script> ...', 'A program that is run when the quorum is won.'),
  keyword('quorum_down <script> ...', 'A program that is run when the quorum is lost.'),
  keyword(
    'quorum <whole 1..2147483647>',
    'The weight that must be alive for the service to count as up; 1 if absent.',
  ),
  keyword(
    'hysteresis <whole 0..2147483647>',
    'How much weight above the quorum it takes to win it, and below to lose it; less than the quorum.',
  ),
  keyword('weight <whole 1..2147483647>', 'The weight of real servers that do not say one.'),
  keyword('sorry_server <address> [<port 0..>]', 'Takes the requests while the quorum is lost.'),
  keyword('sorry_server_inhibit', 'The sorry server stays in the table with weight 0. After sorry_server.'),
  keyword(
    `sorry_server_lvs_method ${METHOD} ...`,
    'How packets get to the sorry server. After sorry_server.',
  ),
  keyword(
    'real_server <address> [<port 0..>]',
    'A real server: its address, and its port if it has one of its own.',
    { block: REAL_SERVER, repeats: true },
  ),
)

export const LVS_WORDS: readonly Keyword[] = [
  keyword('SSL', 'Certificates for SSL_GET.', {
    block: vocabulary(
      keyword('password <word password>', 'The password of the key.'),
      keyword('ca <word file>', 'The certificates of authorities.'),
      keyword('certificate <word file>', 'The certificate that is shown to servers.'),
      keyword('key <word file>', 'The key of the certificate.'),
    ),
  }),
  keyword('virtual_server_group <word name>', 'Addresses, ranges and marks that share their real servers.', {
    lines: 'group-entry',
    repeats: true,
  }),
  keyword(
    'virtual_server <word address> [<word port>]',
    'A service: address and port, fwmark and number, or group and name.',
    { block: VIRTUAL_SERVER, repeats: true },
  ),
]
