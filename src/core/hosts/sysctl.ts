import type { Family } from '../topology/address.js'
import type { HostState } from './state.js'

/**
 * How the kernel joins `net.ipv4.conf.all.X` with `net.ipv4.conf.IF.X` (include/linux/inetdevice.h: IN_DEV_MAXCONF,
 * IN_DEV_ORCONF, IN_DEV_ANDCONF, IN_DEV_CONF_GET), and the value of a host nobody has touched.
 */
const IPV4_CONF = {
  rp_filter: { join: 'max', untouched: 0 },
  arp_ignore: { join: 'max', untouched: 0 },
  arp_announce: { join: 'max', untouched: 0 },
  arp_filter: { join: 'or', untouched: 0 },
  send_redirects: { join: 'or', untouched: 1 },
  accept_local: { join: 'or', untouched: 0 },
  proxy_arp: { join: 'or', untouched: 0 },
  forwarding: { join: 'interface', untouched: 0 },
} as const satisfies Record<string, { join: 'max' | 'or' | 'interface'; untouched: number }>

export type Ipv4Setting = keyof typeof IPV4_CONF

/** `net.ipv4.conf.IF.SETTING`; a dot in an interface's name is written as a slash (sysctl(8)). */
export function confKey(family: Family, interfaceName: string, setting: string): string {
  return `net.ipv${family}.conf.${interfaceName.replaceAll('.', '/')}.${setting}`
}

export const IPV4_FORWARD = 'net.ipv4.ip_forward'

/** The value that counts on an interface, after joining `all` and the interface's own. */
export function effectiveSetting(state: HostState, setting: Ipv4Setting, interfaceName: string): number {
  const { join, untouched } = IPV4_CONF[setting]
  const read = (name: string) => numberAt(state, confKey(4, name, setting))
  const own = read(interfaceName)
  switch (join) {
    case 'max':
      return Math.max(read('all') ?? untouched, own ?? untouched)
    case 'or':
      return (read('all') ?? untouched) || (own ?? untouched) ? 1 : 0
    case 'interface':
      return own ?? untouched
  }
}

/**
 * Whether packets that come in by an interface are forwarded. Writing net.ipv4.ip_forward (or all.forwarding) copies
 * to every interface (devinet.c `inet_forward_change`), so an interface's own value counts only where one is known.
 * IPv6 forwards between all interfaces or none: an interface's own value is about router advertisements (ip6_output.c
 * `ip6_forward` reads that of `all`).
 */
export function forwards(state: HostState, family: Family, interfaceName: string): boolean {
  const all = numberAt(state, confKey(family, 'all', 'forwarding'))
  if (family === 6) return (all ?? 0) !== 0
  const own = numberAt(state, confKey(family, interfaceName, 'forwarding'))
  if (own !== undefined) return own !== 0
  return (numberAt(state, IPV4_FORWARD) ?? all ?? 0) !== 0
}

function numberAt(state: HostState, key: string): number | undefined {
  const text = state.sysctls.get(key)
  if (text === undefined) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}
