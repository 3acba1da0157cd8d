import {
  Background,
  BackgroundVariant,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
} from '@xyflow/react'
import type { FinalConnectionState, NodeChange } from '@xyflow/react'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { ToolGlyph } from '../glyphs.js'
import type { CanvasEdge, CanvasNode } from './elements.js'
import { ArrowHeads, EDGE_TYPES } from './links.js'
import { domId, farmId } from './node-ids.js'
import { NODE_TYPES } from './nodes.js'
import { neighbour } from './reach.js'
import type { Direction, Point } from './reach.js'

export interface CanvasProps {
  readonly nodes: CanvasNode[]
  readonly edges: CanvasEdge[]
  readonly editable: boolean
  /** The text cannot be read: what is shown is what it said before. */
  readonly outdated: boolean
  readonly arranging: boolean
  /** Changes whenever the view should be fitted to the drawing, unless a person has moved it. */
  readonly fitKey: string
  readonly viewport: { readonly x: number; readonly y: number; readonly zoom: number } | undefined
  /** The node arrow keys go from. */
  readonly current: string | undefined
  readonly onSelect: (ids: readonly string[]) => void
  readonly onDrag: (positions: ReadonlyMap<string, Point>) => void
  readonly onDragEnd: () => void
  readonly onConnect: (from: string, at: Point) => void
  readonly onDelete: () => void
  readonly onOpenFarm: (id: string) => void
  readonly onViewport: (viewport: { x: number; y: number; zoom: number }) => void
  readonly onArrange: () => void
  /** What keys do meanwhile, where it is not the usual: it tells what it took. */
  readonly keys: { readonly label: string; readonly onKey: (event: KeyboardEvent) => boolean } | undefined
  /** Drawn above everything else, in the drawing's own coordinates. */
  readonly children: ReactNode
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** More nodes than this are drawn only where they are seen. */
const MANY = 150

export const FIT = { padding: 0.12, maxZoom: 1.25 } as const

/** The drawing itself: React Flow for pan, zoom, selection and dragging; what it shows is made elsewhere. */
export function Canvas(props: CanvasProps) {
  const { nodes, edges, editable, outdated, arranging, fitKey, viewport, current } = props
  const flow = useReactFlow()
  const size = useStore(({ width, height }) => `${width}x${height}`)
  const movedByPerson = useRef(viewport !== undefined)
  const area = useRef<HTMLDivElement>(null)
  /** Whose focus is to be seen: a person's who came by keyboard. (:focus-visible takes our focus() for one.) */
  const [byKeyboard, setByKeyboard] = useState(true)

  useEffect(() => {
    if (!movedByPerson.current) void flow.fitView({ ...FIT, duration: motion() })
  }, [fitKey, size, flow])

  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    const positions = new Map<string, Point>()
    let selection: Set<string> | undefined
    for (const change of changes) {
      if (change.type === 'position' && change.position !== undefined)
        positions.set(change.id, change.position)
      if (change.type === 'select') {
        selection ??= new Set(nodes.flatMap(({ id, selected }) => (selected ? id : [])))
        if (change.selected) selection.add(change.id)
        else selection.delete(change.id)
      }
    }
    if (positions.size > 0) props.onDrag(positions)
    if (selection !== undefined) props.onSelect([...selection])
  }

  const onConnectEnd = (event: MouseEvent | TouchEvent, { fromNode }: FinalConnectionState) => {
    const point = 'changedTouches' in event ? event.changedTouches[0] : event
    if (fromNode === null || point === undefined) return
    props.onConnect(fromNode.id, flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== area.current) return
    setByKeyboard(true)
    if (props.keys?.onKey(event) === true) return
    const direction = ARROWS[event.key]
    const from = nodes.find(({ id }) => id === current)
    if (direction !== undefined) {
      const next =
        from === undefined
          ? nodes.find(({ selectable }) => selectable !== false)
          : neighbour(nodes, from, direction)
      if (next !== undefined) {
        event.preventDefault()
        props.onSelect([next.id])
        void flow.setCenter(
          next.position.x + (next.width ?? 0) / 2,
          next.position.y + (next.height ?? 0) / 2,
          {
            zoom: flow.getZoom(),
            duration: motion(),
          },
        )
      }
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      props.onDelete()
    } else if (event.key === 'Escape') props.onSelect([])
    else if (event.key === 'Enter' && from !== undefined) {
      const farm = farmId(from.id)
      if (farm !== undefined) props.onOpenFarm(farm)
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      props.onSelect(nodes.flatMap(({ id, type }) => (type === 'farm' ? [] : id)))
    }
  }

  return (
    <div
      ref={area}
      className={`canvas${outdated ? ' outdated' : ''}${byKeyboard ? ' by-keyboard' : ''}`}
      data-arranging={arranging}
      tabIndex={0}
      role="application"
      aria-roledescription="diagram"
      aria-label={`Topology. ${props.keys?.label ?? 'Arrow keys go from one thing to the next, Delete removes, Escape selects nothing.'}`}
      aria-activedescendant={current === undefined ? undefined : domId(current)}
      onKeyDown={onKeyDown}
      // A click on the canvas is for the canvas: keys go here, not into the field that had them.
      onPointerDown={(event) => {
        setByKeyboard(false)
        if (event.target instanceof Element && event.target.closest('button, input') === null)
          area.current?.focus()
      }}
    >
      <ArrowHeads />
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDragStop={props.onDragEnd}
        onSelectionDragStop={props.onDragEnd}
        onConnectEnd={onConnectEnd}
        onMoveEnd={(event, to) => {
          // Without an event it was not a person who moved the view.
          if (event === null) return
          movedByPerson.current = true
          props.onViewport(to)
        }}
        nodesDraggable={editable}
        nodesConnectable={editable}
        // One stop for the Tab key: the arrow keys do the rest.
        nodesFocusable={false}
        edgesFocusable={false}
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        multiSelectionKeyCode={['Control', 'Meta', 'Shift']}
        // From the press on, so that a card stays under the pointer that took it.
        nodeDragThreshold={0}
        selectionMode={SelectionMode.Partial}
        connectionRadius={0}
        minZoom={0.05}
        maxZoom={4}
        {...(viewport === undefined ? { fitView: true, fitViewOptions: FIT } : { defaultViewport: viewport })}
        onlyRenderVisibleElements={nodes.length > MANY}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />
        {props.children}
      </ReactFlow>
      <div className="tools" role="toolbar" aria-label="View">
        <Tool
          label="Zoom in"
          of="zoom-in"
          onPress={() => {
            movedByPerson.current = true
            void flow.zoomIn({ duration: motion() })
          }}
        />
        <Tool
          label="Zoom out"
          of="zoom-out"
          onPress={() => {
            movedByPerson.current = true
            void flow.zoomOut({ duration: motion() })
          }}
        />
        <Tool
          label="Zoom to fit"
          of="fit"
          onPress={() => {
            void flow.fitView({ ...FIT, duration: motion() })
          }}
        />
        <Tool label={arranging ? 'Arranging…' : 'Arrange'} of="arrange" onPress={props.onArrange} />
      </div>
    </div>
  )
}

function Tool({
  label,
  of,
  onPress,
}: {
  readonly label: string
  readonly of: Parameters<typeof ToolGlyph>[0]['of']
  readonly onPress: () => void
}) {
  return (
    <button type="button" className="tool" title={label} aria-label={label} onClick={onPress}>
      <ToolGlyph of={of} />
    </button>
  )
}

/** Milliseconds a movement takes; none for people who asked for none. */
export function motion(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180
}
