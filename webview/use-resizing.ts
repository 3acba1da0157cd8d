import { useState } from 'react'

export interface Resizing {
  /** Of networks under a person's hand, and of those that were let go and are not in the text yet. */
  readonly lengths: ReadonlyMap<string, number>
  readonly resize: (name: string, length: number) => void
  /** It was let go with that length, which is in the text, or will not be; one a hand has taken again stays with it. */
  readonly clear: (name: string, length: number) => void
}

const NONE: ReadonlyMap<string, number> = new Map()

export function useResizing(): Resizing {
  const [lengths, setLengths] = useState(NONE)
  return {
    lengths,
    resize: (name, length) => {
      setLengths((known) => new Map(known).set(name, length))
    },
    clear: (name, length) => {
      setLengths((known) => new Map([...known].filter(([of, at]) => of !== name || at !== length)))
    },
  }
}
