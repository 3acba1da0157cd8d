import type { ReactNode } from 'react'
import { GLYPH_SHAPES, SEVERITY_SHAPES } from '../src/core/diagram/glyph-shapes.js'
import type { Shape } from '../src/core/diagram/glyph-shapes.js'
import type { PaletteItem } from '../src/core/diagram/gestures.js'
import type { Severity } from '../src/core/topology/problem.js'

/* In the colour of the text around them, so they work in every theme. */

function Shapes({ of }: { readonly of: readonly Shape[] }): ReactNode {
  return of.map(({ element: Element, attributes, solid = false, thick = false }, index) => (
    <Element
      key={index}
      {...attributes}
      className={solid ? 'glyph-solid' : thick ? 'glyph-thick' : undefined}
    />
  ))
}

export function Glyph({ of, size = 24 }: { readonly of: PaletteItem; readonly size?: number }) {
  return (
    <svg className="glyph" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <Shapes of={GLYPH_SHAPES[of]} />
    </svg>
  )
}

/** A severity as a mark: told apart by form, not by colour alone. */
export function SeverityMark({
  severity,
  size = 16,
}: {
  readonly severity: Severity
  readonly size?: number
}) {
  const { body, sign } = SEVERITY_SHAPES[severity]
  return (
    <svg
      className={`mark mark-${severity}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <body.element {...body.attributes} className="mark-body" />
      <sign.element {...sign.attributes} />
    </svg>
  )
}

const TOOL_SHAPES = {
  fit: <path d="M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5M5.5 5.5h5v5h-5z" />,
  arrange: <path d="M1.5 6h4v4h-4zM10.5 1.5h4v4h-4zM10.5 10.5h4v4h-4zM5.5 8H8V3.5h2.5M8 8v4.5h2.5" />,
  'zoom-in': <path d="M8 3v10M3 8h10" />,
  'zoom-out': <path d="M3 8h10" />,
  find: <path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.4 10.4 14 14" />,
  minimap: <path d="M2 3h12v10H2zM8.5 8.5H12v2.5H8.5z" />,
  lock: <path d="M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />,
  'align-left': <path d="M2.5 2v12M5 4.5h8M5 10.5h5" />,
  'align-center': <path d="M8 2v12M4 4.5h8M5.5 10.5h5" />,
  'align-right': <path d="M13.5 2v12M3 4.5h8M6 10.5h5" />,
  'align-top': <path d="M2 2.5h12M4.5 5v8M10.5 5v5" />,
  'align-middle': <path d="M2 8h12M4.5 4v8M10.5 5.5v5" />,
  'align-bottom': <path d="M2 13.5h12M4.5 3v8M10.5 6v5" />,
  'distribute-horizontally': <path d="M2.5 2.5v11M13.5 2.5v11M6.5 5h3v6h-3z" />,
  'distribute-vertically': <path d="M2.5 2.5h11M2.5 13.5h11M5 6.5h6v3H5z" />,
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
