import { ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { say } from '../src/core/speech/say.js'
import { groupsOf } from '../src/core/diagram/blocks.js'
import { extentOf } from '../src/core/diagram/extent.js'
import { resizing as resizingEdits } from '../src/core/diagram/gestures.js'
import { movedInFile, pictureOf } from '../src/core/diagram/picture.js'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import { waysOf } from '../src/core/diagram/ways.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { CanvasAction } from '../src/protocol/designer.js'
import { CanvasActionsContext } from './canvas/actions.js'
import { Canvas } from './canvas/canvas.js'
import type { CanvasEdge, CanvasNode } from './canvas/elements.js'
import { Guides } from './canvas/guides.js'
import { menuContext } from './canvas/menu-context.js'
import { withDragged } from './canvas/moved.js'
import { nodeId } from '../src/core/diagram/node-ids.js'
import { useArrangement } from './canvas/use-arrangement.js'
import { useFit } from './canvas/use-fit.js'
import { Ways } from './canvas/ways.js'
import { centerOn } from './center-on.js'
import { drawingCommands } from './commands/drawing-commands.js'
import type { Overlay } from './commands/drawing-commands.js'
import { useClipboardKeys } from './commands/use-clipboard-keys.js'
import { viewCommands } from './commands/view-commands.js'
import { Empty } from './empty.js'
import { focusOn } from './focus.js'
import { frozenBecause } from './frozen.js'
import { gesturesOn } from './gestures-on.js'
import type { Host, ViewState } from './host.js'
import { useDocument } from './use-document.js'
import { useDragging } from './use-dragging.js'
import { useElements } from './use-elements.js'
import { useFarms } from './use-farms.js'
import { useResizing } from './use-resizing.js'
import { usePictures } from './pictures/use-pictures.js'
import { useReveal } from './use-reveal.js'
import { exists, useSelection } from './use-selection.js'
import { useViewSettings } from './use-view-settings.js'
import { Notices, Unread } from './notices.js'
import { Overlays } from './overlays.js'
import { Palette } from './palette/palette.js'
import { Panel } from './panel/panel.js'
import { useWalking } from './walk/use-walking.js'

const TEXT = {
  reading: say`Reading the topology…`,
  unread: (reason: string) => say`The topology could not be read: ${reason}.`,
  done: (title: string) => say`Done: ${title}`,
  resized: (name: string) => say`Network ${name} has another length`,
}

export function Designer({ host, layoutWorker }: { readonly host: Host; readonly layoutWorker: string }) {
  return (
    <ReactFlowProvider>
      <Drawing host={host} layoutWorker={layoutWorker} />
    </ReactFlowProvider>
  )
}

/** With more on the canvas than this a minimap is of use to everybody. */
const MINIMAP_FROM = 40

const NOTHING: Scene = { name: undefined, hosts: [], networks: [], services: [], findings: [] }

function Drawing({ host, layoutWorker }: { readonly host: Host; readonly layoutWorker: string }) {
  const flow = useReactFlow<CanvasNode, CanvasEdge>()
  const kept = useRef<ViewState>(host.viewState())
  const keep = (change: ViewState) => {
    kept.current = { ...kept.current, ...change }
    host.keep(kept.current)
  }
  const { selection, farm, by, select, selectNodes, selectByText } = useSelection(kept.current, keep)
  const farms = useFarms(kept.current, keep)
  const [again, setAgain] = useState(0)
  const shownNodes = useRef<readonly CanvasNode[]>([])
  const resizing = useResizing()
  const dragging = useDragging(shownNodes, () => flow.getZoom())
  /** Under what is dragged from the palette, or what Enter would choose in a list. */
  const [pointedAt, setPointedAt] = useState<string>()
  const [overlay, setOverlay] = useState<Overlay>()
  const { locked, setLocked, ...settings } = useViewSettings(kept.current, keep)
  const movedByPerson = useRef(kept.current.viewport !== undefined)

  const onAction = useRef<(action: CanvasAction) => void>(undefined)
  const document = useDocument(host, {
    onSelect: selectByText,
    onAction: (action) => {
      onAction.current?.(action)
    },
  })
  const { model, notice, say, requests } = document
  const scene = model?.scene ?? NOTHING
  const unreadable = model?.unreadable ?? 0
  const editable = model !== undefined && model.access.editable && unreadable === 0
  const frozen = frozenBecause(model?.access, unreadable, locked)
  const movable = editable && !locked

  const groups = useMemo(
    () => groupsOf(scene, farms.opened, farms.closed),
    [scene, farms.opened, farms.closed],
  )
  const arranged = useArrangement(scene, groups, layoutWorker, again)
  const picture = useMemo(
    () =>
      pictureOf(
        scene,
        groups,
        arranged.arrangement,
        withDragged(movedInFile(scene), dragging.dragged, resizing.lengths),
      ),
    [scene, groups, arranged.arrangement, dragging.dragged, resizing.lengths],
  )
  usePictures(host, { scene, picture, settled: model !== undefined && !arranged.arranging })
  const selectedIds = useMemo(() => {
    const ids = new Set(selection.map(nodeId))
    if (farm !== undefined) ids.add(farm)
    if (pointedAt !== undefined) ids.add(pointedAt)
    return ids
  }, [selection, farm, pointedAt])
  const walking = useWalking({
    host,
    scene,
    picture,
    unreadable: unreadable > 0,
    kept: kept.current.walk,
    keep,
  })
  const marks = { selected: selectedIds, editable: movable }
  const { nodes, edges } = useElements(scene, picture, document.outcomes, marks, walking.ghosts)
  shownNodes.current = nodes

  // What is gone is not selected any longer.
  const alive = useMemo(() => selection.filter((subject) => exists(scene, subject)), [selection, scene])
  const [single] = alive.length === 1 ? alive : []
  const selectedServices = useMemo(
    () => new Set(alive.flatMap(({ what, name }) => (what === 'service' ? [name] : []))),
    [alive],
  )
  const walkIsOpen = walking.panel !== undefined
  const ways = useMemo(
    () => (walkIsOpen ? [] : waysOf(scene, picture, selectedServices)),
    [scene, picture, selectedServices, walkIsOpen],
  )
  const fit = useFit(() => extentOf(picture, ways))
  const singleKey = single === undefined ? '' : nodeId(single)
  useEffect(() => {
    // Told back, it would pull the caret out from under whoever types, and end their selection.
    if (by !== 'text')
      host.send({
        kind: 'select',
        subject: single,
        ...(by === 'page' && single !== undefined ? { quietly: true } : {}),
      })
    // The key stands for the subject.
  }, [host, singleKey])

  const { edit, gesture, under, onPaletteDrop, onDragEnd, onConnect } = gesturesOn({
    flow,
    nodes,
    dragging,
    requests,
    say,
    select,
  })
  const center = (subject: Subject) => {
    if (centerOn(subject, flow, nodes, picture)) movedByPerson.current = true
  }
  const goTo = (subject: Subject) => {
    select([subject])
    center(subject)
  }
  useReveal(host, scene, goTo)
  const boxOf = ({ what, name }: Subject) =>
    ({ host: picture.hosts, network: picture.networks, service: picture.services })[what].get(name)
  const resize = async (name: string, length: number) => {
    const bar = picture.networks.get(name)
    const edits = bar === undefined ? [] : resizingEdits(scene, name, length, bar)
    if (edits.length > 0) await edit(edits, TEXT.resized(name))
  }
  const onTyping = (edits: readonly TopologyEdit[]) => {
    host.send({ kind: 'typing', edits })
  }
  const closeOverlay = () => {
    setOverlay(undefined)
    setPointedAt(undefined)
    // Keys go on with the drawing.
    focusOn('canvas')
  }
  const minimap = settings.minimap ?? nodes.length > MINIMAP_FROM
  const actions: Readonly<Record<CanvasAction, () => void>> = {
    ...drawingCommands({
      scene,
      selection: alive,
      frozen,
      boxOf,
      edit,
      gesture,
      resize: (name, by) => {
        const bar = picture.networks.get(name)
        if (bar !== undefined) void resize(name, bar.height + by)
      },
      select,
      say,
      requests,
      open: setOverlay,
    }),
    ...viewCommands({
      scene,
      selection: alive,
      flow,
      nodes,
      farm,
      locked,
      minimap,
      select,
      center,
      say,
      open: setOverlay,
      arrange: () => {
        setAgain((count) => count + 1)
      },
      fit,
      setFarmOpen: farms.setOpen,
      setLocked,
      setMinimap: settings.setMinimap,
      startWalk: walking.start,
      movedByPerson: () => {
        movedByPerson.current = true
      },
    }),
  }
  const act = (action: CanvasAction) => {
    actions[action]()
  }
  onAction.current = act
  useClipboardKeys(actions)
  const onResized = useRef<(name: string, length: number) => void>(undefined)
  onResized.current = (name, length) => {
    if (!resizing.end(name, length)) return
    void resize(name, length).then(() => {
      resizing.clear(name, length)
    })
  }
  const nodeActions = useMemo(
    () => ({
      setFarmOpen: farms.setOpen,
      resize: resizing.resize,
      loseResize: resizing.lose,
      endResize: (name: string, length: number) => onResized.current?.(name, length),
    }),
    [],
  )

  if (model === undefined) {
    return document.unread === undefined ? (
      <p className="loading">{TEXT.reading}</p>
    ) : (
      <Unread text={TEXT.unread(document.unread)} onAgain={document.drawAgain} />
    )
  }
  const empty = scene.hosts.length + scene.networks.length + scene.services.length === 0
  return (
    <CanvasActionsContext value={nodeActions}>
      <div className={walking.panel === undefined ? 'designer' : 'designer walking'}>
        <Palette
          disabled={!movable}
          onDrop={onPaletteDrop}
          onDrag={(drop) => {
            const over = drop?.client === undefined ? undefined : under(drop.client)
            if (over !== pointedAt) setPointedAt(over)
          }}
        />
        <main className="stage">
          <Notices
            unread={document.unread}
            unreadable={unreadable}
            access={model.access}
            notice={notice}
            pending={document.pending}
            onAgain={document.drawAgain}
            onShowProblems={() => {
              host.send({ kind: 'show-problems' })
            }}
          />
          <Canvas
            nodes={nodes}
            edges={edges}
            editable={movable}
            locked={locked}
            minimap={minimap}
            movedByPerson={movedByPerson}
            menuContext={menuContext({
              selection: alive,
              farm: farm !== undefined,
              inFarm:
                single?.what === 'host' && picture.farms.some(({ hosts }) => hosts.includes(single.name)),
              editable: movable,
            })}
            outdated={unreadable > 0}
            arranging={arranged.arranging}
            fitKey={`${arranged.ended} ${empty ? 'empty' : ''}`}
            fit={fit}
            viewport={kept.current.viewport}
            current={farm ?? (single === undefined ? undefined : nodeId(single))}
            onSelect={selectNodes}
            onDrag={dragging.drag}
            onDragEnd={onDragEnd}
            onCancel={() => dragging.cancel() || resizing.cancel()}
            onConnect={onConnect}
            onOpenFarm={(id) => {
              farms.setOpen(id, true)
            }}
            onViewport={(viewport) => {
              keep({ viewport })
            }}
            onAction={act}
            keys={walking.keys}
          >
            <Ways ways={ways} strong={selectedServices.size > 0} />
            <Guides guides={dragging.guides} />
            {walking.layer}
          </Canvas>
          <Overlays
            overlay={overlay}
            scene={scene}
            single={single}
            boxOf={boxOf}
            onEdit={(edits, said, then) => {
              void edit(edits, said).then((ok) => {
                if (ok) select(then)
              })
            }}
            onTyping={onTyping}
            onGesture={gesture}
            onFound={goTo}
            onHighlight={setPointedAt}
            onClose={closeOverlay}
          />
          {empty && <Empty onRun={requests.run} />}
        </main>
        {walking.panel ?? (
          <Panel
            scene={scene}
            selection={alive}
            inspection={document.inspection}
            comparison={document.comparison}
            editable={editable}
            history={document.history}
            onEdit={(edits, said) =>
              edit(edits, said).then(async (ok) => {
                const renamed = edits.find((each) => each.kind === 'rename')
                if (ok && renamed !== undefined) select([{ what: renamed.what, name: renamed.to }])
                else if (ok) await requests.inspected()
                return ok
              })
            }
            onTyping={onTyping}
            onFix={(finding, fix) => {
              const title = scene.findings[finding]?.fixes[fix] ?? ''
              void requests.fix(finding, fix).then((answer) => {
                say(answer.ok ? TEXT.done(title) : answer.reason, answer.ok ? 'info' : 'error')
              })
            }}
            onShow={({ path }) => {
              host.send({ kind: 'show', path })
            }}
            onSelect={(subjects) => {
              select(subjects)
              if (subjects[0] !== undefined) center(subjects[0])
            }}
            onAction={act}
            onWalk={walking.start}
            onRun={requests.run}
          />
        )}
      </div>
    </CanvasActionsContext>
  )
}
