import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { say } from '../../src/core/speech/say.js'
import { isUndoOrRedo } from '../field-keys.js'

/** Something that can be chosen by name. */
export interface Choosable {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly glyph: ReactNode
  /** Why it cannot be chosen; it is shown all the same, below those that can. */
  readonly refused?: string | undefined
}

/** So many are shown at once; typing finds the others. */
const SHOWN = 50

const TEXT = {
  none: say`Nothing here is called so.`,
  count: (count: number) => (count === 1 ? say`one match` : say`${count} matches`),
  more: (count: number) => say`and ${count} more: type to find them`,
}

/** A field over the canvas that finds things by what they are called and what they have, and a list to choose from. */
export function Chooser({
  label,
  placeholder,
  items,
  onHighlight,
  onChoose,
  onClose,
}: {
  readonly label: string
  readonly placeholder: string
  readonly items: readonly Choosable[]
  /** The one that Enter would choose. */
  readonly onHighlight: (id: string | undefined) => void
  readonly onChoose: (id: string) => void
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const listId = useId()
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = items
    .filter(({ title, detail }) => {
      const text = `${title} ${detail}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    // What is called so comes before what merely has it.
    .sort((a, b) => rank(a, words) - rank(b, words))
  const shown = found.slice(0, SHOWN)
  const current = shown[Math.min(at, shown.length - 1)]
  const highlighted = typed === '' && at === 0 ? undefined : current?.id
  useEffect(() => {
    onHighlight(highlighted)
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [highlighted])

  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event
    if (key === 'Escape') onClose()
    else if (key === 'Enter') {
      if (current !== undefined && current.refused === undefined) onChoose(current.id)
    } else if (key === 'ArrowDown') setAt(Math.min(at + 1, shown.length - 1))
    else if (key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else {
      if (isUndoOrRedo(event)) event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      className="chooser"
      role="search"
      aria-label={label}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClose()
      }}
    >
      <input
        className="chooser-input"
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : `${listId} ${current.id}`}
        placeholder={placeholder}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        autoFocus
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <span className="visually-hidden" role="status">
        {TEXT.count(found.length)}
      </span>
      <ul ref={list} id={listId} role="listbox" aria-label={label} className="chooser-list">
        {shown.map((item) => (
          <li
            key={item.id}
            id={`${listId} ${item.id}`}
            role="option"
            aria-selected={item === current}
            aria-disabled={item.refused !== undefined}
            className="chooser-item"
            // The field keeps the focus.
            onPointerDown={(event) => {
              event.preventDefault()
            }}
            onClick={() => {
              if (item.refused === undefined) onChoose(item.id)
            }}
          >
            {item.glyph}
            <span className="chooser-words">
              <span className="chooser-title">{item.title}</span>
              <span className="chooser-detail">{item.refused ?? item.detail}</span>
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="chooser-none">{TEXT.none}</p>}
      {found.length > SHOWN && <p className="chooser-none">{TEXT.more(found.length - SHOWN)}</p>}
    </div>
  )
}

function rank({ title, refused }: Choosable, [first]: readonly string[]): number {
  const text = title.toLowerCase()
  const named = first === undefined || text.startsWith(first) ? 0 : text.includes(first) ? 1 : 2
  return (refused === undefined ? 0 : 10) + named
}
