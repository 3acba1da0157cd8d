import type { IpAddress } from '../topology/address.js'
import type { Packet } from './packet.js'
import type { Verdict } from './verdict.js'

/**
 * One request and its reply through the drawing, as Linux would handle them: the same input gives the same walk.
 * Where the kernel leaves something to chance there is one walk for each way it can go.
 */
export interface Walk {
  readonly service: string
  /** A drawn client, or `(outside)`. */
  readonly client: string
  /** The active director: of a pair, each is walked as such. */
  readonly director: string | undefined
  /** The real server the request was sent to, `sorry` for the sorry server; undefined where it came to none. */
  readonly realServer: string | undefined
  /** Where several hosts may answer for the VIP: the one who did, in this walk. */
  readonly arpWinner: string | undefined
  /** The client accepted the reply and the request went through the director; undefined: the drawing does not say enough. */
  readonly served: boolean | undefined
  readonly verdict: Verdict
  /** Why it ended so, one sentence or two that name hosts, addresses and settings. */
  readonly reason: string
  /** What the client notices; undefined where that cannot be told. */
  readonly seen: Seen | undefined
  /** Where it ended: the host that decided, or the last one the packet was at. */
  readonly at: string
  readonly hops: readonly Hop[]
}

/** What a program on the client is told (connect(2)), or that nothing comes back. */
export type Seen = 'reply' | 'refused' | 'unreachable' | 'reset' | 'timeout'

export const LEGS = ['request', 'reply'] as const
/** An ICMP error on its way back to the client belongs to the reply, one on its way to the real server to the request. */
export type Leg = (typeof LEGS)[number]

/** What one host does with one packet: everything from the wire, or a program, to the wire, or a program. */
export interface Hop {
  readonly leg: Leg
  readonly host: string
  /** The interface it came in by; undefined where it began here. */
  readonly in: string | undefined
  /** The interface it left by; undefined where it ended here. */
  readonly out: string | undefined
  /** The drawn network it left on; undefined where it left on none, or beyond the drawing. */
  readonly network: string | undefined
  /** In the order in which the kernel takes them. */
  readonly steps: readonly Step[]
  readonly packetIn: Packet | undefined
  readonly packetOut: Packet | undefined
  /** What the host knows after this hop that matters for the walk. */
  readonly knows: Knowledge
}

/** One decision of a host. `detail` is one sentence without full stop, for a person to read. */
export interface Step {
  readonly type: StepType
  readonly detail: string
}

export const STEP_TYPES = [
  /** A program sends. */
  'send',
  /** A program gets it. */
  'deliver',
  /** A route was looked up. */
  'route',
  /** The source was checked: rp_filter, martians. */
  'source-check',
  /** The neighbour's link-layer address was asked for and who answered. */
  'neighbour',
  'firewall',
  'mark',
  /** IPVS found a service, or an entry of its connection table. */
  'service',
  /** IPVS chose a destination. */
  'schedule',
  /** Addresses or ports were rewritten. */
  'rewrite',
  'encapsulate',
  'decapsulate',
  /** It was passed on, with one from its TTL. */
  'forward',
  'mtu',
  /** An ICMP message is sent. */
  'icmp',
  /** The end of a packet. */
  'drop',
] as const
export type StepType = (typeof STEP_TYPES)[number]

export interface Knowledge {
  /** Neighbours it has resolved, in the order in which it did. */
  readonly neighbours: readonly Neighbour[]
  /** Entries of its IPVS connection table. */
  readonly connections: readonly Connection[]
}

export interface Neighbour {
  readonly interface: string
  readonly address: IpAddress
  readonly mac: string
  /** The host that answered. */
  readonly host: string
}

/** A line of `ipvsadm -Lnc`. */
export interface Connection {
  readonly protocol: string
  readonly client: IpAddress
  readonly clientPort: number
  readonly vip: IpAddress
  readonly vport: number
  readonly destination: IpAddress
  readonly destinationPort: number
  readonly method: 'nat' | 'tun' | 'dr' | 'local'
}
