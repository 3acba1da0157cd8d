import { useId, useRef } from 'react'
import type { ReactNode } from 'react'

/** Views of which one is shown: one stop for the Tab key, arrows go from one to the next. */
export function Tabs<T extends string>({
  label,
  tabs,
  chosen,
  onChoose,
  children,
}: {
  readonly label: string
  readonly tabs: readonly T[]
  readonly chosen: T
  readonly onChoose: (tab: T) => void
  readonly children: ReactNode
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        className="walk-tabs"
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
          if (by === 0) return
          // Here the arrows do not step the walk.
          event.stopPropagation()
          event.preventDefault()
          const next = (tabs.indexOf(chosen) + by + tabs.length) % tabs.length
          onChoose(tabs[next] ?? chosen)
          list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus()
        }}
      >
        {tabs.map((tab, index) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-${index}`}
            aria-selected={tab === chosen}
            aria-controls={`${id}-view`}
            tabIndex={tab === chosen ? 0 : -1}
            className="walk-tab"
            onClick={() => {
              onChoose(tab)
            }}
          >
            {tab}
          </button>
        ))}
      </div>
      <div
        className="walk-view"
        role="tabpanel"
        id={`${id}-view`}
        aria-labelledby={`${id}-${tabs.indexOf(chosen)}`}
      >
        {children}
      </div>
    </>
  )
}
