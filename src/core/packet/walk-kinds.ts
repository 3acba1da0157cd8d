import type { Walk } from './walk.js'

/** Walks that go the same way but for the real server they come to. */
export interface WalkKind {
  readonly first: Walk
  /** With the first. */
  readonly walks: readonly Walk[]
}

/** Puts walks together that teach the same, in the order of the first of each. */
export function walkKinds(walks: readonly Walk[]): readonly WalkKind[] {
  const kinds = new Map<string, [Walk, ...Walk[]]>()
  for (const walk of walks) {
    const key = kindOf(walk)
    const known = kinds.get(key)
    if (known === undefined) kinds.set(key, [walk])
    else known.push(walk)
  }
  return [...kinds.values()].map((alike) => ({ first: alike[0], walks: alike }))
}

/** All of a walk that does not differ by the real server alone. */
function kindOf(walk: Walk): string {
  const { service, client, director, realServer, arpWinner, served, verdict, seen, at, hops } = walk
  const place = (host: string | undefined) =>
    host !== undefined && host === realServer ? '(real server)' : (host ?? '')
  return JSON.stringify([
    service,
    client,
    director,
    realServer === undefined,
    place(arpWinner),
    served ?? 'undetermined',
    verdict,
    seen,
    place(at),
    hops.map(({ leg, host, in: from, out, network, steps }) => [
      leg,
      place(host),
      from,
      out,
      network,
      steps.map(({ type }) => type),
    ]),
  ])
}

/** How many walks ended how, as it is said: `8 of 10 walks are served; 2 end in NAT-GW`. */
export interface WalkCounts {
  readonly served: number
  readonly notServed: number
  readonly undetermined: number
  /** Of those that are not plainly served, the most frequent first. */
  readonly verdicts: readonly { readonly verdict: Walk['verdict']; readonly count: number }[]
}

export function countWalks(walks: readonly Walk[]): WalkCounts {
  const verdicts = new Map<Walk['verdict'], number>()
  for (const { verdict } of walks) {
    if (verdict !== 'SERVED') verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  }
  return {
    served: walks.filter(({ served }) => served === true).length,
    notServed: walks.filter(({ served }) => served === false).length,
    undetermined: walks.filter(({ served }) => served === undefined).length,
    verdicts: [...verdicts]
      .map(([verdict, count]) => ({ verdict, count }))
      .sort((a, b) => b.count - a.count || a.verdict.localeCompare(b.verdict)),
  }
}
