/** Where the kernel leaves something to chance, a walk asks which way it goes this time. */
export interface Chance {
  /** One of the options, which are not empty; asked in the same order each time, it offers every combination in turn. */
  readonly choose: <T>(options: readonly T[]) => T
}

/**
 * Runs something once for each way its choices can go, in the order of their options, at most `limit` times. Each run
 * starts anew and must make the same choices up to the one that goes another way.
 */
export function everyWay<T>(limit: number, run: (chance: Chance) => T): T[] {
  const results: T[] = []
  let path: { index: number; of: number }[] = []
  while (results.length < limit) {
    let depth = 0
    const taken = path
    results.push(
      run({
        choose: (options) => {
          const step = taken[depth] ?? { index: 0, of: options.length }
          taken[depth] = step
          depth++
          const chosen = options[step.index]
          if (chosen === undefined) throw new RangeError('a choice needs an option')
          return chosen
        },
      }),
    )
    path = taken.slice(0, depth)
    while (path.length > 0) {
      const last = path.at(-1)
      if (last !== undefined && last.index + 1 < last.of) {
        last.index++
        break
      }
      path.pop()
    }
    if (path.length === 0) break
  }
  return results
}
