import { parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Listen } from '../topology/types.js'
import { readIptables } from './read-iptables.js'
import { readRuleset } from './read-ruleset.js'
import type { Ruleset } from './ruleset.js'

/* What a probe finds beside a host's settings: what it remembers, who listens, what is let through. */

/** An entry of the neighbour table that has an address in it. */
export interface ObservedNeighbour {
  readonly address: IpAddress
  readonly interface: string
  /** Lower case. */
  readonly mac: string
  /** `REACHABLE`, `STALE`, `PERMANENT` … (ip-neighbour(8)). */
  readonly state: string
}

/** Lines of `ip neigh show`: entries without an address, which have failed or wait, say nothing of what is used. */
export function readNeighbours(lines: readonly string[]): readonly ObservedNeighbour[] {
  return lines.flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const address = parseAddress(words[0] ?? '')
    const after = (word: string) => {
      const at = words.indexOf(word)
      return at < 0 ? undefined : words[at + 1]
    }
    const mac = after('lladdr')?.toLowerCase()
    const device = after('dev')
    const state = words.at(-1)
    if (address === undefined || mac === undefined || device === undefined || state === undefined) return []
    if (state === 'FAILED' || state === 'INCOMPLETE') return []
    return [{ address, interface: device, mac, state }]
  })
}

/**
 * Lines of `ss -lntuH`. A socket of every address stands as `*` where it takes both families; one of `[::]` takes IPv6
 * alone, and is told as the IPv6 addresses the host has, since a drawing has no word for it.
 */
export function readSockets(
  lines: readonly string[],
  own: Iterable<IpAddress>,
  unread: string[],
): readonly Listen[] {
  const sixes = [...own].filter((address) => address.includes(':'))
  const listens = new Map<string, Listen>()
  for (const line of lines) {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/)
    if (protocol !== 'tcp' && protocol !== 'udp') continue
    const at = local.lastIndexOf(':')
    const port = Number(local.slice(at + 1))
    const where = local.slice(0, at)
    // A socket that is bound to a device hears no less there.
    const bare = where.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
    const addresses =
      bare === '*'
        ? [undefined]
        : where === '[::]'
          ? sixes
          : bare === '::'
            ? [undefined]
            : [parseAddress(bare)]
    const isReadable = bare === '*' || bare === '::' || addresses.every((address) => address !== undefined)
    if (!Number.isInteger(port) || port < 1 || !isReadable) {
      unread.push(`ss: ${line.trim()}`)
      continue
    }
    for (const address of addresses) {
      listens.set(`${protocol} ${address ?? ''} ${port}`, { address, port, protocol })
    }
  }
  return [...listens.values()]
}

/** What netfilter does, of both kinds of rules; undefined: nobody has looked. */
export function readFirewall(lines: readonly string[] | undefined): Ruleset | undefined {
  if (lines === undefined) return undefined
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const [nft] = after('nft').map(readRuleset)
  return {
    chains: [
      ...(nft?.chains ?? []),
      ...readIptables(after('legacy ip'), 'ip'),
      ...readIptables(after('legacy ip6'), 'ip6'),
    ],
    unread: [...(nft?.unread ?? []), ...after('unread')],
  }
}

/** How many entries of the IPVS connection table are alike. */
export interface ConnectionCount {
  readonly count: number
  readonly protocol: string
  /** `SYN_RECV`, `ESTABLISHED` … (ip_vs_proto_tcp.c). */
  readonly state: string
  /** Each `address:port`. */
  readonly virtual: string
  readonly destination: string
}

/** Lines of the helper: count, protocol, state, virtual, destination. */
export function readConnections(lines: readonly string[]): readonly ConnectionCount[] {
  return lines.flatMap((line) => {
    const [count, protocol, state, virtual, destination] = line.split(' ')
    if (protocol === undefined || state === undefined || virtual === undefined || destination === undefined) {
      return []
    }
    return [{ count: Number(count), protocol, state, virtual, destination }]
  })
}
