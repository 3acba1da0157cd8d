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
import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { ToolGlyph } from '../glyphs.js'
import { BadgeTip, badgeOf } from './badge-tip.js'
import { detailAt } from './detail.js'
import type { CanvasEdge, CanvasNode } from './elements.js'
import { ArrowHeads, EDGE_TYPES } from './links.js'
import { Minimap } from './minimap.js'
import { domId } from './dom-id.js'
import { farmId } from '../../src/core/diagram/node-ids.js'
import { NODE_TYPES } from './nodes.js'
import { nodeAt, neighbour } from './reach.js'
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
  readonly onOpenFarm: (id: string) => void
  readonly onViewport: (viewport: { x: number; y: number; zoom: number }) => void
  readonly onAction: (action: CanvasAction) => void
  /** Set where a person chose how the drawing is looked at. */
  readonly movedByPerson: RefObject<boolean>
  readonly locked: boolean
  readonly minimap: boolean
  /** For VS Code's native menu, see menu-context.ts. */
  readonly menuContext: string
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

const TEXT = {
  keys: 'Arrow keys go from one thing to the next, Shift with them selects several, F2 renames, Delete removes, Escape selects nothing.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Zoom to fit',
  find: 'Find on the canvas',
  arrange: 'Arrange',
  arranging: 'Arranging…',
  minimap: 'Minimap',
  lock: 'Lock the canvas',
}

export const FIT = { padding: 0.12, maxZoom: 1.25 } as const

/** The drawing itself: React Flow for pan, zoom, selection and dragging; what it shows is made elsewhere. */
export function Canvas(props: CanvasProps) {
  const { nodes, edges, editable, outdated, arranging, fitKey, viewport, current } = props
  const flow = useReactFlow()
  const size = useStore(({ width, height }) => `${width}x${height}`)
  const detail = useStore(({ transform }) => detailAt(transform[2]))
  const { movedByPerson } = props
  /** Where the arrow keys are while several things are selected. */
  const [among, setAmong] = useState<string>()
  const active = current ?? (nodes.some(({ id, selected }) => id === among && selected) ? among : undefined)
  /** Whose focus is to be seen: a person's who came by keyboard. (:focus-visible takes our focus() for one.) */
  const [byKeyboard, setByKeyboard] = useState(true)
  /** The node whose badge the pointer is on; without one, the keyboard's. */
  const [pointedBadge, setPointedBadge] = useState<string>()
  const tip = nodes.find(({ id }) => id === (pointedBadge ?? (byKeyboard ? active : undefined)))
  const tipBadge = badgeOf(tip)
  const area = useRef<HTMLDivElement>(null)

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
    // With Alt they move what is selected: by a keybinding, which can be another one.
    const direction = event.altKey ? undefined : ARROWS[event.key]
    const from = nodes.find(({ id }) => id === active)
    if (direction !== undefined) {
      const next =
        from === undefined
          ? nodes.find(({ selectable }) => selectable !== false)
          : neighbour(nodes, from, direction)
      if (next !== undefined) {
        event.preventDefault()
        const chosen = nodes.flatMap(({ id, selected }) => (selected ? id : []))
        setAmong(next.id)
        props.onSelect(event.shiftKey ? [...new Set([...chosen, next.id])] : [next.id])
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
      props.onAction('delete')
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
      data-detail={detail}
      data-vscode-context={props.menuContext}
      aria-label={`Topology. ${props.keys?.label ?? TEXT.keys}`}
      aria-activedescendant={active === undefined ? undefined : domId(active)}
      onKeyDown={onKeyDown}
      onPointerOver={({ target }) => {
        const over = target instanceof Element ? target.closest('.badge') : null
        setPointedBadge(over?.closest<HTMLElement>('.react-flow__node')?.dataset['id'])
      }}
      // A click on the canvas is for the canvas: keys go here, not into the field that had them.
      onPointerDown={(event) => {
        setByKeyboard(false)
        // The menu that opens now is about what is under it.
        if (event.button === 2) {
          const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
          const under = nodeAt(nodes, at)
          if (under === undefined) props.onSelect([])
          else if (under.selected !== true) props.onSelect([under.id])
        }
        if (event.target instanceof Element && event.target.closest('button, input') === null)
          area.current?.focus()
      }}
    >
      {tip !== undefined && tipBadge !== undefined && <BadgeTip node={tip} badge={tipBadge} />}
      <ArrowHeads />
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDoubleClick={(_, node) => {
          if (node.type === 'farm') props.onOpenFarm(node.data.farm.id)
          else if (node.type !== 'ghost') props.onAction('rename')
        }}
        zoomOnDoubleClick={false}
        onNodeDragStop={props.onDragEnd}
        onSelectionDragStop={props.onDragEnd}
        onConnectEnd={onConnectEnd}
        onMoveStart={() => {
          setMoving(area.current, true)
        }}
        onMoveEnd={(event, to) => {
          setMoving(area.current, false)
          // Without an event it was not a person's hand that moved the view.
          if (event !== null) movedByPerson.current = true
          if (!movedByPerson.current) return
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
        {/* From afar the dots would be finer than a pixel, and cost more than all the rest. */}
        {detail === 'full' && <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />}
        {props.children}
      </ReactFlow>
      {props.minimap && <Minimap nodes={nodes} />}
      <div className="tools" role="toolbar" aria-label="View">
        <Tool label={TEXT.zoomIn} of="zoom-in" action="zoom-in" onAction={props.onAction} />
        <Tool label={TEXT.zoomOut} of="zoom-out" action="zoom-out" onAction={props.onAction} />
        <Tool label={TEXT.fit} of="fit" action="fit" onAction={props.onAction} />
        <Tool label={TEXT.find} of="find" action="find" onAction={props.onAction} />
        <Tool
          label={arranging ? TEXT.arranging : TEXT.arrange}
          of="arrange"
          action="arrange"
          onAction={props.onAction}
        />
        <Tool
          label={TEXT.minimap}
          of="minimap"
          action="minimap"
          pressed={props.minimap}
          onAction={props.onAction}
        />
        <Tool label={TEXT.lock} of="lock" action="lock" pressed={props.locked} onAction={props.onAction} />
      </div>
    </div>
  )
}

/** While the view moves, what is drawn is moved as it is; it is drawn sharp again where the view comes to rest. */
function setMoving(area: HTMLElement | null, moving: boolean): void {
  if (area !== null) area.dataset['moving'] = String(moving)
}

function Tool({
  label,
  of,
  action,
  pressed,
  onAction,
}: {
  readonly label: string
  readonly of: Parameters<typeof ToolGlyph>[0]['of']
  readonly action: CanvasAction
  /** Of what is on or off. */
  readonly pressed?: boolean
  readonly onAction: (action: CanvasAction) => void
}) {
  return (
    <button
      type="button"
      className="tool"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      onClick={() => {
        onAction(action)
      }}
    >
      <ToolGlyph of={of} />
    </button>
  )
}

/** Milliseconds a movement takes; none for people who asked for none. */
export function motion(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180
}
