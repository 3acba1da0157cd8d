import { useLayoutEffect, useRef } from 'react'
import type { FocusEvent, KeyboardEvent, RefObject } from 'react'

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** What makes buttons one stop for the Tab key. */
export interface Roving {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: (event: FocusEvent) => void
}

/** Arrow keys go from one button to the next, Home and End to the first and last. `first`: to which Tab comes at first. */
export function useRoving(selector: string, first = 0): Roving {
  const ref = useRef<HTMLDivElement>(null)
  /** Where Tab comes to, once a person was there. */
  const at = useRef<number>(undefined)
  const buttons = () => [...(ref.current?.querySelectorAll<HTMLElement>(selector) ?? [])]
  const mark = () => {
    for (const [index, button] of buttons().entries())
      button.tabIndex = index === (at.current ?? first) ? 0 : -1
  }
  useLayoutEffect(mark)
  return {
    ref,
    onKeyDown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      const all = buttons()
      const from = all.findIndex((button) => button === event.target)
      const step = STEPS[event.key]
      const to =
        event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? all.length - 1
            : step === undefined
              ? undefined
              : (from + step + all.length) % all.length
      if (from < 0 || to === undefined) return
      event.preventDefault()
      all[to]?.focus()
    },
    onFocus: ({ target }) => {
      const index = buttons().findIndex((button) => button.contains(target))
      if (index < 0) return
      at.current = index
      mark()
    },
  }
}
