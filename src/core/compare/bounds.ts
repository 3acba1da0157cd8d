import type { Bound, LinkBound, PortLoad, ServerBound, Throughput } from './traffic.js'

/** A cluster as far as its throughput goes. */
export interface Farm {
  readonly ports: readonly PortLoad[]
  /** The number of real servers the loads of their ports are for. */
  readonly drawn: number
  /** Requests go to all of them: with others like them, each gets less. */
  readonly spread: boolean
  /** The part of the requests that the busiest of them gets. */
  readonly busiest: number
  /** Requests a second that one of them answers, where that is known. */
  readonly serverRate: number | undefined
}

/** What bounds a cluster, whatever the number of its real servers. */
export interface Bounds {
  readonly farm: Farm
  /** Of what they share. */
  readonly ceiling: LinkBound | undefined
  /** Of those that are drawn, by what each has of its own. */
  readonly own: Bound | undefined
}

export function boundsOf(farm: Farm): Bounds {
  return { farm, ceiling: ceilingOf(farm), own: ownBound(farm) }
}

/** What so many real servers, like those that are drawn, carry together with everything before them. */
export function throughput(bounds: Bounds, realServers: number): Throughput {
  const own = ownOf(bounds, realServers)
  return { realServers, bound: least([bounds.ceiling, own].filter((each) => each !== undefined)) }
}

/** What all real servers share. A client is one of many, and what it has of its own bounds nobody else. */
function ceilingOf({ ports }: Farm): LinkBound | undefined {
  const shared = ports.filter(({ side }) => side === 'director' || side === 'router')
  return least(linkBounds(shared))
}

export function directorBound(ports: readonly PortLoad[], director: string): LinkBound | undefined {
  return least(linkBounds(ports.filter(({ host }) => host === director)))
}

/** The least number of real servers that reaches what they share; undefined where none does. */
export function enoughServers(bounds: Bounds): number | undefined {
  const ceiling = bounds.ceiling?.requestsPerSecond
  if (ceiling === undefined) return undefined
  const one = ownOf(bounds, 1)?.requestsPerSecond ?? Infinity
  if (!bounds.farm.spread) return one >= ceiling ? 1 : undefined
  return Math.max(1, Math.ceil(ceiling / one - CLOSE))
}

function ownBound({ ports, busiest, serverRate }: Farm): Bound | undefined {
  const links = linkBounds(ports.filter(({ side }) => side === 'real-server'))
  const program: ServerBound[] =
    serverRate === undefined ? [] : [{ kind: 'server', requestsPerSecond: serverRate / busiest }]
  return least<Bound>([least(links), ...program].filter((each) => each !== undefined))
}

function ownOf({ farm: { spread, drawn }, own }: Bounds, realServers: number): Bound | undefined {
  const times = spread ? realServers / drawn : 1
  return own === undefined ? undefined : { ...own, requestsPerSecond: own.requestsPerSecond * times }
}

const BITS = 8

function* linkBounds(ports: readonly PortLoad[]): Generator<LinkBound> {
  for (const port of ports) {
    for (const direction of ['in', 'out'] as const) {
      const { line } = port[direction]
      const { host, interface: name, side, rate } = port
      if (line === 0) continue
      const requestsPerSecond = rate / (BITS * line)
      yield { kind: 'link', host, interface: name, side, direction, requestsPerSecond }
    }
  }
}

/** What fractions of a request lose in adding up. */
const CLOSE = 1e-9

/** The first of those that are as tight. */
function least<B extends Bound>(bounds: Iterable<B>): B | undefined {
  let found: B | undefined
  for (const bound of bounds) {
    if (found === undefined || bound.requestsPerSecond < found.requestsPerSecond * (1 - CLOSE)) found = bound
  }
  return found
}

/** How many times as many requests as NAT; undefined where one of them is not known. */
export function timesNat(nat: Bound | undefined, other: Bound | undefined): number | undefined {
  return nat === undefined || other === undefined
    ? undefined
    : other.requestsPerSecond / nat.requestsPerSecond
}
