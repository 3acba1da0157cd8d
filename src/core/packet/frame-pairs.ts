/** A walk's frame, one that was captured, or both side by side. */
export interface Pair<Walked, Captured> {
  readonly walk: Walked | undefined
  readonly kernel: Captured | undefined
  /** Both are there and say the same. */
  readonly same: boolean
}

interface Keyed {
  /** Equal for two frames that say the same. */
  readonly key: string
}

/**
 * What was walked beside what was captured, both in order. Where a walked frame does not come at all, what came in its
 * stead stands beside it.
 */
export function pairFrames<Walked extends Keyed, Captured extends Keyed>(
  walked: readonly Walked[],
  captured: readonly Captured[],
): Pair<Walked, Captured>[] {
  const pairs: Pair<Walked, Captured>[] = []
  let at = 0
  const extra = (until: number) => {
    for (; at < until; at += 1) pairs.push({ walk: undefined, kernel: captured[at], same: false })
  }
  for (const [index, walk] of walked.entries()) {
    const found = captured.findIndex(({ key }, place) => place >= at && key === walk.key)
    if (found >= 0) {
      extra(found)
      pairs.push({ walk, kernel: captured[at], same: true })
      at += 1
      continue
    }
    const instead = captured[at]
    const isAwaited = walked.slice(index + 1).some(({ key }) => key === instead?.key)
    if (instead === undefined || isAwaited) pairs.push({ walk, kernel: undefined, same: false })
    else {
      pairs.push({ walk, kernel: instead, same: false })
      at += 1
    }
  }
  extra(captured.length)
  return pairs
}
