import type { ReactNode } from 'react'
import type { PaletteItem } from '../src/core/diagram/gestures.js'
import type { Severity } from '../src/core/topology/problem.js'

/*
 * Glyphs of our own, on a grid of 24: strokes in the colour of the text around them, so they work in every theme, and
 * simple enough to be told apart at a quarter of their size. All are decoration: the words beside them say the same.
 */

const SHAPES: Readonly<Record<PaletteItem, ReactNode>> = {
  // A screen on a desk.
  client: (
    <>
      <rect x="3" y="4" width="18" height="12" rx="1.5" />
      <path d="M8.5 20h7M12 16v4" />
    </>
  ),
  // Ways that cross.
  router: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M7 12h10M14.5 9.5 17 12l-2.5 2.5M9.5 9.5 7 12l2.5 2.5M12 6.5v3M12 14.5v3" />
    </>
  ),
  // One comes in, three go out.
  director: (
    <>
      <circle cx="6" cy="12" r="2.6" className="glyph-solid" />
      <path d="M8.6 12H20M8.2 10.6 19 5M8.2 13.4 19 19" />
      <path d="m17.2 9.4 2.8 2.6-2.8 2.6M15.6 4.6 19.2 5l-1.6 3.3M15.6 19.4l3.6-.4-1.6-3.3" />
    </>
  ),
  // Units in a rack.
  'real-server': (
    <>
      <rect x="4" y="3.5" width="16" height="7" rx="1.5" />
      <rect x="4" y="13.5" width="16" height="7" rx="1.5" />
      <path d="M11.5 7H17M11.5 17H17" />
      <circle cx="7.6" cy="7" r="1" className="glyph-solid" />
      <circle cx="7.6" cy="17" r="1" className="glyph-solid" />
    </>
  ),
  // A segment with what hangs on it.
  network: (
    <>
      <path d="M12 3v18" className="glyph-thick" />
      <path d="M12 7.5h5.5M12 16.5h5.5M12 12H6.5" />
      <circle cx="19" cy="7.5" r="1.6" />
      <circle cx="19" cy="16.5" r="1.6" />
      <circle cx="5" cy="12" r="1.6" />
    </>
  ),
  // An address that answers for many.
  service: (
    <>
      <path d="M3.5 12 9 6h10.5a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9Z" />
      <circle cx="9.3" cy="12" r="1.3" className="glyph-solid" />
      <path d="M13 12h5" />
    </>
  ),
}

export function Glyph({ of, size = 24 }: { readonly of: PaletteItem; readonly size?: number }) {
  return (
    <svg className="glyph" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      {SHAPES[of]}
    </svg>
  )
}

const SEVERITY_SHAPES: Readonly<Record<Severity, ReactNode>> = {
  error: (
    <>
      <circle cx="8" cy="8" r="7" className="mark-body" />
      <path d="m5.3 5.3 5.4 5.4M10.7 5.3l-5.4 5.4" />
    </>
  ),
  warning: (
    <>
      <path d="M8 1.2 15.4 14.5H.6Z" className="mark-body" />
      <path d="M8 5.8v4M8 12v.6" />
    </>
  ),
  information: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" className="mark-body" />
      <path d="M8 7.2v4.6M8 4v.6" />
    </>
  ),
  hint: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="7" className="mark-body" />
      <path d="M5 8h6" />
    </>
  ),
}

/** A severity as a mark: told apart by form, not by colour alone. */
export function SeverityMark({
  severity,
  size = 16,
}: {
  readonly severity: Severity
  readonly size?: number
}) {
  return (
    <svg
      className={`mark mark-${severity}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {SEVERITY_SHAPES[severity]}
    </svg>
  )
}

const TOOL_SHAPES = {
  fit: <path d="M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5M5.5 5.5h5v5h-5z" />,
  arrange: <path d="M1.5 6h4v4h-4zM10.5 1.5h4v4h-4zM10.5 10.5h4v4h-4zM5.5 8H8V3.5h2.5M8 8v4.5h2.5" />,
  'zoom-in': <path d="M8 3v10M3 8h10" />,
  'zoom-out': <path d="M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  next: <path d="m4 6 4 4 4-4" />,
} as const
export type ToolShape = keyof typeof TOOL_SHAPES

export function ToolGlyph({ of }: { readonly of: ToolShape }) {
  return (
    <svg className="tool-glyph" viewBox="0 0 16 16" width={16} height={16} aria-hidden="true">
      {TOOL_SHAPES[of]}
    </svg>
  )
}
