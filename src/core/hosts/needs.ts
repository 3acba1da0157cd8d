import type { Family, IpAddress } from '../topology/address.js'
import { withPort } from '../topology/address.js'
import type { ServiceTarget, VirtualService } from '../formats/ipvs-table.js'
import { markKey } from './marks.js'
import { masqueradeKey } from './masquerade.js'
import type { MasqueradedPackets } from './masquerade.js'
import type { MarkedPackets } from './marks.js'
import type { FouPort } from './tunnels.js'

/** Something a service needs of a host. What deployments bring about, and what the checks look for. */
export type Need =
  | { readonly kind: 'module'; readonly module: string }
  | { readonly kind: 'sysctl'; readonly key: string; readonly value: string }
  /** A UDP port at which the kernel unpacks GUE (fou.c). */
  | ({ readonly kind: 'fou' } & FouPort)
  | {
      readonly kind: 'tunnel-device'
      readonly interface: string
      /** As `ip link add NAME type` takes it. */
      readonly made: string
    }
  | { readonly kind: 'link-up'; readonly interface: string }
  | {
      readonly kind: 'address'
      readonly interface: string
      readonly address: IpAddress
      /** Always the whole address: a VIP with its subnet's mask would make that subnet local (DR-MASK). */
      readonly prefix: 32 | 128
      /** VRRP puts it there, and takes it away: the pair's active director has it. */
      readonly moves: boolean
    }
  | {
      readonly kind: 'default-route'
      readonly family: Family
      readonly via: IpAddress
      readonly interface: string
    }
  | { readonly kind: 'mark'; readonly packets: MarkedPackets }
  | { readonly kind: 'masquerade'; readonly packets: MasqueradedPackets }
  | {
      readonly kind: 'virtual-service'
      readonly service: VirtualService
      /** Its destinations are put in by keepalived alone, each when it answers for the first time. */
      readonly startsDown: boolean
    }
  /** keepalived, with this configuration. */
  | { readonly kind: 'keepalived'; readonly text: string }

/** A need with who has it and why, as an operator reads it. */
export interface ReasonedNeed {
  readonly need: Need
  /** One sentence without full stop. */
  readonly why: string
  /** Services by name. */
  readonly services: readonly string[]
}

/** A need that is not met because the file pins another value. */
export interface DeniedNeed extends ReasonedNeed {
  /** Where the pin stands in the file. */
  readonly pin: string
  readonly pinned: string
}

/** Equal for two needs that speak of the same thing on a host, whatever value they want. */
export function needKey(need: Need): string {
  switch (need.kind) {
    case 'module':
      return `module ${need.module}`
    case 'sysctl':
      return `sysctl ${need.key}`
    case 'fou':
      return `fou ${need.family} ${need.port}`
    case 'tunnel-device':
      return `tunnel-device ${need.interface}`
    case 'link-up':
      return `link-up ${need.interface}`
    case 'address':
      return `address ${need.interface} ${need.address}`
    case 'default-route':
      return `default-route ${need.family}`
    case 'mark':
      return `mark ${markKey(need.packets)}`
    case 'masquerade':
      return `masquerade ${masqueradeKey(need.packets)}`
    case 'keepalived':
      return 'keepalived'
    case 'virtual-service':
      return `virtual-service ${targetText(need.service.target)}`
  }
}

/** `tcp 192.0.2.100:80` or `mark 17`. */
export function targetText(target: ServiceTarget): string {
  return target.kind === 'mark'
    ? `mark ${target.mark}${target.family === 6 ? ' (IPv6)' : ''}`
    : `${target.protocol} ${withPort(target.address, target.port)}`
}
