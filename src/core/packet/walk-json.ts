import type { Packet } from './packet.js'
import type { Hop, Walk } from './walk.js'

/**
 * Walks for other programs, as `trace --json` writes them. What a walk or a hop may lack is null, so that every one has
 * the same keys: `realServer` where the request came to none, `in` where a packet began on the host, `out` where it
 * ended there, `served` where it cannot be told, `eth` while a packet is inside a host. Only what most walks lack is
 * left out: `arpWinner`, the `outer` header, ports and flags of headers that have none.
 */
export function walkJson(walk: Walk, findings: readonly string[]) {
  const { service, client, director, realServer, served, arpWinner, verdict, reason, seen, at, hops } = walk
  return {
    service,
    client,
    director: director ?? null,
    realServer: realServer ?? null,
    served: served ?? null,
    ...(arpWinner === undefined ? {} : { arpWinner }),
    verdict,
    reason,
    seen: seen ?? null,
    at,
    findings,
    hops: hops.map(hopJson),
  }
}

function hopJson({ leg, host, in: from, out, network, steps, packetIn, packetOut, knows }: Hop) {
  return {
    leg,
    host,
    in: from ?? null,
    out: out ?? null,
    network: network ?? null,
    steps: steps.map(({ type, detail }) => ({ type, detail })),
    packetIn: packetIn === undefined ? null : packetJson(packetIn),
    packetOut: packetOut === undefined ? null : packetJson(packetOut),
    knows,
  }
}

function packetJson({ eth, outer, ip, l4 }: Packet) {
  const { family, src, dst, ttl, protocol, length, df } = ip
  return {
    eth: eth === undefined ? null : { src: eth.src, dst: eth.dst },
    ...(outer === undefined ? {} : { outer: { ...outer } }),
    ip: { family, src, dst, ttl, protocol, length, df },
    l4: 'icmp' in l4 ? { icmp: { ...l4.icmp } } : { ...l4 },
  }
}
