import type { VirtualService } from '../formats/ipvs-table.js'
import type { Family, IpAddress, Subnet } from '../topology/address.js'
import type { Health, Manage, Protocol } from '../topology/types.js'

/** What is taken over of a health check. */
export type FoundHealth = Partial<Health>

/** What one file, or one running host, tells of a director: as much of a drawing as is known, and no more. */
export interface FoundDirector {
  /** The file or host it was read from. */
  readonly source: string
  /** What it calls itself, where it does. */
  readonly name: string | undefined
  readonly kernel: string | undefined
  readonly manager: Manage['director']
  /** Whom keepalived runs scripts as, where that is said. */
  readonly scriptUser: string | undefined
  readonly services: readonly FoundService[]
  readonly interfaces: readonly FoundInterface[]
  /** Its own addresses that are known without the interface they are on. */
  readonly addresses: readonly IpAddress[]
  readonly gateways: readonly IpAddress[]
  readonly routes: readonly FoundRoute[]
  readonly vrrp: readonly FoundInstance[]
  /** The daemon that keeps connections in step is run. */
  readonly sync: boolean
  /** Seen on the host itself: what it does not have is not there. */
  readonly observed: boolean
  /** Whether requests of NAT leave it with its own address as source; undefined: nobody could tell. */
  readonly masquerades: boolean | undefined
}

/** A host that is no director, seen on the host itself. */
export interface FoundHost {
  readonly name: string
  readonly kernel: string | undefined
  readonly interfaces: readonly FoundInterface[]
  readonly gateways: readonly IpAddress[]
}

export interface FoundService extends VirtualService {
  /** What it is called where it stands, as a group is. */
  readonly name: string | undefined
  readonly source: string
  /** Its line there, 1-based; undefined: it is in a table. */
  readonly line: number | undefined
  /** Of a service by mark, where it is known which packets get it. */
  readonly marked: MarkedPackets | undefined
  readonly sorryServer: { readonly address: IpAddress; readonly port: number | undefined } | undefined
  readonly health: FoundHealth | undefined
  readonly quorum: number | undefined
  readonly hysteresis: number | undefined
}

export interface MarkedPackets {
  readonly vip: IpAddress
  readonly protocol: Protocol
  readonly ports: readonly number[]
}

export interface FoundInterface {
  readonly name: string
  readonly addresses: readonly FoundAddress[]
  /** Of addresses that move with VRRP: their subnets, and those that stand there without one. */
  readonly subnets: readonly Subnet[]
  readonly moving: readonly IpAddress[]
  readonly mac: string | undefined
  readonly mtu: number | undefined
}

export interface FoundAddress {
  readonly address: IpAddress
  readonly prefix: number
}

export interface FoundRoute {
  readonly to: Subnet
  readonly via: IpAddress
}

/** A VRRP instance, and the addresses that move with it. */
export interface FoundInstance {
  readonly name: string
  readonly id: number | undefined
  readonly interface: string | undefined
  readonly family: Family
  readonly priority: number
  /** Seconds; undefined: keepalived's own default. */
  readonly advert: number | undefined
  readonly addresses: readonly IpAddress[]
  readonly peers: readonly IpAddress[]
  readonly preempt: boolean
  readonly secret: boolean
}

/** What could not be taken over, at the place it stands. */
export interface ImportNote {
  readonly code: 'IMPORT-LOST' | 'IMPORT-UNREAD'
  readonly source: string
  /** 1-based; undefined: it is about the whole source. */
  readonly line: number | undefined
  readonly message: string
}
