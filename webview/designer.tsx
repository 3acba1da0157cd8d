import { ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { groupsOf } from '../src/core/diagram/blocks.js'
import { addFromPalette, connect, moves, removal } from '../src/core/diagram/gestures.js'
import type { Drop, Gesture } from '../src/core/diagram/gestures.js'
import { movedInFile, pictureOf } from '../src/core/diagram/picture.js'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { CanvasAction } from '../src/protocol/designer.js'
import { CanvasActionsContext } from './canvas/actions.js'
import { Canvas, FIT, motion } from './canvas/canvas.js'
import { elementsOf, keepSame } from './canvas/elements.js'
import type { Elements } from './canvas/elements.js'
import { withDragged } from './canvas/moved.js'
import { nodeId, subjectOf } from './canvas/node-ids.js'
import { nodeAt } from './canvas/reach.js'
import type { Point } from './canvas/reach.js'
import { useArrangement } from './canvas/use-arrangement.js'
import type { Host, ViewState } from './host.js'
import { useDocument } from './use-document.js'
import { Notices } from './notices.js'
import { Palette } from './palette/palette.js'
import type { PaletteDrop } from './palette/palette.js'
import { Panel, same } from './panel/panel.js'
import { useWalking } from './walk/use-walking.js'

export function Designer({ host, layoutWorker }: { readonly host: Host; readonly layoutWorker: string }) {
  return (
    <ReactFlowProvider>
      <Drawing host={host} layoutWorker={layoutWorker} />
    </ReactFlowProvider>
  )
}

const NOTHING: Scene = { name: undefined, hosts: [], networks: [], services: [], findings: [] }

function Drawing({ host, layoutWorker }: { readonly host: Host; readonly layoutWorker: string }) {
  const flow = useReactFlow()
  const kept = useRef<ViewState>(host.viewState())
  const keep = (change: ViewState) => {
    kept.current = { ...kept.current, ...change }
    host.keep(kept.current)
  }
  const [selection, setSelection] = useState<readonly Subject[]>([])
  const [farm, setFarm] = useState<string>()
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(kept.current.opened))
  const [again, setAgain] = useState(0)
  /** What is being dragged, and what was dropped and is not in the text yet. */
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(new Map())
  const [paletteOver, setPaletteOver] = useState<string>()

  /** The selection is where the caret of the text is. */
  const [byText, setByText] = useState(false)

  const select = useCallback((subjects: readonly Subject[]) => {
    setFarm(undefined)
    setSelection(subjects)
    setByText(false)
  }, [])
  const onAction = useRef<(action: CanvasAction) => void>(undefined)
  const document = useDocument(host, {
    onSelect: (subject) => {
      select([subject])
      setByText(true)
    },
    onAction: (action) => {
      onAction.current?.(action)
    },
  })
  const { model, notice, say, requests } = document
  const scene = model?.scene ?? NOTHING
  const unreadable = model?.unreadable ?? 0
  const editable = model !== undefined && model.access.editable && unreadable === 0

  const groups = useMemo(() => groupsOf(scene, opened), [scene, opened])
  const arranged = useArrangement(scene, groups, layoutWorker, again)
  const picture = useMemo(
    () => pictureOf(scene, groups, arranged.arrangement, withDragged(movedInFile(scene), dragged)),
    [scene, groups, arranged.arrangement, dragged],
  )
  const selectedIds = useMemo(() => {
    const ids = new Set(selection.map(nodeId))
    if (farm !== undefined) ids.add(farm)
    if (paletteOver !== undefined) ids.add(paletteOver)
    return ids
  }, [selection, farm, paletteOver])
  const walking = useWalking({
    host,
    scene,
    picture,
    unreadable: unreadable > 0,
    kept: kept.current.walk,
    keep,
  })
  const before = useRef<Elements>({ nodes: [], edges: [] })
  const { nodes, edges } = useMemo(() => {
    const made = elementsOf(scene, picture, { selected: selectedIds, outcomes: document.outcomes, editable })
    return {
      nodes: keepSame(before.current.nodes, [...made.nodes, ...walking.ghosts]),
      edges: keepSame(before.current.edges, made.edges),
    }
  }, [scene, picture, selectedIds, document.outcomes, editable, walking.ghosts])
  before.current = { nodes, edges }

  // What is gone is not selected any longer.
  const alive = useMemo(() => selection.filter((subject) => exists(scene, subject)), [selection, scene])
  const [single] = alive.length === 1 ? alive : []
  const singleKey = single === undefined ? '' : nodeId(single)
  useEffect(() => {
    // Told back, it would pull the caret out from under whoever types, and end their selection.
    if (!byText) host.send({ kind: 'select', subject: single })
    // The key stands for the subject.
  }, [host, singleKey])

  const edit = (edits: readonly TopologyEdit[], said?: string): Promise<boolean> =>
    requests.edit(edits).then((answer) => {
      if (!answer.ok) say(answer.reason, 'error')
      else if (said !== undefined) say(said)
      return answer.ok
    })
  const gesture = (made: Gesture) => {
    if (!made.ok) {
      say(made.reason, 'error')
      return
    }
    void edit(made.edits, made.said).then((ok) => {
      if (ok) select([made.subject])
    })
  }

  const hit = (client: Point): { at: Point; id: string | undefined } => {
    const at = flow.screenToFlowPosition(client)
    return { at, id: nodeAt(nodes, at)?.id }
  }
  const onPaletteDrop = ({ item, client }: PaletteDrop) => {
    if (client === undefined) {
      gesture(addFromPalette(scene, item, {}))
      return
    }
    // Back on the palette or over the properties: thought better of it.
    if (window.document.elementFromPoint(client.x, client.y)?.closest('.canvas') === null) return
    const { at, id } = hit(client)
    const on = id === undefined ? undefined : subjectOf(id)
    const drop: Drop = { at: { x: at.x - 98, y: at.y - 30 }, ...(on === undefined ? {} : { on }) }
    gesture(addFromPalette(scene, item, drop))
  }
  const onDragEnd = () => {
    const moved = [...dragged].flatMap(([id, to]) => {
      const subject = subjectOf(id)
      return subject === undefined ? [] : [{ subject, to }]
    })
    if (moved.length === 0) return
    const names = moved.map(({ subject }) => subject.name)
    const said = names.length === 1 ? `Moved ${names[0] ?? ''}` : `Moved ${names.length} things`
    // Where it was dropped is where it is shown, until the text says so too, or says no.
    void edit(moves(moved), said).then(() => {
      setDragged(new Map())
    })
  }
  const onConnect = (from: string, at: Point) => {
    const to = nodeAt(nodes, at, from)
    const [source, target] = [subjectOf(from), to === undefined ? undefined : subjectOf(to.id)]
    if (source !== undefined && target !== undefined) gesture(connect(scene, source, target))
  }
  const removeSelected = () => {
    if (alive.length === 0 || !editable) return
    const said = alive.length === 1 ? `Deleted ${alive[0]?.name ?? ''}` : `Deleted ${alive.length} things`
    void edit(removal(alive), said).then((ok) => {
      if (ok) select([])
    })
  }
  const center = (subject: Subject) => {
    const node = nodes.find(({ id }) => id === nodeId(subject))
    if (node === undefined) return
    void flow.setCenter(node.position.x + (node.width ?? 0) / 2, node.position.y + (node.height ?? 0) / 2, {
      zoom: Math.max(flow.getZoom(), 0.6),
      duration: motion(),
    })
  }
  const goToFinding = (step: 1 | -1) => {
    const shown = scene.findings.flatMap(({ subjects, code, message }) =>
      subjects[0] === undefined ? [] : [{ subject: subjects[0], code, message }],
    )
    if (shown.length === 0) {
      say(
        scene.findings.length === 0
          ? 'There is nothing to mend.'
          : 'The findings are about the file as a whole.',
      )
      return
    }
    const at = shown.findIndex(({ subject }) => single !== undefined && same(subject, single))
    const last =
      step === 1 ? shown.findLastIndex(({ subject }) => single !== undefined && same(subject, single)) : at
    const next = shown[(last + step + shown.length) % shown.length] ?? shown[0]
    if (next === undefined) return
    select([next.subject])
    center(next.subject)
    say(`${next.code}: ${next.message}`)
  }
  const setFarmOpen = (id: string, open: boolean) => {
    const next = new Set(opened)
    if (open) next.add(id)
    else next.delete(id)
    setOpened(next)
    keep({ opened: [...next] })
  }
  const actions: Readonly<Record<CanvasAction, () => void>> = {
    arrange: () => {
      setAgain((count) => count + 1)
    },
    fit: () => {
      void flow.fitView({ ...FIT, duration: motion() })
    },
    'next-finding': () => {
      goToFinding(1)
    },
    'previous-finding': () => {
      goToFinding(-1)
    },
    delete: removeSelected,
    'select-all': () => {
      select(nodes.flatMap(({ id }) => subjectOf(id) ?? []))
    },
  }
  onAction.current = (action) => {
    actions[action]()
  }
  const farmActions = useMemo(
    () => ({
      openFarm: (id: string) => {
        setFarmOpen(id, true)
      },
      closeFarm: (id: string) => {
        setFarmOpen(id, false)
      },
    }),
    [opened],
  )

  if (model === undefined) return <p className="loading">Reading the topology…</p>
  const empty = scene.hosts.length + scene.networks.length + scene.services.length === 0
  return (
    <CanvasActionsContext value={farmActions}>
      <div className={walking.panel === undefined ? 'designer' : 'designer walking'}>
        <Palette
          disabled={!editable}
          onDrop={onPaletteDrop}
          onDrag={(drop) => {
            const over = drop?.client === undefined ? undefined : hit(drop.client).id
            if (over !== paletteOver) setPaletteOver(over)
          }}
        />
        <main className="stage">
          <Notices
            unreadable={unreadable}
            access={model.access}
            notice={notice}
            pending={document.pending}
            onShowProblems={() => {
              host.send({ kind: 'show-problems' })
            }}
          />
          <Canvas
            nodes={nodes}
            edges={edges}
            editable={editable}
            outdated={unreadable > 0}
            arranging={arranged.arranging}
            fitKey={`${arranged.ended} ${empty ? 'empty' : ''}`}
            viewport={kept.current.viewport}
            current={farm ?? (single === undefined ? undefined : nodeId(single))}
            onSelect={(ids) => {
              const subjects = ids.flatMap((id) => subjectOf(id) ?? [])
              setSelection(subjects)
              setByText(false)
              setFarm(subjects.length === 0 ? ids.find((id) => id.startsWith('farm:')) : undefined)
            }}
            onDrag={(positions) => {
              setDragged((known) => new Map([...known, ...positions]))
            }}
            onDragEnd={onDragEnd}
            onConnect={onConnect}
            onDelete={removeSelected}
            onOpenFarm={farmActions.openFarm}
            onViewport={(viewport) => {
              keep({ viewport })
            }}
            onArrange={actions.arrange}
            keys={walking.keys}
          >
            {walking.layer}
          </Canvas>
          {empty && <Empty />}
        </main>
        {walking.panel ?? (
          <Panel
            scene={scene}
            selection={alive}
            inspection={document.inspection}
            comparison={document.comparison}
            editable={editable}
            history={document.history}
            onEdit={(edits, said) => {
              void edit(edits, said).then((ok) => {
                const renamed = edits.find((each) => each.kind === 'rename')
                if (ok && renamed !== undefined) select([{ what: renamed.what, name: renamed.to }])
              })
            }}
            onFix={(finding, fix) => {
              const title = scene.findings[finding]?.fixes[fix] ?? ''
              void requests.fix(finding, fix).then((answer) => {
                say(answer.ok ? `Done: ${title}` : answer.reason, answer.ok ? 'info' : 'error')
              })
            }}
            onShow={({ path }) => {
              host.send({ kind: 'show', path })
            }}
            onSelect={(subjects) => {
              select(subjects)
              if (subjects[0] !== undefined) center(subjects[0])
            }}
            onDelete={removeSelected}
            onWalk={walking.start}
            onRun={(command) => {
              host.send({ kind: 'run', command })
            }}
          />
        )}
      </div>
    </CanvasActionsContext>
  )
}

function Empty() {
  return (
    <div className="empty">
      <h1>An empty drawing</h1>
      <p>
        Drag a network, a director and real servers from the left onto the canvas, then a service onto the
        director. What can be derived need not be drawn.
      </p>
    </div>
  )
}

function exists({ hosts, networks, services }: Scene, { what, name }: Subject): boolean {
  const among = { host: hosts, network: networks, service: services }[what]
  return among.some((each) => each.name === name)
}
