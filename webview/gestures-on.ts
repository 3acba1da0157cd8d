import type { ReactFlowInstance } from '@xyflow/react'
import { say } from '../src/core/speech/say.js'
import { addFromPalette, connect, moves } from '../src/core/diagram/gestures.js'
import type { Drop, Gesture } from '../src/core/diagram/gestures.js'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import { HOST_WIDTH } from '../src/core/diagram/sizes.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { CanvasEdge, CanvasNode } from './canvas/elements.js'
import { subjectOf } from '../src/core/diagram/node-ids.js'
import { nodeAt } from './canvas/reach.js'
import type { Point } from './canvas/reach.js'
import { inWords } from './commands/drawing-commands.js'
import type { PaletteDrop } from './palette/palette.js'
import type { Requests } from './requests.js'
import type { Dragging } from './use-dragging.js'

const TEXT = { moved: (what: string) => say`Moved ${what}` }

/** The middle of a card's head, by which it is held while it is dragged from the palette. */
const HELD: Point = { x: HOST_WIDTH / 2, y: 30 }

/** What a hand does on the canvas, each as one edit of the text. */
export interface Gestures {
  /** Whether it could be done; if not it has been said why. */
  readonly edit: (edits: readonly TopologyEdit[], said?: string) => Promise<boolean>
  /** Of the scene as it is when the text has not been changed meanwhile. */
  readonly gesture: (make: (scene: Scene) => Gesture) => void
  readonly onPaletteDrop: (drop: PaletteDrop) => void
  /** The node under what is dragged from the palette. */
  readonly under: (client: Point) => string | undefined
  readonly onDragEnd: () => void
  readonly onConnect: (from: string, at: Point) => void
}

export function gesturesOn({
  flow,
  nodes,
  dragging,
  requests,
  say,
  select,
}: {
  readonly flow: ReactFlowInstance<CanvasNode, CanvasEdge>
  readonly nodes: readonly CanvasNode[]
  readonly dragging: Dragging
  readonly requests: Requests
  readonly say: (text: string, tone?: 'info' | 'error') => void
  readonly select: (subjects: readonly Subject[]) => void
}): Gestures {
  const edit: Gestures['edit'] = (edits, said) =>
    requests.edit(edits).then((answer) => {
      if (!answer.ok) say(answer.reason, 'error')
      else if (said !== undefined) say(said)
      return answer.ok
    })
  const gesture: Gestures['gesture'] = (make) => {
    void requests.gesture(make).then((made) => {
      if (!made.ok) {
        say(made.reason, 'error')
        return
      }
      say(made.said)
      select([made.subject])
    })
  }
  return {
    edit,
    gesture,
    under: (client) => nodeAt(nodes, flow.screenToFlowPosition(client))?.id,
    onPaletteDrop: ({ item, client }) => {
      if (client === undefined) {
        gesture((now) => addFromPalette(now, item, {}))
        return
      }
      // Back on the palette or over the properties: thought better of it.
      if (document.elementFromPoint(client.x, client.y)?.closest('.canvas') === null) return
      const at = flow.screenToFlowPosition(client)
      const under = nodeAt(nodes, at)
      const on = under === undefined ? undefined : subjectOf(under.id)
      const drop: Drop = {
        at: { x: at.x - HELD.x, y: at.y - HELD.y },
        ...(on === undefined ? {} : { on }),
      }
      gesture((now) => addFromPalette(now, item, drop))
    },
    onDragEnd: () => {
      const dropped = dragging.drop()
      const moved = [...dropped].flatMap(([id, to]) => {
        const subject = subjectOf(id)
        return subject === undefined ? [] : [{ subject, to }]
      })
      if (moved.length === 0) return
      // Where it was dropped is where it is shown, until the text says so too, or says no.
      void edit(moves(moved), TEXT.moved(inWords(moved.map(({ subject }) => subject)))).then(() => {
        dragging.clear(dropped)
      })
    },
    onConnect: (from, at) => {
      const to = nodeAt(nodes, at, from)
      const [source, target] = [subjectOf(from), to === undefined ? undefined : subjectOf(to.id)]
      if (source !== undefined && target !== undefined) gesture((now) => connect(now, source, target))
    },
  }
}
