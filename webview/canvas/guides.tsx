import { ViewportPortal, useStore } from '@xyflow/react'
import type { Guide } from '../../src/core/diagram/snap.js'

/** The lines that show what is in line with what is being dragged; one pixel wide whatever the zoom. */
export function Guides({ guides }: { readonly guides: readonly Guide[] }) {
  const zoom = useStore(({ transform }) => transform[2])
  if (guides.length === 0) return null
  return (
    <ViewportPortal>
      <svg className="guides" aria-hidden="true" style={{ strokeWidth: 1.2 / zoom }}>
        {guides.map(({ direction, at, from, to }) =>
          direction === 'vertical' ? (
            <line key={`x ${at}`} x1={at} x2={at} y1={from - 12} y2={to + 12} />
          ) : (
            <line key={`y ${at}`} x1={from - 12} x2={to + 12} y1={at} y2={at} />
          ),
        )}
      </svg>
    </ViewportPortal>
  )
}
