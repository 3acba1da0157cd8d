import type { Mode, Scheduler } from '../topology/types.js'

/** What a word means that the language has a closed set of, in a sentence. */
export function meaningOf(pattern: string, word: string): string | undefined {
  const meanings: Readonly<Record<string, string>> | undefined =
    pattern === 'services/:/scheduler'
      ? SCHEDULER_MEANINGS
      : pattern === 'services/:/mode' || pattern === 'services/:/real-servers/:/mode'
        ? MODE_MEANINGS
        : undefined
  return meanings !== undefined && Object.hasOwn(meanings, word) ? meanings[word] : undefined
}

const MODE_MEANINGS: Readonly<Record<Mode, string>> = {
  nat: 'NAT: the director rewrites addresses and ports both ways, so replies must come back through it.',
  tun: 'Tunnelling: requests travel to a real server in an IP tunnel, wherever it is; replies go straight to the client.',
  dr: 'Direct routing: only the destination MAC address is rewritten, on one segment; replies go straight to the client.',
}

const SCHEDULER_MEANINGS: Readonly<Record<Scheduler, string>> = {
  rr: 'Round robin: one real server after the other, whatever its weight (0 takes none).',
  wrr: 'Weighted round robin: one after the other, each as often as its weight says.',
  lc: 'Least connections: the real server that has the fewest, whatever its weight (0 takes none).',
  wlc: 'Weighted least connections: the real server that has the fewest for its weight.',
  lblc: 'Locality-based least connections: one destination address stays with one real server while that is not overloaded; for caches.',
  lblcr:
    'Locality-based with replication: one destination address stays with a set of real servers that grows under load; for caches.',
  dh: 'Destination hashing: by the destination address. With one VIP every client gets the same real server.',
  sh: 'Source hashing: by the client’s address, so one client stays with one real server; with sh-port by its port too.',
  sed: 'Shortest expected delay: the real server that has the fewest for its weight, the new connection counted.',
  nq: 'Never queue: a real server that has nothing to do, else the one with the shortest expected delay.',
  fo: 'Weighted failover: the real server of the highest weight takes all.',
  ovf: 'Weighted overflow: the real server of the highest weight, until it has as many active connections as its weight; then the next.',
  mh: 'Maglev hashing: by the client’s address (mh-port: and port); few clients move when a real server comes or goes.',
  twos: 'Power of two choices: of two real servers taken at random by weight, the less loaded one. Not every kernel is built with it.',
}
