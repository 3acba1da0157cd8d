import { parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Packet, PortsHeader } from './packet.js'
import type { Hop, Walk } from './walk.js'

/* Walks made by hand, for tests of how they are shown. */

export function ip(text: string): IpAddress {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return address
}

export const MAC = {
  alice: '02:00:00:00:00:50',
  director: '02:00:00:00:00:01',
  inside: '02:00:00:00:01:01',
  realServer: '02:00:00:00:01:11',
} as const

export function packet(
  src: string,
  dst: string,
  l4: PortsHeader,
  more: Partial<Packet> & { readonly ttl?: number } = {},
): Packet {
  const { ttl = 64, ...headers } = more
  return {
    eth: undefined,
    outer: undefined,
    ip: {
      family: src.includes(':') ? 6 : 4,
      src: ip(src),
      dst: ip(dst),
      ttl,
      protocol: 6,
      length: 60,
      df: true,
    },
    l4,
    ...headers,
  }
}

const NOTHING = { neighbours: [], connections: [] }

export function hop(given: Pick<Hop, 'host'> & Partial<Hop>): Hop {
  return {
    leg: 'request',
    in: undefined,
    out: undefined,
    network: undefined,
    steps: [],
    packetIn: undefined,
    packetOut: undefined,
    knows: NOTHING,
    ...given,
  }
}

const SYN = { srcPort: 40000, dstPort: 80, flags: 'SYN' }

/** NAT: the director rewrites address and port, and the reply goes past it. */
export const SKIPPING: Walk = {
  service: 'web',
  client: 'alice',
  director: 'lb1',
  realServer: 'rs1',
  arpWinner: undefined,
  served: false,
  verdict: 'REPLY_SKIPS_DIRECTOR',
  reason:
    'rs1 sends the reply to its gateway 10.0.0.254 instead of lb1, so it reaches alice from 10.0.0.11, which alice never asked',
  seen: 'timeout',
  at: 'alice',
  hops: [
    hop({
      host: 'alice',
      out: 'eth0',
      network: 'front',
      steps: [
        { type: 'send', detail: 'a program connects to 192.0.2.100 port 80' },
        {
          type: 'neighbour',
          detail: `lb1 answers for 192.0.2.100: ${MAC.director}`,
        },
      ],
      packetOut: packet('192.0.2.50', '192.0.2.100', SYN, { eth: { src: MAC.alice, dst: MAC.director } }),
    }),
    hop({
      host: 'lb1',
      in: 'eth0',
      out: 'eth1',
      network: 'back',
      steps: [
        { type: 'service', detail: 'tcp 192.0.2.100 port 80 is the service web' },
        {
          type: 'schedule',
          detail:
            'wlc can choose any destination with a weight above 0 that is not overloaded; this walk takes rs1 at 10.0.0.11 port 8080',
        },
        { type: 'rewrite', detail: '192.0.2.100 port 80 becomes 10.0.0.11 port 8080' },
      ],
      packetIn: packet('192.0.2.50', '192.0.2.100', SYN, { eth: { src: MAC.alice, dst: MAC.director } }),
      packetOut: packet(
        '192.0.2.50',
        '10.0.0.11',
        { ...SYN, dstPort: 8080 },
        { eth: { src: MAC.inside, dst: MAC.realServer }, ttl: 63 },
      ),
      knows: {
        neighbours: [],
        connections: [
          {
            protocol: 'TCP',
            client: ip('192.0.2.50'),
            clientPort: 40000,
            vip: ip('192.0.2.100'),
            vport: 80,
            destination: ip('10.0.0.11'),
            destinationPort: 8080,
            method: 'nat',
          },
        ],
      },
    }),
    hop({
      leg: 'reply',
      host: 'rs1',
      in: 'eth0',
      steps: [{ type: 'drop', detail: 'there is no route back' }],
      packetIn: packet(
        '192.0.2.50',
        '10.0.0.11',
        { ...SYN, dstPort: 8080 },
        { eth: { src: MAC.inside, dst: MAC.realServer }, ttl: 63 },
      ),
    }),
  ],
}

/** The same with another end. */
export function ending(verdict: Walk['verdict'], more: Partial<Walk> = {}): Walk {
  return { ...SKIPPING, verdict, ...more }
}
