import type { IpAddress, Subnet } from '../topology/address.js'

/** What netfilter on a host does with packets, as far as it could be read. What could not is in it, by name. */
export interface Ruleset {
  readonly chains: readonly Chain[]
  /** Rules elsewhere that nothing here knows of, in words: a list that nobody may read, or that is too long. */
  readonly unread: readonly string[]
}

export const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
export type Hook = (typeof HOOKS)[number]

/** `ip`, `ip6`, `inet`; other families see no packet that is looked at here. */
export type ChainFamily = 'ip' | 'ip6' | 'inet'

export interface Chain {
  readonly family: ChainFamily
  readonly table: string
  readonly name: string
  /** Undefined: only jumped to. */
  readonly base: BaseChain | undefined
  readonly rules: readonly Rule[]
}

export interface BaseChain {
  readonly hook: Hook
  /** Of type nat: only packets of connections that conntrack has just begun come here. */
  readonly nat: boolean
  /** Lower comes first. */
  readonly priority: number
  readonly accepts: boolean
}

export interface Rule {
  /** As nft(8) writes it, or nearly. */
  readonly text: string
  /** All must hold. */
  readonly tests: readonly Test[]
  readonly verdict: RuleVerdict
}

export type RuleVerdict =
  | { readonly kind: 'continue' | 'accept' | 'drop' | 'return' }
  /** Conntrack has no part in it from here on. */
  | { readonly kind: 'untrack' }
  /** With what the sender is told. */
  | { readonly kind: 'reject'; readonly by: 'reset' | 'icmp' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** It does something to the packet that is not followed here. */
  | { readonly kind: 'unknown' }

/** What a rule looks at. */
export type Field =
  | 'iif'
  | 'oif'
  | 'family'
  | 'protocol'
  | 'src'
  | 'dst'
  | 'sport'
  | 'dport'
  | 'icmp-type'
  | 'icmp-code'
  | 'icmpv6-type'
  | 'icmpv6-code'
  /** `new`, `established`, `related`, `invalid`, `untracked`. */
  | 'ct-state'
  /** Lower case, with commas between. */
  | 'tcp-flags'

export type Test =
  | {
      readonly kind: 'is'
      readonly field: Field
      /** It holds where the value is none of these. */
      readonly not: boolean
      readonly values: readonly Value[]
    }
  /** What is looked at is not known here. */
  | { readonly kind: 'unknown'; readonly what: string }

export type Value =
  | { readonly kind: 'exactly'; readonly value: string }
  | { readonly kind: 'from-to'; readonly from: number; readonly to: number }
  | { readonly kind: 'subnet'; readonly subnet: Subnet }
  | { readonly kind: 'addresses'; readonly from: IpAddress; readonly to: IpAddress }
  /** `eth*`. */
  | { readonly kind: 'begins'; readonly with: string }
  /** Of some flags just these are set. */
  | { readonly kind: 'flags'; readonly among: readonly string[]; readonly are: readonly string[] }
