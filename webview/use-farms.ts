import { useState } from 'react'
import type { ViewState } from './host.js'

export interface Farms {
  readonly opened: ReadonlySet<string>
  readonly closed: ReadonlySet<string>
  readonly setOpen: (id: string, open: boolean) => void
}

/** Which farms a person opened or closed; the others are as their size says. */
export function useFarms(kept: ViewState, keep: (change: ViewState) => void): Farms {
  const [farms, setFarms] = useState(() => ({ opened: new Set(kept.opened), closed: new Set(kept.closed) }))
  return {
    ...farms,
    setOpen: (id, open) => {
      setFarms((before) => {
        const [opened, closed] = [new Set(before.opened), new Set(before.closed)]
        for (const [set, holds] of [
          [opened, open],
          [closed, !open],
        ] as const) {
          if (holds) set.add(id)
          else set.delete(id)
        }
        keep({ opened: [...opened], closed: [...closed] })
        return { opened, closed }
      })
    },
  }
}
