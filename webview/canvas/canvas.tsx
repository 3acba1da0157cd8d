import {
  Background,
  BackgroundVariant,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
} from '@xyflow/react'
import type { FinalConnectionState, NodeChange } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import { flushSync } from 'react-dom'
import { say } from '../../src/core/speech/say.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { BadgeTip, badgeOf } from './badge-tip.js'
import { canvasKeys } from './canvas-keys.js'
import { detailAt } from './detail.js'
import type { CanvasEdge, CanvasNode } from './elements.js'
import { FarLayer } from './far-layer.js'
import { ArrowHeads, EDGE_TYPES } from './links.js'
import { Minimap } from './minimap.js'
import { domId } from './dom-id.js'
import { NODE_TYPES } from './nodes.js'
import { nodeAt } from './reach.js'
import type { Point } from './reach.js'
import { Tools } from './tools.js'
import { useMarquee } from './use-marquee.js'
import { MANY, useNear } from './use-near.js'

export interface CanvasProps {
  readonly nodes: CanvasNode[]
  readonly edges: CanvasEdge[]
  readonly editable: boolean
  /** The text cannot be read: what is shown is what it said before. */
  readonly outdated: boolean
  readonly arranging: boolean
  /** Changes whenever the view should be fitted to the drawing, unless a person has moved it. */
  readonly fitKey: string
  readonly fit: () => void
  readonly viewport: { readonly x: number; readonly y: number; readonly zoom: number } | undefined
  /** The node arrow keys go from. */
  readonly current: string | undefined
  readonly onSelect: (ids: readonly string[]) => void
  readonly onDrag: (positions: ReadonlyMap<string, Point>) => void
  readonly onDragEnd: () => void
  /** What is under a hand goes back to what it was. @returns whether anything was */
  readonly onCancel: () => boolean
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

const TEXT = {
  keys: say`Arrow keys go from one thing to the next, Shift with them selects several, F2 renames, Delete removes, Enter goes to the properties and Escape back, then selects nothing.`,
}

/** The drawing itself: React Flow for pan, zoom, selection and dragging; what it shows is made elsewhere. */
export function Canvas(props: CanvasProps) {
  const { nodes, edges, editable, outdated, arranging, fitKey, viewport, current } = props
  const flow = useReactFlow<CanvasNode, CanvasEdge>()
  const size = useStore(({ width, height }) => `${width}x${height}`)
  const zoomedTo = useStore(({ transform }) => detailAt(transform[2]))
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
  /** What the pointer is on becomes a card, so that it can be taken. */
  const [pointed, setPointed] = useState<string>()
  const moving = useRef(false)
  const [zoomAtRest, setZoomAtRest] = useState(() => flow.getZoom())
  useEffect(() => {
    if (!moving.current) setZoomAtRest(flow.getZoom())
  }, [zoomedTo, flow])
  // Of a large drawing, more or less is shown when the view has come to rest: while it moves nothing is drawn anew.
  const detail = nodes.length > MANY ? detailAt(zoomAtRest) : zoomedTo
  const near = useNear(nodes, detail === 'full', [active, pointed])
  const marquee = useMarquee(nodes, near.many, props.onSelect)
  const boxes = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes])
  const [nearLines, farLines] = useMemo(() => {
    const far = new Set(near.far.map(({ id }) => id))
    const isFar = ({ source, target }: CanvasEdge) => far.has(source) || far.has(target)
    return far.size === 0 ? [edges, []] : [edges.filter((edge) => !isFar(edge)), edges.filter(isFar)]
  }, [edges, near.far])

  useEffect(() => {
    if (!movedByPerson.current) props.fit()
    // By what is drawn now; a drawing that changes otherwise is not moved under whoever looks at it.
  }, [fitKey, size])

  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    const positions = new Map<string, Point>()
    let selection: Set<string> | undefined
    for (const change of changes) {
      if (change.type === 'position' && change.position !== undefined)
        positions.set(change.id, change.position)
      if (change.type === 'select' && !marquee) {
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

  const usualKeys = canvasKeys({
    flow,
    nodes,
    active,
    onGo: setAmong,
    onSelect: props.onSelect,
    onOpenFarm: props.onOpenFarm,
    onAction: props.onAction,
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== area.current) return
    if (event.key === 'Escape' && props.onCancel()) return
    setByKeyboard(true)
    if (props.keys?.onKey(event) !== true) usualKeys(event)
  }

  return (
    <div
      ref={area}
      className={`canvas${outdated ? ' outdated' : ''}${byKeyboard ? ' by-keyboard' : ''}`}
      data-arranging={arranging}
      tabIndex={0}
      role="application"
      aria-roledescription={say`diagram`}
      data-detail={detail}
      data-vscode-context={props.menuContext}
      aria-label={say`Topology. ${props.keys?.label ?? TEXT.keys}`}
      aria-activedescendant={active === undefined ? undefined : domId(active)}
      onKeyDown={onKeyDown}
      onPointerOver={({ target }) => {
        const over = target instanceof Element ? target.closest('.badge') : null
        setPointedBadge(over?.closest<HTMLElement>('.react-flow__node')?.dataset['id'])
      }}
      onPointerMove={({ buttons, clientX, clientY }) => {
        if (buttons !== 0 || !near.many || moving.current) return
        const under = nodeAt(nodes, flow.screenToFlowPosition({ x: clientX, y: clientY }))?.id
        // At once: the press that may follow is for the card.
        if (under !== pointed) {
          flushSync(() => {
            setPointed(under)
          })
        }
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
        nodes={near.nodes}
        edges={nearLines}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDoubleClick={(_, node) => {
          if (node.type === 'farm') props.onOpenFarm(node.data.farm.id)
          else if (node.type !== 'ghost') props.onAction('rename')
        }}
        zoomOnDoubleClick={false}
        // Of a frame's selection too, which the toolkit tells of twice.
        onNodeDragStop={props.onDragEnd}
        onConnectEnd={onConnectEnd}
        onMoveStart={() => {
          moving.current = true
          setMoving(area.current, true)
        }}
        onMoveEnd={(event, to) => {
          moving.current = false
          setMoving(area.current, false)
          setZoomAtRest(to.zoom)
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
        {...(viewport === undefined ? {} : { defaultViewport: viewport })}
        onlyRenderVisibleElements={near.many}
        proOptions={{ hideAttribution: true }}
      >
        {/* From afar the dots would be finer than a pixel, and cost more than all the rest. */}
        {detail === 'full' && <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />}
        <FarLayer hosts={near.far} lines={farLines} boxes={boxes} zoom={zoomAtRest} />
        {props.children}
      </ReactFlow>
      {props.minimap && <Minimap nodes={nodes} />}
      <Tools arranging={arranging} minimap={props.minimap} locked={props.locked} onAction={props.onAction} />
    </div>
  )
}

/** While the view moves, what is drawn is moved as it is; it is drawn sharp again where the view comes to rest. */
function setMoving(area: HTMLElement | null, moving: boolean): void {
  if (area !== null) area.dataset['moving'] = String(moving)
}
