import type { Family } from '../topology/address.js'
import type { HostState } from './state.js'
import { IPV4_CONF } from './sysctl-conf-entries.js'

export type Ipv4Setting = keyof typeof IPV4_CONF

/** `net.ipv4.conf.IF.SETTING`; a dot in an interface's name is written as a slash (sysctl(8)). */
export function confKey(family: Family, interfaceName: string, setting: string): string {
  const keys = confKeys[family]
  const ofInterface = keys.get(interfaceName) ?? new Map<string, string>()
  const known = ofInterface.get(setting)
  if (known !== undefined) return known
  const key = `net.ipv${family}.conf.${interfaceName.replaceAll('.', '/')}.${setting}`
  if (keys.size >= MOST_INTERFACES) keys.clear()
  keys.set(interfaceName, ofInterface.set(setting, key))
  return key
}

/** Put together once: thousands of hosts are asked for the same, and a text is hashed the first time it is looked up. */
const confKeys: Readonly<Record<Family, Map<string, Map<string, string>>>> = { 4: new Map(), 6: new Map() }
const MOST_INTERFACES = 1_000

export const IPV4_FORWARD = 'net.ipv4.ip_forward'

/** Settings of IPVS that services need; there once `ip_vs` is loaded (ip_vs_ctl.c). */
export const BACKUP_ONLY = 'net.ipv4.vs.backup_only'
export const CONNTRACK = 'net.ipv4.vs.conntrack'
export const EXPIRE_NODEST = 'net.ipv4.vs.expire_nodest_conn'
export const EXPIRE_QUIESCENT = 'net.ipv4.vs.expire_quiescent_template'

/** The value that counts on an interface, after joining `all` and the interface's own. */
export function effectiveSetting(state: HostState, setting: Ipv4Setting, interfaceName: string): number {
  const { join, default: standard } = IPV4_CONF[setting]
  const untouched = Number(standard)
  const read = (name: string) => numberAt(state, confKey(4, name, setting))
  const own = read(interfaceName) ?? untouched
  const all = () => read('all') ?? untouched
  switch (join) {
    case 'max':
      return Math.max(all(), own)
    case 'or':
      return all() !== 0 || own !== 0 ? 1 : 0
    case 'and':
      return all() !== 0 && own !== 0 ? 1 : 0
    case 'by-forwarding': {
      const both = all() !== 0 && own !== 0
      const either = all() !== 0 || own !== 0
      return (forwards(state, 4, interfaceName) ? both : either) ? 1 : 0
    }
    case 'interface':
      return own
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
