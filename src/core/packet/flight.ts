import type { IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'
import type { Client } from '../hosts/clients.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Destination } from '../formats/ipvs-table.js'
import type { Chance } from './choices.js'
import type { Packet } from './packet.js'
import type { Verdict } from './verdict.js'
import type { Connection, Hop, Knowledge, Leg, Neighbour, Seen, Step, StepType } from './walk.js'
import type { Port, WalkHost, World } from './world.js'

/** One run of a walk while it goes on: what was asked, what chance has decided, and what hosts have learned so far. */
export interface Flight {
  readonly world: World
  readonly service: ServiceModel
  readonly request: Request
  readonly chance: Chance
  /** Only this real server may be chosen. */
  readonly only: string | undefined
  readonly hops: Hop[]
  readonly memory: Map<WalkHost, HostMemory>
  leg: Leg
  /** Whoever answered for the VIP where several might have. */
  arpWinner: string | undefined
  /** Several hosts might have answered for an address on the way. */
  ambiguous: Ambiguity | undefined
  /** A real server that put the VIP into an ARP request where others have resolved it. */
  announced: { readonly host: string; readonly network: string } | undefined
  /** Where the VIP was resolved: neighbours there have an entry for it. */
  readonly vipResolvedOn: Set<string>
  realServer: string | undefined
  /** The real server is the service's sorry server. */
  sorry: boolean
  /** Redirects that were sent on the way. */
  readonly redirects: Redirect[]
  /** What the ICMP error that is on its way is about. */
  about: Packet | undefined
  /** Somebody who should have had the VIP passes the request on instead: whatever becomes of it, that is why. */
  pending: Pick<Trouble, 'verdict' | 'reason' | 'at'> | undefined
  /** The director sent the request to a gateway though DR cannot pass one. */
  viaGateway: IpAddress | undefined
}

export interface Request {
  readonly client: Client
  readonly protocol: Protocol
  readonly vip: IpAddress
  readonly vport: number
  readonly clientPort: number
}

export interface Ambiguity {
  readonly address: IpAddress
  readonly network: string
  readonly hosts: readonly string[]
}

/** `router` tells whoever has sent a packet that there is a shorter way. */
export interface Redirect {
  readonly router: WalkHost
  readonly sender: IpAddress
  readonly gateway: IpAddress
}

export interface HostMemory {
  neighbours: readonly Neighbour[]
  entries: readonly Entry[]
  /** Flows that its conntrack has seen begin, by `flowKey`. */
  readonly tracked: Map<string, TrackedFlow>
}

export interface TrackedFlow {
  readonly opener: IpAddress
  /** A packet of the other side was seen too. */
  answered: boolean
}

/** An entry of the IPVS connection table, and the destination it stands for. */
export interface Entry extends Connection {
  readonly of: Destination
  readonly onePacket: boolean
}

/** What becomes of a packet after a host has had it. */
export type Next =
  | { readonly kind: 'arrives'; readonly port: Port; readonly packet: Packet }
  /** At a drawn router from where nothing is drawn. */
  | { readonly kind: 'enters'; readonly host: WalkHost; readonly packet: Packet }
  /** At a gateway that is not drawn. */
  | {
      readonly kind: 'beyond'
      readonly network: string
      readonly gateway: IpAddress
      readonly packet: Packet
    }
  /** At the client that is not drawn. */
  | { readonly kind: 'outside'; readonly packet: Packet }
  /** A program of the host has it. */
  | { readonly kind: 'taken'; readonly host: WalkHost; readonly packet: Packet }
  /** A tunnel device of the same host has it. */
  | { readonly kind: 'unpacked'; readonly hop: OpenHop; readonly device: string; readonly packet: Packet }
  | { readonly kind: 'ends'; readonly trouble: Trouble }

/** Why a packet went no further. */
export interface Trouble {
  readonly verdict: Verdict
  /** One sentence without full stop. */
  readonly reason: string
  readonly at: string
  /** What the host sends back, to whom the packet says it is from. */
  readonly answer: Answer | undefined
  /** What the client notices where nothing has to be sent for that; undefined: that is not known. */
  readonly seen?: Seen
}

export interface Answer {
  readonly from: WalkHost
  readonly packet: Packet
  /** The packet an ICMP error is about; a reset is about none. */
  readonly about: Packet | undefined
}

/** A hop that is being walked. */
export interface OpenHop {
  readonly host: WalkHost
  readonly in: string | undefined
  readonly packetIn: Packet | undefined
  readonly steps: Step[]
}

export function openHop(host: WalkHost, from: string | undefined, packetIn: Packet | undefined): OpenHop {
  return { host, in: from, packetIn, steps: [] }
}

export function note({ steps }: OpenHop, type: StepType, detail: string): void {
  steps.push({ type, detail })
}

export function closeHop(
  flight: Flight,
  { host, in: from, packetIn, steps }: OpenHop,
  out?: {
    readonly interface: string | undefined
    readonly network: string | undefined
    readonly packet: Packet
  },
): void {
  flight.hops.push({
    leg: flight.leg,
    host: host.name,
    in: from,
    out: out?.interface,
    network: out?.network,
    steps,
    packetIn,
    packetOut: out?.packet,
    knows: knowledge(memoryOf(flight, host)),
  })
}

/** Ends the hop with the packet. */
export function ends(flight: Flight, hop: OpenHop, trouble: Omit<Trouble, 'at'>): Next {
  note(hop, 'drop', trouble.reason)
  closeHop(flight, hop)
  return { kind: 'ends', trouble: { ...trouble, at: hop.host.name } }
}

export function memoryOf({ memory }: Flight, host: WalkHost): HostMemory {
  const known = memory.get(host) ?? { neighbours: [], entries: [], tracked: new Map() }
  memory.set(host, known)
  return known
}

function knowledge({ neighbours, entries }: HostMemory): Knowledge {
  return {
    neighbours,
    connections: entries.map(({ of: _, onePacket: __, ...connection }) => connection),
  }
}

/** Equal for both directions of a flow. */
export function flowKey({ ip, l4 }: Packet): string {
  if ('icmp' in l4) return `icmp ${ip.src} ${ip.dst}`
  const a = `${ip.src} ${l4.srcPort}`
  const b = `${ip.dst} ${l4.dstPort}`
  return a < b ? `${ip.protocol} ${a} ${b}` : `${ip.protocol} ${b} ${a}`
}
