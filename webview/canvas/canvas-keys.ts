import type { ReactFlowInstance } from '@xyflow/react'
import type { KeyboardEvent } from 'react'
import { farmId } from '../../src/core/diagram/node-ids.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { focusOn } from '../focus.js'
import type { CanvasEdge, CanvasNode } from './elements.js'
import { motion } from './motion.js'
import { neighbour } from './reach.js'
import type { Direction } from './reach.js'

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** What keys do on the canvas that are no keybindings of VS Code. */
export function canvasKeys({
  flow,
  nodes,
  active,
  onGo,
  onSelect,
  onOpenFarm,
  onAction,
}: {
  readonly flow: ReactFlowInstance<CanvasNode, CanvasEdge>
  readonly nodes: readonly CanvasNode[]
  /** The node arrow keys go from. */
  readonly active: string | undefined
  readonly onGo: (to: string) => void
  readonly onSelect: (ids: readonly string[]) => void
  readonly onOpenFarm: (id: string) => void
  readonly onAction: (action: CanvasAction) => void
}): (event: KeyboardEvent) => void {
  const go = (from: CanvasNode | undefined, direction: Direction, event: KeyboardEvent) => {
    const next =
      from === undefined
        ? nodes.find(({ selectable }) => selectable !== false)
        : neighbour(nodes, from, direction)
    if (next === undefined) return
    event.preventDefault()
    const chosen = nodes.flatMap(({ id, selected }) => (selected ? id : []))
    onGo(next.id)
    onSelect(event.shiftKey ? [...new Set([...chosen, next.id])] : [next.id])
    const { position, width = 0, height = 0 } = next
    void flow.setCenter(position.x + width / 2, position.y + height / 2, {
      zoom: flow.getZoom(),
      duration: motion(),
    })
  }
  return (event) => {
    // With Alt they move what is selected: by a keybinding, which can be another one.
    const direction = event.altKey ? undefined : ARROWS[event.key]
    const from = nodes.find(({ id }) => id === active)
    if (direction !== undefined) go(from, direction, event)
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      onAction('delete')
    } else if (event.key === 'Escape') onSelect([])
    else if (event.key === 'Enter') {
      const farm = from === undefined ? undefined : farmId(from.id)
      if (farm !== undefined) onOpenFarm(farm)
      else {
        event.preventDefault()
        focusOn('panel')
      }
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSelect(nodes.flatMap(({ id, type }) => (type === 'farm' ? [] : id)))
    }
  }
}
