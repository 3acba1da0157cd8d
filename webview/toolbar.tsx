import type { ReactNode } from 'react'
import { useRoving } from './roving.js'

/** Buttons that are one stop for the Tab key. */
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
  const roving = useRoving('button')
  return (
    <div
      {...roving}
      className={className}
      role="toolbar"
      aria-label={label}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
    >
      {children}
    </div>
  )
}
