import type { Family, IpAddress } from '../topology/address.js'
import type { Mode, Protocol, Scheduler, SchedulerFlag, Tunnel } from '../topology/types.js'

/** One entry of the IPVS table (uapi/linux/ip_vs.h `ip_vs_service_user` and what genetlink adds). */
export interface VirtualService {
  readonly target: ServiceTarget
  readonly scheduler: Scheduler
  readonly flags: readonly SchedulerFlag[]
  readonly persistence: PersistenceState | undefined
  readonly onePacket: boolean
  readonly destinations: readonly Destination[]
}

export type ServiceTarget =
  | {
      readonly kind: 'address'
      readonly protocol: Protocol
      readonly address: IpAddress
      readonly port: number
    }
  | { readonly kind: 'mark'; readonly mark: number; readonly family: Family }

export interface PersistenceState {
  /** Seconds. */
  readonly timeout: number
  /** Prefix length of the client mask. */
  readonly granularity: number
  readonly engine: 'sip' | undefined
}

export interface Destination {
  readonly address: IpAddress
  readonly port: number
  readonly method: Mode
  readonly weight: number
  /** Connections; 0 is no limit. */
  readonly upper: number
  readonly lower: number
  /** Only for `tun`. */
  readonly tunnel: Tunnel | undefined
}
