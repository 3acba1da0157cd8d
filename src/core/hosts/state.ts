import type { Family, IpAddress, Subnet } from '../topology/address.js'
import type { VirtualService } from '../formats/ipvs-table.js'
import type { Drop, Listen, Supports } from '../topology/types.js'

/**
 * The state of a Linux host as far as LVS depends on it. One type, whether derived from a topology or observed by a
 * probe: checks, walk, rendering and plan do not know which of the two they look at.
 */
export interface HostState {
  readonly name: string
  /** The release of its kernel; undefined: not known. */
  readonly kernel: string | undefined
  readonly interfaces: ReadonlyMap<string, InterfaceState>
  /** Routes of the main table that no address brings by itself. */
  readonly routes: readonly RouteState[]
  /** By dotted key. Derived: what is pinned or deployed, the rest is at the kernel's default (sysctl.ts). */
  readonly sysctls: ReadonlyMap<string, string>
  /** Kernel modules of ours that are loaded or built in. */
  readonly modules: ReadonlySet<string>
  readonly virtualServices: readonly VirtualService[]
  readonly supports: Supports
  readonly listens: readonly Listen[] | undefined
  readonly drops: readonly Drop[]
}

export interface InterfaceState {
  readonly name: string
  /** The drawn network it is on; undefined for lo, tunnels, and interfaces the drawing does not have. */
  readonly network: string | undefined
  readonly mac: string | undefined
  /** Bytes. */
  readonly mtu: number
  readonly up: boolean
  readonly addresses: readonly AddressState[]
}

export interface AddressState {
  readonly address: IpAddress
  readonly prefix: number
  /** IPv6 with preferred_lft 0: answered for, never chosen as source (RFC 6724 rule 3). */
  readonly deprecated: boolean
}

export interface RouteState {
  readonly to: Subnet | 'default'
  readonly family: Family
  readonly via: IpAddress | undefined
  readonly interface: string | undefined
  /** Lower wins among equal prefixes. */
  readonly metric: number
  /** Its gateway is taken to be on the link, whatever addresses say (ip-route(8) `onlink`). */
  readonly onlink?: boolean
}
