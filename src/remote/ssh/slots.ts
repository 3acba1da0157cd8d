/** A number of places, taken in the order of asking. */
export interface Slots {
  /**
   * Waits for a place; resolves with how to give it back (once; more often does nothing).
   * Rejects with the signal's reason if it is aborted first.
   */
  take(signal?: AbortSignal): Promise<() => void>
  /** How many are taken. */
  readonly taken: number
  /** No more than this many places from now on (at least one); who has one keeps it. */
  shrink(places: number): void
}

export function createSlots(places: number): Slots {
  const waiting: (() => void)[] = []
  let taken = 0
  const admit = (): void => {
    while (taken < places) {
      const next = waiting.shift()
      if (next === undefined) return
      taken++
      next()
    }
  }
  const release = (): (() => void) => {
    let held = true
    return () => {
      if (!held) return
      held = false
      taken--
      admit()
    }
  }
  return {
    get taken() {
      return taken
    },
    shrink: (most) => {
      places = Math.max(1, Math.min(places, most))
    },
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(abortError(signal))
          return
        }
        const enter = (): void => {
          signal?.removeEventListener('abort', leave)
          resolve(release())
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(enter), 1)
          reject(abortError(signal))
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.push(enter)
        admit()
      }),
  }
}

function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason : new Error('cancelled')
}
