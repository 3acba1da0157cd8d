import { say } from '../speech/say.js'
import type { Flight, Next, Trouble } from './flight.js'
import { arrive, enter } from './input.js'
import { routedHeader } from './packet.js'
import type { Packet } from './packet.js'
import { passGateway } from './undrawn.js'
import type { WalkHost } from './world.js'

/** Where a packet ended up. */
export type Landed =
  | { readonly kind: 'taken'; readonly host: WalkHost; readonly packet: Packet }
  /** At the client that is not drawn. */
  | { readonly kind: 'outside'; readonly packet: Packet }
  | { readonly kind: 'ends'; readonly trouble: Trouble }

/** No path is longer, even one that goes in a circle until the TTL is used up. */
const MOST_HOPS = 200

/** Follows a packet from host to host until somebody has it, or it is lost. */
export function fly(flight: Flight, start: Next): Landed {
  const passed = new Set<string>()
  let circle: { readonly hops: number; readonly hosts: readonly string[] } | undefined
  let next = start
  for (let count = 0; count < MOST_HOPS; count++) {
    if (next.kind === 'ends')
      return circle === undefined ? next : { kind: 'ends', trouble: inCircle(flight, next.trouble, circle) }
    if (next.kind === 'taken' || next.kind === 'outside') return next
    const key = placeKey(next)
    if (circle === undefined && key !== undefined && passed.has(key)) {
      circle = { hops: flight.hops.length, hosts: hostsSince(flight, [...passed].indexOf(key), passed.size) }
    }
    if (key !== undefined) passed.add(key)
    next = step(flight, next)
  }
  throw new RangeError('a packet outlived its TTL')
}

function step(flight: Flight, next: Exclude<Next, Landed>): Next {
  switch (next.kind) {
    case 'arrives':
      return arrive(flight, next.port, next.packet)
    case 'enters':
      return enter(flight, next.host, next.packet)
    case 'beyond':
      return passGateway(flight, next.gateway, next.network, next.packet)
    case 'unpacked':
      throw new TypeError('a packet out of a tunnel belongs to the host that unpacked it')
  }
}

/** The same packet but for its TTL at the same place: from there on all repeats itself. */
function placeKey(next: Next): string | undefined {
  if (next.kind !== 'arrives' && next.kind !== 'beyond') return undefined
  const { packet } = next
  const { src, dst } = routedHeader(packet)
  const where =
    next.kind === 'arrives'
      ? `${next.port.host.name} ${next.port.interface.name}`
      : `${next.network} ${next.gateway}`
  return `${where} ${src} ${dst} ${packet.ip.dst}`
}

function hostsSince({ hops }: Flight, index: number, length: number): string[] {
  return hops.slice(hops.length - (length - index)).map(({ host }) => host)
}

/** What goes round is shown once, and how it ended. */
function inCircle(
  flight: Flight,
  trouble: Trouble,
  { hops, hosts }: { readonly hops: number; readonly hosts: readonly string[] },
): Trouble {
  const last = flight.hops.at(-1)
  flight.hops.length = hops
  if (last !== undefined) flight.hops.push(last)
  const around = [...new Set(hosts)].join(' → ')
  const { viaGateway } = flight
  if (viaGateway !== undefined && flight.leg === 'request') {
    return {
      ...trouble,
      verdict: 'NOT_SAME_L2',
      reason: say`the director hands the packet to ${viaGateway}, and it still says ${flight.request.vip}, so routers bring it back to the director: it goes round ${around} until its TTL is used up`,
    }
  }
  return {
    ...trouble,
    verdict: 'LOOP',
    reason: say`the packet goes round ${around} until its TTL is used up`,
  }
}
