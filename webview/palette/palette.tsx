import { useEffect, useRef, useState } from 'react'
import type { PointerEvent } from 'react'
import { say } from '../../src/core/speech/say.js'
import { PALETTE, spoken } from '../../src/core/diagram/gestures.js'
import type { PaletteItem } from '../../src/core/diagram/gestures.js'
import { Glyph } from '../glyphs.js'
import { Toolbar } from '../toolbar.js'

export interface PaletteDrop {
  readonly item: PaletteItem
  /** In the page; undefined when it was added by keyboard or click. */
  readonly client: { readonly x: number; readonly y: number } | undefined
}

/** A press that moves less than this is a click. */
const SLOP = 5

/**
 * What can be put on the canvas: dragged there, or added by click, Enter or Space. Dragging is done with pointer
 * events, not with the browser's drag and drop, which VS Code takes for something to be opened in an editor.
 */
export function Palette({
  disabled,
  onDrag,
  onDrop,
}: {
  readonly disabled: boolean
  /** While something is dragged over the page; undefined when it has ended. */
  readonly onDrag: (drop: PaletteDrop | undefined) => void
  readonly onDrop: (drop: PaletteDrop) => void
}) {
  const [dragged, setDragged] = useState<{ item: PaletteItem; x: number; y: number }>()
  const start = useRef<{ item: PaletteItem; x: number; y: number }>(undefined)
  /** After a drag the browser clicks too, on the button it began on. */
  const clickIsDrop = useRef(false)

  const end = () => {
    start.current = undefined
    setDragged(undefined)
    onDrag(undefined)
  }
  useEffect(() => {
    if (dragged === undefined) return undefined
    const cancel = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      clickIsDrop.current = true
      end()
    }
    window.addEventListener('keydown', cancel)
    return () => {
      window.removeEventListener('keydown', cancel)
    }
  })

  const onPointerDown = (item: PaletteItem) => (event: PointerEvent) => {
    if (event.button !== 0 || disabled) return
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { item, x: event.clientX, y: event.clientY }
    clickIsDrop.current = false
  }
  const onPointerMove = ({ clientX: x, clientY: y }: PointerEvent) => {
    const from = start.current
    if (from === undefined) return
    if (dragged === undefined && Math.hypot(x - from.x, y - from.y) < SLOP) return
    setDragged({ item: from.item, x, y })
    onDrag({ item: from.item, client: { x, y } })
  }
  const onPointerUp = ({ clientX: x, clientY: y }: PointerEvent) => {
    const drop = dragged
    end()
    if (drop !== undefined) clickIsDrop.current = true
    if (drop !== undefined) onDrop({ item: drop.item, client: { x, y } })
  }

  return (
    <section className="palette-place" aria-label={say`Palette`}>
      <Toolbar className="palette" label={say`Add to the drawing`} vertical>
        {PALETTE.map((item) => (
          <button
            key={item}
            type="button"
            className={`palette-item role-${item}`}
            data-item={item}
            disabled={disabled}
            title={say`Drag onto the canvas, or press to add a ${title(item)}`}
            onPointerDown={onPointerDown(item)}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={end}
            onClick={() => {
              if (!clickIsDrop.current) onDrop({ item, client: undefined })
              clickIsDrop.current = false
            }}
          >
            <Glyph of={item} size={24} />
            <span>{title(item)}</span>
          </button>
        ))}
      </Toolbar>
      {dragged !== undefined && (
        <div className={`palette-ghost role-${dragged.item}`} style={{ left: dragged.x, top: dragged.y }}>
          <Glyph of={dragged.item} size={26} /> {title(dragged.item)}
        </div>
      )}
    </section>
  )
}

function title(item: PaletteItem): string {
  if (item === 'network') return say`network`
  return item === 'service' ? say`service` : spoken(item)
}
