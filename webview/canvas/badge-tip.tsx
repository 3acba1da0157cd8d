import { useReactFlow, useStore } from '@xyflow/react'
import { say } from '../../src/core/speech/say.js'
import { SeverityMark } from '../glyphs.js'
import type { Badge } from '../../src/core/diagram/badges.js'
import type { CanvasNode } from './elements.js'

/** So many messages are shown; the properties have them all. */
const SHOWN = 4

const TEXT = { more: (count: number) => say`and ${count} more` }

export function badgeOf(node: CanvasNode | undefined): Badge | undefined {
  return node === undefined || node.type === 'ghost' ? undefined : node.data.badge
}

/** What the badge of a node says, below it; as large as text has to be, whatever the zoom. */
export function BadgeTip({ node, badge }: { readonly node: CanvasNode; readonly badge: Badge }) {
  const { flowToScreenPosition } = useReactFlow()
  useStore(({ transform }) => transform.join())
  const canvas = useStore(({ domNode }) => domNode)?.getBoundingClientRect()
  const at = flowToScreenPosition({
    x: node.position.x + (node.width ?? 0) / 2,
    y: node.position.y + (node.height ?? 0),
  })
  const more = badge.messages.length - SHOWN
  return (
    // The label of the node says the same to those who do not see it.
    <div
      className="badge-tip"
      aria-hidden="true"
      style={{ left: at.x - (canvas?.left ?? 0), top: at.y - (canvas?.top ?? 0) }}
    >
      {badge.messages.slice(0, SHOWN).map(({ severity, text }) => (
        <p key={text}>
          <SeverityMark severity={severity} size={13} /> <span>{text}</span>
        </p>
      ))}
      {more > 0 && <p className="note">{TEXT.more(more)}</p>}
    </div>
  )
}
