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
  readonly family: Family
  readonly peers: readonly IpAddress[]
}

/** What a vrrp_instance says; `globals` are the settings of global_defs. */
export function vrrpInstance(directive: Directive, globals: ReadonlyMap<string, Directive>): VrrpInstance {
  const listed = (name: string): VirtualAddress[] =>
    (directive.children ?? []).flatMap((child) =>
      child.name === name ? (child.children ?? []).map(virtualAddress) : [],
    )
  const addresses = listed('virtual_ipaddress')
  const strict = setting(directive, 'strict_mode')
  const first = addresses.find(({ address }) => address !== undefined)?.address
  const peers = (directive.children ?? []).flatMap((child) =>
    child.name === 'unicast_peer' ? (child.children ?? []).flatMap(({ name }) => addressOf(name) ?? []) : [],
  )
  return {
    directive,
    name: directive.words[1]?.text ?? '',
    interface: valueOf(setting(directive, 'interface')),
    id: wholeOf(setting(directive, 'virtual_router_id'), 1, 255),
    priority: wholeOf(setting(directive, 'priority'), 1, 255) ?? 100,
    state: valueOf(setting(directive, 'state')),
    version: wholeOf(setting(directive, 'version'), 2, 3) ?? wholeOf(globals.get('vrrp_version'), 2, 3),
    strict:
      strict === undefined
        ? globals.has('vrrp_strict')
        : !['off', 'false', 'no'].includes(valueOf(strict) ?? 'on'),
    addresses,
    excluded: listed('virtual_ipaddress_excluded'),
    family: first === undefined ? 4 : familyOf(first),
    peers,
  }
}
