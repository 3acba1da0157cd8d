import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { GhostNode } from '../canvas/elements.js'
import type { Ghost } from './way.js'

/** A host the packet comes by that nobody has drawn. */
export const GhostCard = memo(function GhostCard({ data }: NodeProps<GhostNode>) {
  return (
    <div className="walk-ghost" role="group" aria-label={say`${data.host}, not in the drawing`}>
      <span className="card-name">{data.host}</span>
      <span className="card-kind">{say`not in the drawing`}</span>
    </div>
  )
})

export function ghostNodes(ghosts: readonly Ghost[]): GhostNode[] {
  return ghosts.map(({ host, box: { x, y, width, height } }) => ({
    id: `ghost:${host}`,
    type: 'ghost',
    position: { x, y },
    width,
    height,
    measured: { width, height },
    selectable: false,
    draggable: false,
    data: { host },
  }))
}
