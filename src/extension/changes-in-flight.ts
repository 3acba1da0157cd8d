/** Work that is under way, by what it is about, so that what builds on it can wait for it. */
export interface InFlight {
  readonly run: <T>(key: string, work: () => Promise<T>) => Promise<T>
  /** Resolves once nothing about it is under way any more, whatever became of it. */
  readonly settled: (key: string) => Promise<void>
}

export function inFlight(): InFlight {
  const running = new Map<string, Set<Promise<unknown>>>()
  return {
    run: async (key, work) => {
      const mine = work()
      const all = running.get(key) ?? new Set()
      running.set(key, all.add(mine))
      try {
        return await mine
      } finally {
        all.delete(mine)
        if (all.size === 0) running.delete(key)
      }
    },
    settled: async (key) => {
      for (let all = running.get(key); all !== undefined; all = running.get(key))
        await Promise.allSettled(all)
    },
  }
}

/** Those of canvases, by the address of the document: a field that is left for a button is not in the text yet when the button is heard of. */
export const changesInFlight = inFlight()
