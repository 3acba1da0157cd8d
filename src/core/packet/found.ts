import { say } from '../speech/say.js'
import { UNKNOWN, filterPacket } from '../hosts/filter-packet.js'
import type { Facts, Filtered } from '../hosts/filter-packet.js'
import type { ObservedNeighbour } from '../hosts/observed-evidence.js'
import type { Hook } from '../hosts/ruleset.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { isInvalid } from './firewall.js'
import type { Flight, Trouble } from './flight.js'
import { flowKey, memoryOf } from './flight.js'
import { icmpAnswer } from './icmp.js'
import { routedHeader } from './packet.js'
import type { Packet } from './packet.js'
import type { Port, WalkHost } from './world.js'

/* What was found on a real host and no drawing says: its netfilter, its neighbour table, routes beside the main table. */

type End = Omit<Trouble, 'at'>

/** What the rules of a host that was read do with a packet for itself, or one it is to pass on. */
export function stoppedByRules(
  flight: Flight,
  host: WalkHost,
  packet: Packet,
  from: string | undefined,
  out: string | undefined,
): End | undefined {
  const ruleset = host.observed?.ruleset
  if (ruleset === undefined) return undefined
  const facts = factsOf(flight, host, packet, from)
  const hooks: readonly Hook[] =
    out === undefined ? ['prerouting', 'input'] : ['prerouting', 'forward', 'postrouting']
  for (const hook of hooks) {
    // Where a packet leaves by is no fact before it is routed, and neither is where it came in once it leaves.
    const known = hook === 'prerouting' || out === undefined ? facts : { ...facts, oif: out }
    const end = endOf(host, packet, from, out === undefined, filterPacket(ruleset, hook, known))
    if (end !== undefined) return end
  }
  return undefined
}

function endOf(
  host: WalkHost,
  packet: Packet,
  by: string | undefined,
  delivered: boolean,
  filtered: Filtered,
): End | undefined {
  const { name } = host
  switch (filtered.kind) {
    case 'passes':
      return undefined
    case 'drop':
      return {
        verdict: 'FIREWALL_DROP',
        reason: say`the firewall of ${name} drops it: ${filtered.by}`,
        answer: undefined,
        seen: 'timeout',
      }
    case 'reset':
    case 'refuse': {
      const answer =
        filtered.kind === 'refuse'
          ? icmpAnswer(host, packet, 'port-unreachable', { delivered, by })
          : undefined
      return {
        verdict: 'FIREWALL_DROP',
        reason: say`the firewall of ${name} refuses it: ${filtered.by}`,
        answer,
        ...(answer === undefined ? { seen: 'refused' } : {}),
      }
    }
    case 'unknown':
      return {
        verdict: 'UNDETERMINED',
        reason: say`what the firewall of ${name} does with it cannot be told: it depends on ${filtered.what}`,
        answer: undefined,
      }
  }
}

function factsOf(flight: Flight, host: WalkHost, packet: Packet, from: string | undefined): Facts {
  const { outer, l4 } = packet
  const { request } = flight
  const { src, dst } = routedHeader(packet)
  const { protocol } = outer ?? packet.ip
  const ports: Facts =
    outer !== undefined
      ? outer.dstPort === undefined
        ? {}
        : {
            sport: outer.srcPort === undefined ? UNKNOWN : String(outer.srcPort),
            dport: String(outer.dstPort),
          }
      : 'icmp' in l4
        ? packet.ip.family === 6
          ? { 'icmpv6-type': String(l4.icmp.type), 'icmpv6-code': String(l4.icmp.code) }
          : { 'icmp-type': String(l4.icmp.type), 'icmp-code': String(l4.icmp.code) }
        : { sport: portFact(flight, l4.srcPort), dport: portFact(flight, l4.dstPort) }
  return {
    iif: from ?? UNKNOWN,
    family: String(familyOf(src)),
    protocol: String(protocol),
    src,
    dst,
    ...ports,
    ...(outer === undefined && 'flags' in l4 && request.protocol === 'tcp'
      ? { 'tcp-flags': l4.flags.toLowerCase().replace(' ', ',') }
      : {}),
    'ct-state': connectionState(flight, host, packet),
  }
}

/** The client's own port is any of its range: this walk's is no reason for anything. */
function portFact({ request }: Flight, port: number): string | typeof UNKNOWN {
  return port === request.clientPort ? UNKNOWN : String(port)
}

/** What conntrack of the host says of a packet, and what it learns from it; not known of what it has no packet to go by. */
function connectionState(flight: Flight, host: WalkHost, packet: Packet): string | typeof UNKNOWN {
  const { outer, ip, l4 } = packet
  const { tracked } = memoryOf(flight, host)
  if (outer !== undefined) return 'new'
  if ('icmp' in l4) {
    const own = [...tracked.keys()].some((key) => key.split(' ').includes(ip.dst))
    return own || host.name === flight.request.client.name ? 'related' : UNKNOWN
  }
  if (isInvalid(flight, host, packet)) return 'invalid'
  if (flight.leg === 'reply' && host.name === flight.request.client.name) return 'established'
  return tracked.get(flowKey(packet))?.answered === true ? 'established' : 'new'
}

/** Whether any rule of a host looks at connections, so that how they go on matters as well as how they begin. */
export function looksAtStates({ observed }: WalkHost): boolean {
  return (
    observed?.ruleset?.chains.some(({ rules }) =>
      rules.some(({ tests }) => tests.some((test) => test.kind === 'is' && test.field === 'ct-state')),
    ) ?? false
  )
}

/** What a host that was read has in its neighbour table for an address, whatever anybody would answer. */
export function remembered(
  { host, interface: device }: Port,
  target: IpAddress,
): ObservedNeighbour | undefined {
  return host.observed?.neighbours.find(
    ({ address, interface: name }) => address === target && name === device.name,
  )
}

/** Where rules or several gateways choose a host's routes, and the kernel was not asked for this way. */
export function routesUnknown(host: WalkHost, towards: IpAddress): End | undefined {
  const { observed } = host
  const [other] = observed?.otherRouting ?? []
  if (observed === undefined || other === undefined || observed.ways.has(towards)) return undefined
  return {
    verdict: 'UNDETERMINED',
    reason: say`where ${host.name} sends what is for ${towards} cannot be told: it also routes by "${other}"`,
    answer: undefined,
  }
}
