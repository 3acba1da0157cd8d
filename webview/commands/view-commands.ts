import type { ReactFlowInstance } from '@xyflow/react'
import { say } from '../../src/core/speech/say.js'
import type { Scene, SceneFinding, Subject } from '../../src/core/diagram/scene.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import { FIT, motion } from '../canvas/motion.js'
import type { CanvasEdge, CanvasNode } from '../canvas/elements.js'
import { nodeId, subjectOf } from '../../src/core/diagram/node-ids.js'
import type { DrawingAction, Overlay } from './drawing-commands.js'

export interface View {
  readonly scene: Scene
  readonly selection: readonly Subject[]
  readonly flow: ReactFlowInstance<CanvasNode, CanvasEdge>
  readonly nodes: readonly CanvasNode[]
  /** The closed farm that is selected. */
  readonly farm: string | undefined
  readonly locked: boolean
  readonly minimap: boolean
  readonly select: (subjects: readonly Subject[]) => void
  readonly center: (subject: Subject) => void
  readonly say: (text: string, tone?: 'info' | 'error') => void
  readonly open: (overlay: Overlay) => void
  readonly arrange: () => void
  readonly fit: () => void
  readonly setFarmOpen: (id: string, open: boolean) => void
  readonly setLocked: (locked: boolean) => void
  readonly setMinimap: (shown: boolean) => void
  readonly startWalk: (service: string) => void
  /** A person has chosen how the drawing is looked at: it is not fitted by itself any more. */
  readonly movedByPerson: () => void
}

export type ViewAction = Exclude<CanvasAction, DrawingAction>

const TEXT = {
  nothingToMend: say`There is nothing to mend.`,
  aboutTheFile: say`The findings are about the file as a whole.`,
  nothingSelected: say`Select something first: click it, or go to it with the arrow keys.`,
  noFarm: say`There are no groups of seven or more real servers to collapse.`,
  selectService: say`Select a service to trace.`,
  locked: say`Locked: nothing is moved, connected or deleted on the canvas.`,
  unlocked: say`Unlocked.`,
}

export function viewCommands(view: View): Readonly<Record<ViewAction, () => void>> {
  const { scene, selection, flow, nodes, farm, select, center, say, open } = view
  const [single] = selection.length === 1 ? selection : []
  const chosen = () => {
    const ids = new Set(farm === undefined ? selection.map(nodeId) : [farm])
    return nodes.filter(({ id }) => ids.has(id))
  }
  const goToFinding = (step: 1 | -1) => {
    const shown = scene.findings.flatMap((finding) =>
      finding.subjects[0] === undefined ? [] : [{ ...finding, subject: finding.subjects[0] }],
    )
    if (shown.length === 0) {
      say(scene.findings.length === 0 ? TEXT.nothingToMend : TEXT.aboutTheFile)
      return
    }
    const next = findingAfter(shown, single, step)
    if (next === undefined) return
    select([next.subject])
    center(next.subject)
    say(`${next.code}: ${next.message}`)
  }
  const collapse = () => {
    const farms = nodes.flatMap((node) => (node.type === 'farm' ? [node.data.farm] : []))
    const own = farms.find(
      ({ id, hosts }) => farm === `farm:${id}` || (single?.what === 'host' && hosts.includes(single.name)),
    )
    const meant = own === undefined ? farms : [own]
    if (meant.length === 0) say(TEXT.noFarm)
    // All at once where none is meant: closed if any of them is open.
    const close = meant.some(({ closed }) => !closed)
    for (const { id } of meant) view.setFarmOpen(id, !close)
  }
  const zoom = (go: () => Promise<boolean>) => () => {
    view.movedByPerson()
    void go()
  }
  return {
    arrange: view.arrange,
    fit: view.fit,
    // At once, so that several presses add up.
    'zoom-in': zoom(() => flow.zoomIn()),
    'zoom-out': zoom(() => flow.zoomOut()),
    'zoom-to-100': zoom(() => flow.zoomTo(1, { duration: motion() })),
    'zoom-to-selection': () => {
      const some = chosen()
      if (some.length === 0) {
        say(TEXT.nothingSelected, 'error')
        return
      }
      view.movedByPerson()
      void flow.fitView({ ...FIT, nodes: some, padding: 0.3, maxZoom: 1.5, duration: motion() })
    },
    minimap: () => {
      view.setMinimap(!view.minimap)
    },
    lock: () => {
      view.setLocked(!view.locked)
      say(view.locked ? TEXT.unlocked : TEXT.locked)
    },
    find: () => {
      open({ kind: 'find' })
    },
    'next-finding': () => {
      goToFinding(1)
    },
    'previous-finding': () => {
      goToFinding(-1)
    },
    walk: () => {
      if (single?.what === 'service') view.startWalk(single.name)
      else say(TEXT.selectService, 'error')
    },
    'select-all': () => {
      select(nodes.flatMap(({ id }) => subjectOf(id) ?? []))
    },
    collapse,
  }
}

/** The finding after, or before, those of what is selected; from the last one on, the first again. */
function findingAfter<T extends SceneFinding & { readonly subject: Subject }>(
  findings: readonly T[],
  selected: Subject | undefined,
  step: 1 | -1,
): T | undefined {
  const own = ({ subject: { what, name } }: T) => selected?.what === what && selected.name === name
  const from = step === 1 ? findings.findLastIndex(own) : Math.max(0, findings.findIndex(own))
  return findings[(from + step + findings.length) % findings.length] ?? findings[0]
}
