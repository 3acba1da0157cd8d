import { familyOf } from '../../topology/address.js'
import type { Family, IpAddress } from '../../topology/address.js'
import { addressOf } from './address-word.js'
import { setting, valueOf, wholeOf } from './settings.js'
import type { Directive } from './tree.js'
import { virtualAddress } from './virtual-address.js'
import type { VirtualAddress } from './virtual-address.js'

export interface VrrpInstance {
  readonly directive: Directive
  readonly name: string
  readonly interface: string | undefined
  readonly id: number | undefined
  readonly priority: number
  readonly state: string | undefined
  readonly version: number | undefined
  readonly strict: boolean
  readonly addresses: readonly VirtualAddress[]
  readonly excluded: readonly VirtualAddress[]
  /** That of the first address in the block, be it a VIP, a peer or a source (vrrp_parser.c). */
  readonly family: Family
  /** The line of that address, where it is none of a VIP. */
  readonly familyFrom: Directive | undefined
  readonly peers: readonly IpAddress[]
}

/** The priority of the owner of the address (RFC 5798); also of a MASTER without one (vrrp.c). */
export const OWNER = 255

/** What a vrrp_instance says; `globals` are the settings of global_defs. */
export function vrrpInstance(directive: Directive, globals: ReadonlyMap<string, Directive>): VrrpInstance {
  const listed = (name: string): VirtualAddress[] =>
    (directive.children ?? []).flatMap((child) =>
      child.name === name ? (child.children ?? []).map(virtualAddress) : [],
    )
  const addresses = listed('virtual_ipaddress')
  const strict = setting(directive, 'strict_mode')
  const state = valueOf(setting(directive, 'state'))
  const first = firstAddress(directive)
  const peers = (directive.children ?? []).flatMap((child) =>
    child.name === 'unicast_peer' ? (child.children ?? []).flatMap(({ name }) => addressOf(name) ?? []) : [],
  )
  return {
    directive,
    name: directive.words[1]?.text ?? '',
    interface: valueOf(setting(directive, 'interface')),
    id: wholeOf(setting(directive, 'virtual_router_id'), 1, 255),
    priority:
      wholeOf(setting(directive, 'priority'), 1, 255) ??
      (state === 'MASTER' && setting(directive, 'priority') === undefined ? OWNER : 100),
    state,
    version: wholeOf(setting(directive, 'version'), 2, 3) ?? wholeOf(globals.get('vrrp_version'), 2, 3),
    strict:
      strict === undefined
        ? globals.has('vrrp_strict')
        : !['off', 'false', 'no'].includes(valueOf(strict) ?? 'on'),
    addresses,
    excluded: listed('virtual_ipaddress_excluded'),
    family: first?.family ?? 4,
    familyFrom: first?.from,
    peers,
  }
}

const SOURCES: ReadonlySet<string> = new Set(['mcast_src_ip', 'unicast_src_ip', 'mcast_dst_ip'])

/** What settles the family of an instance; `from` is the line where it is no VIP. */
function firstAddress({
  children = [],
}: Directive): { readonly family: Family; readonly from: Directive | undefined } | undefined {
  for (const child of children) {
    if (child.name === 'native_ipv6') return { family: 6, from: child }
    if (SOURCES.has(child.name)) {
      const address = addressOf(child.words[1]?.text ?? '')
      if (address !== undefined) return { family: familyOf(address), from: child }
    } else if (child.name === 'unicast_peer' || child.name === 'virtual_ipaddress') {
      for (const line of child.children ?? []) {
        const vip = child.name === 'virtual_ipaddress'
        const address = vip ? virtualAddress(line).address : addressOf(line.name)
        if (address !== undefined) return { family: familyOf(address), from: vip ? undefined : line }
      }
    }
  }
  return undefined
}
