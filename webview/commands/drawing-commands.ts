import { say } from '../../src/core/speech/say.js'
import { ALIGNMENTS, align, distribute } from '../../src/core/diagram/align.js'
import type { Alignment, Placed, Placement } from '../../src/core/diagram/align.js'
import { addFromPalette, moves, removal } from '../../src/core/diagram/gestures.js'
import type { Gesture, PaletteItem } from '../../src/core/diagram/gestures.js'
import type { Box } from '../../src/core/diagram/picture.js'
import type { Scene, Subject } from '../../src/core/diagram/scene.js'
import type { TopologyEdit } from '../../src/core/topology/edit.js'
import type { CanvasAction } from '../../src/protocol/designer.js'
import type { EditAnswer, Requests } from '../requests.js'

/** What asks for more than one gesture, and so has a field or form of its own over the canvas. */
export type Overlay =
  | { readonly kind: 'find' }
  | { readonly kind: 'connect'; readonly from: Subject }
  | { readonly kind: 'rename'; readonly subject: Subject }
  | { readonly kind: 'many' }

export interface Drawing {
  readonly scene: Scene
  readonly selection: readonly Subject[]
  /** Why nothing can be changed on the canvas; undefined where it can. */
  readonly frozen: string | undefined
  readonly boxOf: (subject: Subject) => Box | undefined
  readonly edit: (edits: readonly TopologyEdit[], said?: string) => Promise<boolean>
  readonly gesture: (make: (scene: Scene) => Gesture) => void
  /** Draws a network longer, or shorter. */
  readonly resize: (network: string, by: number) => void
  readonly select: (subjects: readonly Subject[]) => void
  readonly say: (text: string, tone?: 'info' | 'error') => void
  readonly requests: Requests
  readonly open: (overlay: Overlay) => void
}

export type DrawingAction = Extract<
  CanvasAction,
  | 'copy'
  | 'cut'
  | 'paste'
  | 'delete'
  | 'duplicate'
  | 'rename'
  | 'connect'
  | `add-${string}`
  | `align-${string}`
  | `distribute-${string}`
  | `move-${string}`
  | 'longer'
  | 'shorter'
>

const TEXT = {
  nothingSelected: say`Select something first: click it, or go to it with the arrow keys.`,
  networkOnly: say`Select a network to draw it longer or shorter.`,
  oneOnly: say`Select one thing for this.`,
  severalNeeded: say`Select at least two things to align them.`,
  threeNeeded: say`Select at least three things to distribute them.`,
  aligned: say`They are in line already.`,
  noNetwork: say`Real servers need a network to be on: add one first.`,
  deleted: (what: string) => say`Deleted ${what}`,
  copied: (what: string) => say`Copied ${what}`,
  cut: (what: string) => say`Cut ${what}`,
  pasted: (what: string) => say`Pasted ${what}`,
  duplicated: (what: string) => say`Duplicated as ${what}`,
  moved: (what: string) => say`Moved ${what}`,
  alignedNow: (what: string) => say`Aligned ${what}`,
  distributed: (what: string) => say`Distributed ${what}`,
}

/** How much longer a network is drawn by a key. */
const LONGER = 24
/** Of a press of an arrow key. */
const STEP = 8

/** Fields over the canvas, which have keys of their own that are its commands elsewhere. */
const OVER_CANVAS = '.rename-box *, .chooser *, .many-form *'
const isFocused = (selector: string) => document.activeElement?.matches(selector) === true

/** Several things in a word, one by its name. */
export function inWords(subjects: readonly { readonly name: string }[]): string {
  const [first] = subjects
  return subjects.length === 1 && first !== undefined ? first.name : say`${subjects.length} things`
}

export function drawingCommands(drawing: Drawing): Readonly<Record<DrawingAction, () => void>> {
  const { scene, selection, frozen, boxOf, edit, gesture, resize, select, say, requests, open } = drawing
  const [single] = selection.length === 1 ? selection : []

  /** What changes the drawing says why it cannot. */
  const changing = (work: () => void) => () => {
    if (frozen === undefined) work()
    else say(frozen, 'error')
  }
  const withSelection = (work: () => void) => () => {
    if (selection.length > 0) work()
    else say(TEXT.nothingSelected, 'error')
  }
  const withOne = (work: (subject: Subject) => void) => () => {
    if (single !== undefined) work(single)
    else say(selection.length === 0 ? TEXT.nothingSelected : TEXT.oneOnly, 'error')
  }
  const withNetwork = (work: (name: string) => void) => () => {
    if (single?.what === 'network') work(single.name)
    else say(TEXT.networkOnly, 'error')
  }
  const remove = (said: (what: string) => string) => {
    void edit(removal(selection), said(inWords(selection))).then((ok) => {
      if (ok) select([])
    })
  }
  const put = (asked: Promise<EditAnswer>, said: (what: string) => string) => {
    void asked.then((answer) => {
      if (!answer.ok) {
        say(answer.reason, 'error')
        return
      }
      const made = answer.made ?? []
      say(said(inWords(made)))
      select(made)
    })
  }
  const copy = (then: () => void) => {
    void requests.copy(selection).then((answer) => {
      if (answer.ok) then()
      else say(answer.reason, 'error')
    })
  }
  const placed = (): Placed[] =>
    selection.flatMap((subject) => {
      const box = boxOf(subject)
      return box === undefined ? [] : [{ subject, box }]
    })
  const place = (placements: readonly Placement[], said: (what: string) => string) => {
    if (placements.length === 0) say(TEXT.aligned)
    else void edit(moves(placements), said(inWords(placements.map(({ subject }) => subject))))
  }
  const aligning = (alignment: Alignment) =>
    changing(() => {
      if (selection.length < 2) say(TEXT.severalNeeded, 'error')
      else place(align(placed(), alignment), TEXT.alignedNow)
    })
  const distributing = (direction: 'horizontally' | 'vertically') =>
    changing(() => {
      if (selection.length < 3) say(TEXT.threeNeeded, 'error')
      else place(distribute(placed(), direction), TEXT.distributed)
    })
  const moving = (dx: number, dy: number) => () => {
    // In a field the same keys select words.
    if (isFocused(`.panel *, ${OVER_CANVAS}`)) return
    changing(
      withSelection(() => {
        place(
          placed().map(({ subject, box }) => ({
            subject,
            to: { x: Math.round(box.x) + dx * STEP, y: Math.round(box.y) + dy * STEP },
          })),
          TEXT.moved,
        )
      }),
    )()
  }
  const duplicating = changing(
    withSelection(() => {
      put(requests.duplicate(selection), TEXT.duplicated)
    }),
  )
  const adding = (item: PaletteItem) =>
    changing(() => {
      gesture((now) => addFromPalette(now, item, single === undefined ? {} : { on: single }))
    })

  return {
    copy: withSelection(() => {
      copy(() => {
        say(TEXT.copied(inWords(selection)))
      })
    }),
    cut: changing(
      withSelection(() => {
        copy(() => {
          remove(TEXT.cut)
        })
      }),
    ),
    paste: changing(() => {
      put(requests.paste(), TEXT.pasted)
    }),
    duplicate: () => {
      // Not of what is behind a form that is being filled in.
      if (!isFocused(OVER_CANVAS)) duplicating()
    },
    delete: changing(
      withSelection(() => {
        remove(TEXT.deleted)
      }),
    ),
    rename: changing(
      withOne((subject) => {
        open({ kind: 'rename', subject })
      }),
    ),
    connect: changing(
      withOne((subject) => {
        open({ kind: 'connect', from: subject })
      }),
    ),
    'add-client': adding('client'),
    'add-router': adding('router'),
    'add-director': adding('director'),
    'add-real-server': adding('real-server'),
    'add-network': adding('network'),
    'add-service': adding('service'),
    'add-real-servers': changing(() => {
      if (scene.networks.length === 0) say(TEXT.noNetwork, 'error')
      else open({ kind: 'many' })
    }),
    ...record(ALIGNMENTS, 'align', aligning),
    ...record(['horizontally', 'vertically'] as const, 'distribute', distributing),
    'move-left': moving(-1, 0),
    'move-right': moving(1, 0),
    'move-up': moving(0, -1),
    'move-down': moving(0, 1),
    longer: changing(
      withNetwork((name) => {
        resize(name, LONGER)
      }),
    ),
    shorter: changing(
      withNetwork((name) => {
        resize(name, -LONGER)
      }),
    ),
  }
}

function record<const K extends string, P extends string>(
  keys: readonly K[],
  prefix: P,
  make: (key: K) => () => void,
): Record<`${P}-${K}`, () => void> {
  return Object.fromEntries(keys.map((key) => [`${prefix}-${key}`, make(key)])) as Record<
    `${P}-${K}`,
    () => void
  >
}
