/** How a deployment ended on a host. */
export type HostOutcome = 'UNCHANGED' | 'COMMITTED' | 'REVERTED' | 'UNKNOWN'

/** How it ended as a whole: the worst of its hosts, or that it was refused before anything changed. */
export type RunOutcome = HostOutcome | 'REFUSED'

const FROM_BEST: readonly HostOutcome[] = ['UNCHANGED', 'COMMITTED', 'REVERTED', 'UNKNOWN']

export function worstOutcome(hosts: readonly { readonly outcome: HostOutcome }[]): HostOutcome {
  const worst = Math.max(0, ...hosts.map(({ outcome }) => FROM_BEST.indexOf(outcome)))
  return FROM_BEST[worst] ?? 'UNKNOWN'
}
