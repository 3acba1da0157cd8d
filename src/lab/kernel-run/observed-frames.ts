import { say } from '../../core/speech/say.js'
import type { Packet } from '../../core/packet/packet.js'
import { PROTOCOL_NUMBER } from '../../core/packet/packet.js'
import type { Walk } from '../../core/packet/walk.js'
import { familyOf } from '../../core/topology/address.js'
import type { Frame } from './frame.js'
import type { KernelResult, RequestResult, SwitchedFrame } from './results.js'

export interface ObservedFrame {
  readonly host: string
  /** Host, interface, network, and everything of the packet that a walk says. */
  readonly key: string
  /** An ICMP error about a reply: it goes to the real server, and walks end before it. */
  readonly aboutReply: boolean
  readonly switched: SwitchedFrame
  readonly packet: Packet
}

type IpFrame = Extract<Frame, { readonly kind: 'ip' }>

/**
 * The first request packet and what became of it, each frame once: what is sent again looks the same. `certain` is how
 * many came before anything was sent again or the connection went on, and so can only be of the first packet.
 */
export function firstFrames(
  { frames }: Pick<KernelResult, 'frames'>,
  { clientPort }: RequestResult,
  which: 'first' | 'later',
): { readonly frames: readonly ObservedFrame[]; readonly certain: number } {
  const seen = new Set<string>()
  const result: ObservedFrame[] = []
  let certain: number | undefined
  const [client] = frames.filter(({ frame }) => frame.kind === 'ip' && sentFrom(frame.packet) === clientPort)
  for (const switched of frames) {
    const { from, frame } = switched
    if (frame.kind !== 'ip') continue
    const byClient = from.host === client?.from.host
    const role = roleOf(frame, clientPort, byClient)
    if (role === 'connection') certain ??= result.length
    if (which === 'first' ? role !== 'first' : role === 'neither' || isBareAck(frame)) continue
    const key = `${from.host} ${from.interface} ${from.network} ${packetKey(frame.packet, clientPort)}`
    if (seen.has(key)) certain ??= result.length
    else
      result.push({
        host: from.host,
        key,
        aboutReply: isAboutReply(frame, clientPort),
        switched,
        packet: frame.packet,
      })
    seen.add(key)
  }
  return { frames: result, certain: certain ?? result.length }
}

/** Whether a frame is of the first packet and its answers, of what the connection carries later, or of neither. */
function roleOf(
  { packet, about }: IpFrame,
  clientPort: number,
  byClient: boolean,
): 'first' | 'connection' | 'neither' {
  if ('icmp' in packet.l4) {
    if (byClient || about === undefined || 'icmp' in about.l4 || !concerns(about, clientPort))
      return 'neither'
    if (isRedirect(packet)) return 'neither'
    const { flags } = about.l4
    return flags === undefined || flags === '' || flags.startsWith('SYN') ? 'first' : 'connection'
  }
  if (!concerns(packet, clientPort)) return 'neither'
  const { flags } = packet.l4
  if (flags === undefined) return 'first'
  // A client refuses by it what it has not asked for, wherever that is on its way; of anybody else it is the answer.
  if (flags === 'ABORT') return sentFrom(packet) === clientPort ? 'neither' : 'first'
  if (flags.startsWith('SYN')) return 'first'
  if (flags.startsWith('RST')) return byClient ? 'neither' : flags === 'RST ACK' ? 'first' : 'connection'
  return 'connection'
}

/** It looks like a segment with data, and goes where those may not. */
function isBareAck({ packet: { l4 }, payload }: IpFrame): boolean {
  return !('icmp' in l4) && l4.flags === 'ACK' && payload === 0
}

function isAboutReply({ about }: IpFrame, clientPort: number): boolean {
  return about !== undefined && !('icmp' in about.l4) && about.l4.dstPort === clientPort
}

export function concerns({ l4 }: Packet, clientPort: number): boolean {
  return !('icmp' in l4) && (l4.srcPort === clientPort || l4.dstPort === clientPort)
}

function sentFrom({ l4 }: Packet): number {
  return 'icmp' in l4 ? 0 : l4.srcPort
}

export function isRedirect({ ip, l4 }: Packet): boolean {
  return 'icmp' in l4 && (ip.family === 4 ? l4.icmp.type === 5 : l4.icmp.type === 137)
}

/** All of a packet that walk and kernel must agree on, as text; the client's port is whatever the kernel gave it. */
export function packetKey({ eth, outer, ip, l4 }: Packet, clientPort: number): string {
  const port = (number: number) => (number === clientPort ? 'C' : String(number))
  const parts = [`${eth?.src ?? '?'} > ${eth?.dst ?? '?'}`]
  if (outer !== undefined) {
    // The source port of GUE is a hash of the flow.
    const at = outer.dstPort === undefined ? '' : `:${outer.dstPort}`
    parts.push(`[${outer.src} > ${outer.dst}${at} ttl ${outer.ttl} proto ${outer.protocol}]`)
  }
  parts.push(`${ip.src} > ${ip.dst} ttl ${ip.ttl} proto ${ip.protocol}`)
  if ('icmp' in l4) {
    const { type, code, mtu } = l4.icmp
    parts.push(`type ${type} code ${code}${mtu === undefined ? '' : ` mtu ${mtu}`}`)
  } else {
    parts.push(`${port(l4.srcPort)} > ${port(l4.dstPort)}`)
    if (l4.flags !== undefined && ip.protocol === PROTOCOL_NUMBER.tcp) parts.push(flagsText(l4.flags))
  }
  return parts.join(' ')
}

/** Whether a segment is pushed depends on how much there is to send. */
function flagsText(flags: string): string {
  return flags
    .split(' ')
    .filter((flag) => flag !== 'PSH')
    .join(' ')
}

/** The neighbours a walk has resolved, held against the kernel's tables; those that ARP may have changed since are not. */
export function sameNeighbours(walk: Walk, { neighbours }: Pick<KernelResult, 'neighbours'>): string[] {
  if (walk.verdict.startsWith('ARP_')) return []
  const last = new Map(walk.hops.map(({ host, knows }) => [host, knows.neighbours]))
  return [...last].flatMap(([host, known]) =>
    known.flatMap(({ interface: device, address, mac }) => {
      if (familyOf(address) !== 4) return []
      const lines = (neighbours.get(host) ?? []).map((line) => line.trim().split(/\s+/))
      const observed = lines.find(([of, , , , , by]) => of === address && by === device)?.[3]
      return observed === mac
        ? []
        : [say`neighbour of ${host}: walk ${address} is ${mac}, kernel ${observed ?? say`none`}`]
    }),
  )
}

/** For people: every frame of the case that is of the request, or ARP. */
export function frameText({ from, frame }: SwitchedFrame): string | undefined {
  const where = `${from.host} ${from.interface} ${from.network}`
  switch (frame.kind) {
    case 'ip': {
      const about = frame.about === undefined ? '' : ` about ${packetKey(frame.about, -1)}`
      return `${where} ${packetKey(frame.packet, -1)}${about}${frame.payload > 0 ? ` +${frame.payload}` : ''}`
    }
    case 'arp': {
      const { operation, sender, target } = frame
      return operation === 'request'
        ? `${where} ARP who has ${target} tell ${sender.address} (${sender.mac})`
        : `${where} ARP ${sender.address} is at ${sender.mac} (to ${frame.dst})`
    }
    case 'other':
      return undefined
  }
}
