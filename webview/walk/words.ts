import { said, say } from '../../src/core/speech/say.js'
import { SEEN } from '../../src/core/packet/walk-text.js'
import type { Verdict } from '../../src/core/packet/verdict.js'
import type { Hop, Seen, StepType, Walk } from '../../src/core/packet/walk.js'

/** A verdict for a person who has not learnt the list by heart. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  SERVED: say`Served`,
  SERVED_BYPASSING_DIRECTOR: say`Served, but past the director`,
  ARP_AMBIGUOUS: say`Several hosts may answer ARP for the VIP`,
  ARP_POISONABLE: say`Neighbours may learn the VIP at the wrong host`,
  VIP_NOT_ON_DIRECTOR: say`The director does not have the VIP`,
  NO_SERVICE: say`The director has no such service`,
  NO_DESTINATION: say`There is no real server to choose`,
  VIP_NOT_ON_REAL_SERVER: say`The real server does not have the VIP`,
  NOT_LISTENING: say`Nothing listens there`,
  RP_FILTER_DROP: say`Dropped by the reverse-path filter`,
  MARTIAN_SOURCE: say`Dropped as a martian: the source is the host’s own address`,
  TUNNEL_NOT_SUPPORTED: say`The tunnel is not unpacked`,
  REPLY_SKIPS_DIRECTOR: say`The reply goes past the director`,
  FORWARDING_OFF: say`Dropped by a host that does not forward`,
  NOT_SAME_L2: say`Director and real server share no segment`,
  MTU_BLACKHOLE: say`Large packets vanish`,
  FIREWALL_DROP: say`Dropped by a firewall`,
  LOOP: say`The packet goes in circles`,
  NO_ROUTE: say`There is no route`,
  NEIGHBOUR_UNREACHABLE: say`Nobody answers for the next address`,
  UNDETERMINED: say`The drawing does not say enough`,
}

/** What a step is called in front of its sentence. */
export const STEP_WORDS: Readonly<Record<StepType, string>> = {
  send: say`sends`,
  deliver: say`delivers`,
  route: say`route`,
  'source-check': say`source check`,
  neighbour: say`neighbour`,
  firewall: say`firewall`,
  mark: say`mark`,
  service: say`IPVS service`,
  schedule: say`IPVS schedules`,
  rewrite: say`rewrites`,
  encapsulate: say`tunnel in`,
  decapsulate: say`tunnel out`,
  forward: say`forwards`,
  mtu: 'MTU',
  icmp: 'ICMP',
  drop: say`drops`,
}

/** Where a packet came in and left, in few words. */
export function wayOf(hop: Hop): string {
  return `${hop.in ?? (hop.packetIn === undefined ? say`begins here` : say`arrives`)} → ${leaving(hop)}`
}

function leaving({ out, network, packetOut }: Hop): string {
  if (out === undefined) return packetOut === undefined ? say`ends here` : say`leaves`
  return network === undefined ? out : say`${out} on ${network}`
}

/** One hop in a sentence or two, to be heard. */
export function hopSentence(hop: Hop, number: number, count: number): string {
  const { leg, host, in: from, steps } = hop
  const came = from === undefined ? '' : say`, comes in by ${from}`
  const done = steps.map(({ type, detail }) => `${STEP_WORDS[type]}: ${detail}`).join(say`. `)
  const left = hop.out === undefined ? '' : say` Leaves by ${leaving(hop)}.`
  return say`Hop ${number} of ${count}, ${said(leg)}, at ${host}${came}. ${done === '' ? '' : say`${done}.`}${left}`
}

/** What came of a walk, to be heard. */
export function outcomeSentence(walk: Walk): string {
  const { service, client, realServer, verdict, seen } = walk
  const whom = realServer === undefined ? '' : say`, real server ${realServer}`
  const noticed = seen === undefined ? '' : ` ${seenSentence(seen)}`
  return say`${service} asked by ${client}${whom}: ${VERDICT_WORDS[verdict]}. ${reasonSentence(walk)}${noticed}`
}

/** A reason that begins with the name of a host keeps it as it is. */
export function reasonSentence({ reason, hops }: Walk): string {
  const [first = ''] = reason.split(' ')
  const named = hops.some(({ host }) => host === first)
  const text = named ? reason : capital(reason)
  return /[.!?。]$/.test(text) ? text : say`${text}.`
}

export function seenSentence(seen: Seen): string {
  return say`${capital(said(SEEN[seen]))}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
