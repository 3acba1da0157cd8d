import { ViewportPortal } from '@xyflow/react'
import { memo } from 'react'
import { curvedLine, roundedLine } from '../../src/core/diagram/lines.js'
import type { Way } from '../../src/core/diagram/ways.js'

/** How requests come and replies go, below everything else of the drawing. */
export const Ways = memo(function Ways({
  ways,
  strong,
}: {
  readonly ways: readonly Way[]
  /** Of what is selected, not of everything. */
  readonly strong: boolean
}) {
  if (ways.length === 0) return null
  return (
    <ViewportPortal>
      <svg className={strong ? 'ways strong' : 'ways'} aria-hidden="true">
        <defs>
          {['nat', 'tun', 'dr'].map((mode) => (
            <marker
              key={mode}
              id={`reply-${mode}`}
              className={`reply-head mode-${mode}`}
              viewBox="0 0 10 10"
              refX="8.5"
              refY="5"
              markerWidth="11"
              markerHeight="11"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M1.5 1 8.5 5 1.5 9" />
            </marker>
          ))}
        </defs>
        {ways.map((way) => (
          <path
            key={`${way.kind} ${way.mode} ${way.services[0] ?? ''} ${JSON.stringify(way.points)}`}
            className={`way way-${way.kind} mode-${way.mode}`}
            d={way.kind === 'request' ? curvedLine(way.points) : roundedLine(way.points)}
            markerEnd={
              way.kind === 'request'
                ? `url(#arrow-${way.mode})`
                : way.points.length === 4
                  ? `url(#reply-${way.mode})`
                  : undefined
            }
          />
        ))}
      </svg>
      {ways.map(({ label, mode, kind, services }) =>
        label === undefined ? null : (
          <span
            key={`${kind} ${mode} ${services[0] ?? ''}`}
            className={`way-label mode-${mode}`}
            aria-hidden="true"
            style={{ transform: `translate(-50%, -50%) translate(${label.at.x}px, ${label.at.y}px)` }}
          >
            {label.text}
          </span>
        ),
      )}
    </ViewportPortal>
  )
})
