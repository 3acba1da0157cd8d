import type { Mode } from '../topology/types.js'
import type { Load } from './frames.js'

/** What a service's requests and replies ask of hosts and links in one forwarding method, as plain data. */
export type ModeTraffic = CountedTraffic | UncountedTraffic

export interface UncountedTraffic {
  readonly kind: 'uncounted'
  readonly mode: Mode
  /** What is missing, as the rest of a sentence: "its traffic cannot be counted: …". */
  readonly reason: string
}

/** Loads are those of one request, averaged over clients and real servers as requests come from and go to them. */
export interface CountedTraffic {
  readonly kind: 'counted'
  readonly mode: Mode
  /** walked: along the hops of walks that were served; intended: as the method means it, its findings mended. */
  readonly basis: 'walked' | 'intended'
  /** Who asks, each as often as the others. */
  readonly clients: readonly string[]
  /** As the client sends and receives it. */
  readonly request: Load
  readonly reply: Load
  readonly director: DirectorTraffic
  /** Of every drawn host that anything passes, in the order of the file. */
  readonly ports: readonly PortLoad[]
  /** With the real servers that are drawn and take requests. */
  readonly drawn: Throughput
  /** However many real servers there are; undefined: nothing else bounds it. */
  readonly ceiling: LinkBound | undefined
  /** The least number of real servers that reaches the ceiling; undefined: none does. */
  readonly enough: number | undefined
  readonly growth: readonly Throughput[]
}

export interface DirectorTraffic {
  readonly host: string
  readonly in: Load
  readonly out: Load
  /** What comes in of all bytes that client and service exchange: 1 for all. */
  readonly share: number
  /** Its tightest port: what the cluster would carry if nothing else bounded it. */
  readonly bound: LinkBound | undefined
}

export const SIDES = ['client', 'router', 'director', 'real-server'] as const
export type Side = (typeof SIDES)[number]

/** A network card, with everything that shares it: VLANs on it, cards joined to a bond. */
export interface PortLoad {
  readonly host: string
  readonly interface: string
  readonly side: Side
  readonly in: Load
  readonly out: Load
  /** Bits a second, in each direction. */
  readonly rate: number
}

export interface Throughput {
  readonly realServers: number
  /** Undefined: nothing that is drawn bounds it. */
  readonly bound: Bound | undefined
}

export type Bound = LinkBound | ServerBound

export interface LinkBound {
  readonly kind: 'link'
  readonly host: string
  readonly interface: string
  readonly side: Side
  readonly direction: 'in' | 'out'
  readonly requestsPerSecond: number
}

/** What a real server answers at most, by assumption. */
export interface ServerBound {
  readonly kind: 'server'
  readonly requestsPerSecond: number
}
