/** The options of ipvsadm 1.31 (ipvsadm.c `options_table`). */

export interface IpvsadmOption {
  /** Without its dashes; the short one where it has one. */
  readonly name: string
  readonly takes: 'nothing' | 'value' | 'number-if-any' | 'three'
  readonly command: boolean
}

const TABLE: readonly (readonly [
  short: string,
  long: string,
  takes: IpvsadmOption['takes'],
  command?: true,
])[] = [
  ['A', 'add-service', 'nothing', true],
  ['E', 'edit-service', 'nothing', true],
  ['D', 'delete-service', 'nothing', true],
  ['C', 'clear', 'nothing', true],
  ['L', 'list', 'nothing', true],
  ['l', 'list', 'nothing', true],
  ['Z', 'zero', 'nothing', true],
  ['a', 'add-server', 'nothing', true],
  ['e', 'edit-server', 'nothing', true],
  ['d', 'delete-server', 'nothing', true],
  ['R', 'restore', 'nothing', true],
  ['S', 'save', 'nothing', true],
  ['h', 'help', 'nothing', true],
  ['v', 'version', 'nothing', true],
  ['', 'set', 'three', true],
  ['', 'start-daemon', 'value', true],
  ['', 'stop-daemon', 'value', true],
  ['t', 'tcp-service', 'value'],
  ['u', 'udp-service', 'value'],
  ['', 'sctp-service', 'value'],
  ['f', 'fwmark-service', 'value'],
  ['s', 'scheduler', 'value'],
  ['p', 'persistent', 'number-if-any'],
  ['M', 'netmask', 'value'],
  ['', 'pe', 'value'],
  ['b', 'sched-flags', 'value'],
  ['o', 'ops', 'nothing'],
  ['r', 'real-server', 'value'],
  ['m', 'masquerading', 'nothing'],
  ['i', 'ipip', 'nothing'],
  ['g', 'gatewaying', 'nothing'],
  ['w', 'weight', 'value'],
  ['x', 'u-threshold', 'value'],
  ['y', 'l-threshold', 'value'],
  ['6', 'ipv6', 'nothing'],
  ['', 'tun-type', 'value'],
  ['', 'tun-port', 'value'],
  ['', 'tun-nocsum', 'nothing'],
  ['', 'tun-csum', 'nothing'],
  ['', 'tun-remcsum', 'nothing'],
  ['', 'mcast-interface', 'value'],
  ['', 'syncid', 'value'],
  ['', 'sync-maxlen', 'value'],
  ['', 'mcast-group', 'value'],
  ['', 'mcast-port', 'value'],
  ['', 'mcast-ttl', 'value'],
  ['n', 'numeric', 'nothing'],
  ['c', 'connection', 'nothing'],
  ['X', 'exact', 'nothing'],
  ['', 'stats', 'nothing'],
  ['', 'rate', 'nothing'],
  ['', 'thresholds', 'nothing'],
  ['', 'persistent-conn', 'nothing'],
  ['', 'tun-info', 'nothing'],
  ['', 'timeout', 'nothing'],
  ['', 'daemon', 'nothing'],
  ['', 'sort', 'nothing'],
  ['', 'nosort', 'nothing'],
]

export const OPTIONS: ReadonlyMap<string, IpvsadmOption> = new Map(
  TABLE.flatMap(([short, long, takes, command = false]) => {
    const option = { name: short === '' ? long : short === 'l' ? 'L' : short, takes, command }
    return [[`--${long}`, option] as const, ...(short === '' ? [] : [[`-${short}`, option] as const])]
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
