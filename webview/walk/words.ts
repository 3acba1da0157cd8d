import { SEEN } from '../../src/core/packet/walk-text.js'
import type { Verdict } from '../../src/core/packet/verdict.js'
import type { Hop, Seen, StepType, Walk } from '../../src/core/packet/walk.js'

/** A verdict for a person who has not learnt the list by heart. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  SERVED: 'Served',
  SERVED_BYPASSING_DIRECTOR: 'Served, but past the director',
  ARP_AMBIGUOUS: 'Several hosts may answer ARP for the VIP',
  ARP_POISONABLE: 'Neighbours may learn the VIP at the wrong host',
  VIP_NOT_ON_DIRECTOR: 'The director does not have the VIP',
  NO_SERVICE: 'The director has no such service',
  NO_DESTINATION: 'There is no real server to choose',
  VIP_NOT_ON_REAL_SERVER: 'The real server does not have the VIP',
  NOT_LISTENING: 'Nothing listens there',
  RP_FILTER_DROP: 'Dropped by the reverse-path filter',
  MARTIAN_SOURCE: 'Dropped as a martian: the source is the host’s own address',
  TUNNEL_NOT_SUPPORTED: 'The tunnel is not unpacked',
  REPLY_SKIPS_DIRECTOR: 'The reply goes past the director',
  FORWARDING_OFF: 'Dropped by a host that does not forward',
  NOT_SAME_L2: 'Director and real server share no segment',
  MTU_BLACKHOLE: 'Large packets vanish',
  FIREWALL_DROP: 'Dropped by a firewall',
  LOOP: 'The packet goes in circles',
  NO_ROUTE: 'There is no route',
  NEIGHBOUR_UNREACHABLE: 'Nobody answers for the next address',
  UNDETERMINED: 'The drawing does not say enough',
}

/** What a step is called in front of its sentence. */
export const STEP_WORDS: Readonly<Record<StepType, string>> = {
  send: 'sends',
  deliver: 'delivers',
  route: 'route',
  'source-check': 'source check',
  neighbour: 'neighbour',
  firewall: 'firewall',
  mark: 'mark',
  service: 'IPVS service',
  schedule: 'IPVS schedules',
  rewrite: 'rewrites',
  encapsulate: 'tunnel in',
  decapsulate: 'tunnel out',
  forward: 'forwards',
  mtu: 'MTU',
  icmp: 'ICMP',
  drop: 'drops',
}

/** Where a packet came in and left, in few words. */
export function wayOf(hop: Hop): string {
  return `${hop.in ?? (hop.packetIn === undefined ? 'begins here' : 'arrives')} → ${leaving(hop)}`
}

function leaving({ out, network, packetOut }: Hop): string {
  if (out === undefined) return packetOut === undefined ? 'ends here' : 'leaves'
  return network === undefined ? out : `${out} on ${network}`
}

/** One hop in a sentence or two, to be heard. */
export function hopSentence(hop: Hop, number: number, count: number): string {
  const { leg, host, in: from, steps } = hop
  const came = from === undefined ? '' : `, comes in by ${from}`
  const done = steps.map(({ type, detail }) => `${STEP_WORDS[type]}: ${detail}`).join('. ')
  const left = hop.out === undefined ? '' : ` Leaves by ${leaving(hop)}.`
  return `Hop ${number} of ${count}, ${leg}, at ${host}${came}. ${done === '' ? '' : `${done}.`}${left}`
}

/** What came of a walk, to be heard. */
export function outcomeSentence(walk: Walk): string {
  const { service, client, realServer, verdict, seen } = walk
  const whom = realServer === undefined ? '' : `, real server ${realServer}`
  const noticed = seen === undefined ? '' : ` ${seenSentence(seen)}`
  return `${service} asked by ${client}${whom}: ${VERDICT_WORDS[verdict]}. ${reasonSentence(walk)}${noticed}`
}

/** A reason that begins with the name of a host keeps it as it is. */
export function reasonSentence({ reason, hops }: Walk): string {
  const [first = ''] = reason.split(' ')
  const named = hops.some(({ host }) => host === first)
  const text = named ? reason : capital(reason)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

export function seenSentence(seen: Seen): string {
  return `${capital(SEEN[seen])}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
