/** What people get wrong in a keepalived.conf, made from seeds: the same seed is the same fault. */

export interface Mutation {
  readonly seed: number
  readonly change: string
  readonly text: string
}

export function* mutations(text: string, first: number, last: number): Iterable<Mutation> {
  for (let seed = first; seed <= last; seed++) {
    const next = randomly(seed)
    const [change, make] = next.of(CHANGES)
    yield { seed, change, text: make(text, next) }
  }
}

interface Random {
  /** From 0 to below `below`. */
  readonly below: (below: number) => number
  readonly of: <T>(list: readonly T[]) => T
}

/** Mulberry32. */
function randomly(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1)
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  return { below, of: (list) => list[below(list.length)] as (typeof list)[number] }
}

type Change = readonly [string, (text: string, random: Random) => string]

/** Another text for one line, or none. */
function onLine(
  make: (line: string, random: Random, lines: readonly string[]) => readonly string[],
): Change[1] {
  return (text, random) => {
    const lines = text.split('\n')
    const at = random.below(lines.length)
    return [...lines.slice(0, at), ...make(lines[at] ?? '', random, lines), ...lines.slice(at + 1)].join('\n')
  }
}

const VALUES = [
  '0',
  '-1',
  '99999999999',
  'foo',
  '300',
  '1.5',
  'dr',
  'TUN',
  '10.0.0.300',
  'abc.example',
  '2a',
  '256',
  '65536',
  'on',
]
const ENDS = [' {', ' }', ' "', ' extra', ' $X', ' ${X}', ' \\']
/** Lines that belong somewhere, and mostly not here. */
const LINES = [
  'lb_kind dr',
  'lb_algo foo',
  'persistence_timeout 0',
  'quorum 0',
  'quorum 500',
  'hysteresis 9',
  'ops',
  'protocol foo',
  'persistence_granularity 255.255.0',
  'persistence_granularity 64',
  'weight 0',
  'real_server 10.9.9.9 99 {\n}',
  'real_server 2001:db8::5 80 {\n}',
  'sorry_server 10.0.0.9 80',
  'sorry_server_inhibit',
  'sh-port',
  'nb_get_retry 3',
  'nopreempt',
  'preempt_delay 10',
  'version 3',
  'version 2',
  'unicast_src_ip 10.0.0.1',
  'unicast_peer {\n 10.0.0.2\n}',
  'virtual_router_id 300',
  'priority 255',
  'vrrp_strict',
  'strict_mode',
  'nat_mask 255.255.255.0',
  'lthreshold 5',
  'state MASTER',
  'advert_int 0.5',
  'auth_type FOO',
  'track_script {\n nope\n}',
  'virtual_ipaddress {\n 2001:db8::1\n}',
  'virtual_ipaddress {\n 10.0.0.300 foo\n}',
  'lvs_method TUN type gue',
  'lvs_method DR',
  'virtualhost',
  'smtp_alert maybe',
  'retry 0',
  'delay_loop 0',
  'connect_port 70000',
  'connect_timeout 0',
  'warmup -1',
  'ha_suspend',
  'SSL_GET {\n}',
  'HTTP_GET {\n url {\n status_code 200\n }\n}',
  'MISC_CHECK {\n}',
  'DNS_CHECK {\n type FOO\n}',
  'UDP_CHECK {\n payload xyz\n}',
  'FILE_CHECK {\n track_file none\n}',
  'BFD_CHECK {\n name none\n}',
  'authentication {\n auth_type PASS\n}',
  'debug 9',
  'garp_master_delay x',
  'lvs_sync_daemon eth0 none id 300',
  'lvs_timeouts tcp x',
  'lvs_flush_on_stop X',
  'vrrp_version 4',
  'bindto 2001:db8::1',
  'snmp_name',
  'mcast_src_ip 2001:db8::1',
  'mcast_dst_ip 10.0.0.1',
  'interface lo',
  'accept',
  'no_accept',
]

const CHANGES: readonly Change[] = [
  ['a line is taken out', onLine(() => [])],
  ['a line is there twice', onLine((line) => [line, line])],
  [
    'a letter is missing',
    onLine((line, { below }) => {
      const word = /\S+/.exec(line)?.[0] ?? ''
      const at = below(Math.max(1, word.length))
      return [line.replace(word, word.slice(0, at) + word.slice(at + 1))]
    }),
  ],
  ['the last word is missing', onLine((line) => [line.replace(/\S+\s*$/, '')])],
  [
    'the last word is another',
    onLine((line, random) => [
      line.replace(/[^\s{]+\s*(\{?)$/, (_, brace: string) => `${random.of(VALUES)} ${brace}`),
    ]),
  ],
  ['a brace is missing', onLine((line) => [line.replace(/[{}]/, '')])],
  ['the file is cut off', (text, { below }) => text.slice(0, below(text.length))],
  ['something stands at the end of a line', onLine((line, random) => [line + random.of(ENDS)])],
  ['a line stands elsewhere too', onLine((line, random, lines) => [line, random.of(lines)])],
  [
    'a value is that of another line',
    onLine((line, random, lines) => {
      const other = random.of(lines).trim().split(/\s+/)[1]
      return [
        line.replace(
          /(\S+)(\s+)(\S+)/,
          (_, name: string, space: string, value: string) => `${name}${space}${other ?? value}`,
        ),
      ]
    }),
  ],
  ['a line is put in', onLine((line, random) => [random.of(LINES), line])],
]
