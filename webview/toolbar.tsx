import { useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** Buttons that are one stop for the Tab key: arrow keys go from one to the next, Home and End to the first and last. */
export function Toolbar({
  className,
  label,
  vertical = false,
  children,
}: {
  readonly className: string
  readonly label: string
  readonly vertical?: boolean
  readonly children: ReactNode
}) {
  const bar = useRef<HTMLDivElement>(null)
  /** Where Tab comes to. */
  const [at, setAt] = useState(0)
  const buttons = () => [...(bar.current?.querySelectorAll('button') ?? [])]
  useLayoutEffect(() => {
    for (const [index, button] of buttons().entries()) button.tabIndex = index === at ? 0 : -1
  })
  const onKeyDown = (event: KeyboardEvent) => {
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
  }
  return (
    <div
      ref={bar}
      className={className}
      role="toolbar"
      aria-label={label}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const index = buttons().findIndex((button) => button.contains(target))
        if (index >= 0) setAt(index)
      }}
    >
      {children}
    </div>
  )
}
