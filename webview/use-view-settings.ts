import { useState } from 'react'
import type { ViewState } from './host.js'

/** How a person has chosen to work on the drawing, kept for when the page is there again. */
export interface ViewSettings {
  readonly locked: boolean
  readonly setLocked: (locked: boolean) => void
  /** Undefined: as is best for the size of the drawing. */
  readonly minimap: boolean | undefined
  readonly setMinimap: (shown: boolean) => void
}

export function useViewSettings(kept: ViewState, keep: (change: ViewState) => void): ViewSettings {
  const [locked, setLocked] = useState(kept.locked ?? false)
  const [minimap, setMinimap] = useState(kept.minimap)
  return {
    locked,
    setLocked: (now) => {
      setLocked(now)
      keep({ locked: now })
    },
    minimap,
    setMinimap: (now) => {
      setMinimap(now)
      keep({ minimap: now })
    },
  }
}
