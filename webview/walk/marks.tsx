import type { ReactNode } from 'react'
import { toneOf } from '../../src/core/packet/walk-text.js'
import type { Walk } from '../../src/core/packet/walk.js'

export type WalkTone = ReturnType<typeof toneOf>

/** What was served by luck is not shown as what is served. */
export function shownTone(walk: Walk): WalkTone {
  const tone = toneOf(walk)
  return tone === 'good' && walk.verdict !== 'SERVED' ? 'unsure' : tone
}

const TONES: Readonly<Record<WalkTone, ReactNode>> = {
  good: (
    <>
      <circle cx="8" cy="8" r="7" className="mark-body" />
      <path d="m4.8 8.3 2.2 2.3 4.2-4.9" />
    </>
  ),
  bad: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" className="mark-body" />
      <path d="m5.3 5.3 5.4 5.4M10.7 5.3l-5.4 5.4" />
    </>
  ),
  unsure: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="3" className="mark-body" />
      <path d="M5.9 6a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.6-.9 1.4M8 11.9v.3" />
    </>
  ),
}

/** How a walk ended, told apart by form, not by colour alone. */
export function ToneMark({ tone, size }: { readonly tone: WalkTone; readonly size: number }) {
  return (
    <svg className={`mark tone-${tone}`} viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      {TONES[tone]}
    </svg>
  )
}

const SHAPES = {
  first: <path d="M4 3v10M13 3 6.5 8l6.5 5Z" />,
  back: <path d="M11.5 3 5 8l6.5 5Z" />,
  play: <path d="m4.5 2.5 8.5 5.5-8.5 5.5Z" />,
  pause: <path d="M4.5 3h2v10h-2zM9.5 3h2v10h-2z" />,
  step: <path d="m4.5 3 6.5 5-6.5 5Z" />,
  last: <path d="M12 3v10M3 3l6.5 5L3 13Z" />,
} as const

export function TransportGlyph({ of }: { readonly of: keyof typeof SHAPES }) {
  return (
    <svg className="transport-glyph" viewBox="0 0 16 16" width={16} height={16} aria-hidden="true">
      {SHAPES[of]}
    </svg>
  )
}
