import { useRef, useState } from 'react'

export interface Resizing {
  /** Of networks under a person's hand, and of those that were let go and are not in the text yet. */
  readonly lengths: ReadonlyMap<string, number>
  readonly resize: (name: string, length: number) => void
  /** The hand has let go: it stays as long as it is. @returns whether that is wanted */
  readonly end: (name: string, length: number) => boolean
  /** The one under the hand is as long as it was, whatever the hand does until it lets go. @returns whether any was */
  readonly cancel: () => boolean
  /** It was taken from the hand: as if it had never been there. */
  readonly lose: () => void
  /** It was let go with that length, which is in the text, or will not be; one a hand has taken again stays with it. */
  readonly clear: (name: string, length: number) => void
}

const NONE: ReadonlyMap<string, number> = new Map()

export function useResizing(): Resizing {
  const [lengths, setLengths] = useState(NONE)
  const held = useRef<string>(undefined)
  const cancelled = useRef(false)
  const without = (name: string, length?: number) => {
    setLengths((known) => new Map([...known].filter(([of, at]) => of !== name || (length ?? at) !== at)))
  }
  const set = (name: string, length: number) => {
    setLengths((known) => new Map(known).set(name, length))
  }
  return {
    lengths,
    resize: (name, length) => {
      if (cancelled.current) return
      held.current = name
      set(name, length)
    },
    end: (name, length) => {
      const wanted = !cancelled.current
      cancelled.current = false
      held.current = undefined
      if (wanted) set(name, length)
      return wanted
    },
    cancel: () => {
      if (held.current === undefined) return false
      cancelled.current = true
      without(held.current)
      held.current = undefined
      return true
    },
    lose: () => {
      if (held.current !== undefined) without(held.current)
      held.current = undefined
      cancelled.current = false
    },
    clear: without,
  }
}
