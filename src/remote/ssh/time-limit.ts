export type LimitEnd = 'timed-out' | 'cancelled'

/** A clock that ends something, by itself or by a person. It can stand still while a person is being asked. */
export interface TimeLimit {
  readonly ended: LimitEnd | undefined
  /** Calls `listener` once at the end (at once if it is over); returns how to take it off again. */
  onEnd(listener: (end: LimitEnd) => void): () => void
  readonly pause: () => void
  readonly resume: () => void
  /** Ends the clock without ending anything. Must be called, or the process keeps waiting for it. */
  stop(): void
}

/** @param limitMs milliseconds of running time */
export function startTimeLimit(limitMs: number, signal?: AbortSignal): TimeLimit {
  const listeners = new Set<(end: LimitEnd) => void>()
  let ended: LimitEnd | undefined
  let timer: NodeJS.Timeout | undefined
  let remaining = limitMs
  let runningSince = 0

  const end = (how: LimitEnd): void => {
    if (ended !== undefined) return
    ended = how
    stop()
    for (const listener of [...listeners]) listener(how)
    listeners.clear()
  }
  const cancel = (): void => {
    end('cancelled')
  }
  const resume = (): void => {
    if (timer !== undefined || ended !== undefined) return
    runningSince = performance.now()
    timer = setTimeout(() => {
      end('timed-out')
    }, remaining)
  }
  const pause = (): void => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    remaining = Math.max(0, remaining - (performance.now() - runningSince))
  }
  const stop = (): void => {
    pause()
    signal?.removeEventListener('abort', cancel)
  }

  if (signal?.aborted === true) ended = 'cancelled'
  else {
    signal?.addEventListener('abort', cancel)
    resume()
  }
  return {
    get ended() {
      return ended
    },
    onEnd: (listener) => {
      if (ended !== undefined) {
        listener(ended)
        return () => undefined
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pause,
    resume,
    stop,
  }
}
