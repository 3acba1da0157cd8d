import { useState } from 'react'

export interface Resizing {
  /** Of networks under a person's hand, and of those that were let go and are not in the text yet. */
  readonly lengths: ReadonlyMap<string, number>
  readonly resize: (name: string, length: number) => void
  readonly clear: () => void
}

const NONE: ReadonlyMap<string, number> = new Map()

export function useResizing(): Resizing {
  const [lengths, setLengths] = useState(NONE)
  return {
    lengths,
    resize: (name, length) => {
      setLengths((known) => new Map(known).set(name, length))
    },
    clear: () => {
      setLengths(NONE)
    },
  }
}
