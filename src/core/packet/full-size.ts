import { say } from '../speech/say.js'
import type { Flight, Trouble } from './flight.js'
import { memoryOf } from './flight.js'
import { filtered } from './firewall.js'
import type { Landed } from './fly.js'
import { USUAL_MTU, isClient, deliverAnswer, sendReply, sendRequest } from './exchange.js'
import { IPV6_MIN_MTU } from './neighbour.js'
import type { Packet } from './packet.js'
import type { WalkHost } from './world.js'

/** So often a sender is told of a smaller MTU before it is taken to be lost. */
const MOST_LESSONS = 4

/** What became of packets as large as both sides take them. */
export type FullSize =
  | { readonly kind: 'through'; readonly lessons: readonly string[] }
  | { readonly kind: 'lost'; readonly trouble: Trouble; readonly lessons: readonly string[] }

/**
 * Once a connection is there, both sides send segments as large as the smaller of the two MTUs they announced (RFC 9293,
 * 3.7.1), with DF. Whoever cannot pass one on says how much would fit, and where that gets back the sender learns it; of
 * IPv6 nothing below what every link must carry (RFC 8201, 4; ipv6/route.c `__ip6_rt_update_pmtu`).
 */
export function walkFullSize(flight: Flight, server: WalkHost, opened: Packet): FullSize {
  const { client } = flight.request
  const clientHost = client.drawn ? flight.world.hosts.get(client.name) : undefined
  const most = Math.min(outMtu(clientHost, flight.request.vip), outMtu(server, opened.ip.src))
  const lessons: string[] = []
  const request = probe(
    flight,
    most,
    lessons,
    (length) => sendRequest(flight, { flags: 'PSH ACK', length }),
    (landed) => isClient(flight, landed),
  )
  if (request !== undefined) return { kind: 'lost', trouble: request, lessons }
  const reply = probe(
    flight,
    most,
    lessons,
    (length) => sendReply(flight, server, opened, { flags: 'PSH ACK', length }),
    (landed) => reaches(flight, server, landed),
  )
  return reply === undefined ? { kind: 'through', lessons } : { kind: 'lost', trouble: reply, lessons }
}

function outMtu(host: WalkHost | undefined, towards: Packet['ip']['dst']): number {
  const way = host?.route(towards)
  if (host === undefined || way === undefined || way.kind === 'none') return USUAL_MTU
  return host.state.interfaces.get(way.interface)?.mtu ?? USUAL_MTU
}

function probe(
  flight: Flight,
  most: number,
  lessons: string[],
  send: (length: number) => Landed,
  learns: (landed: Exclude<Landed, { kind: 'ends' }>) => boolean,
): Trouble | undefined {
  let length = most
  for (let lesson = 0; lesson < MOST_LESSONS; lesson++) {
    const landed = send(length)
    if (landed.kind !== 'ends') return undefined
    const { trouble } = landed
    const { answer } = trouble
    if (trouble.verdict !== 'MTU_BLACKHOLE' || answer === undefined) return trouble
    const told = deliverAnswer(flight, answer)
    if (told.kind === 'ends') {
      return { ...trouble, reason: say`${trouble.reason}; the sender is never told: ${told.trouble.reason}` }
    }
    const mtu = 'icmp' in told.packet.l4 ? told.packet.l4.icmp.mtu : undefined
    if (!learns(told) || mtu === undefined || mtu >= length) {
      return { ...trouble, reason: say`${trouble.reason}; the sender is never told` }
    }
    if (told.packet.ip.family === 6 && mtu < IPV6_MIN_MTU) {
      return {
        ...trouble,
        reason: say`${trouble.reason}; the sender is told of ${mtu}, and sends nothing smaller for it: below ${IPV6_MIN_MTU} bytes IPv6 does not go`,
      }
    }
    lessons.push(say`${trouble.at} says that ${mtu} bytes would fit`)
    length = mtu
  }
  return undefined
}

/** An error about a reply goes to the VIP: the director hands it to the real server its table says. */
function reaches(flight: Flight, server: WalkHost, landed: Exclude<Landed, { kind: 'ends' }>): boolean {
  if (landed.kind === 'outside') return false
  if (landed.host === server) return true
  const known = memoryOf(flight, landed.host).entries.some(
    ({ client, of }) => client === flight.request.client.address && server.route(of.address).kind === 'local',
  )
  return known && filtered(flight, server, 'input', landed.packet) === undefined
}
