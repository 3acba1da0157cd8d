import type { Subject } from '../core/diagram/scene.js'
import { CANVAS_COMMANDS } from './designer.js'
import type { FromDesigner, ToDesigner } from './designer.js'
import { isWireEdit, unwireEdits, wireEdits } from './edit-wire.js'
import type { WireEdit } from './edit-wire.js'
import { MOST_CONTENT } from './pictures.js'
import { integerIn, kindsOf, listOf, oneOf, optional, shape, textUpTo } from './shape.js'
import type { Guard } from './shape.js'
import type { WalkWish } from './walks.js'

type Of<K extends FromDesigner['kind']> = Extract<FromDesigner, { readonly kind: K }>
type WithEdits<K extends 'edit' | 'typing'> = Omit<Of<K>, 'edits'> & { readonly edits: readonly WireEdit[] }
/** A message of the designer as it travels. */
type Wired = Exclude<FromDesigner, Of<'edit' | 'typing'>> | WithEdits<'edit'> | WithEdits<'typing'>

export function wireFromDesigner(message: FromDesigner): unknown {
  return 'edits' in message ? { ...message, edits: wireEdits(message.edits) } : message
}

/** A message from a page; undefined when it is none of ours. Never throws: a page is not to be believed. */
export function readFromDesigner(value: unknown): FromDesigner | undefined {
  if (!isWired(value)) return undefined
  return 'edits' in value ? { ...value, edits: unwireEdits(value.edits) } : value
}

const isTrue: Guard<true> = (value) => value === true
const isCount = integerIn(0, Number.MAX_SAFE_INTEGER)
export const isSubject = shape<Subject>({ what: oneOf('host', 'network', 'service'), name: textUpTo(1000) })
const isName = textUpTo(1000)
/** Also of what a page kept of itself. */
export const isWalkWish = shape<WalkWish>({
  service: isName,
  client: optional(isName),
  realServer: optional(isName),
  broken: listOf(textUpTo(2000)),
})

const isWired: Guard<Wired> = kindsOf<Wired>({
  ready: shape<Of<'ready'>>({ kind: oneOf('ready') }),
  draw: shape<Of<'draw'>>({ kind: oneOf('draw') }),
  edit: shape<WithEdits<'edit'>>({
    kind: oneOf('edit'),
    request: isCount,
    version: isCount,
    edits: listOf(isWireEdit),
  }),
  typing: shape<WithEdits<'typing'>>({ kind: oneOf('typing'), edits: listOf(isWireEdit) }),
  fix: shape<Of<'fix'>>({
    kind: oneOf('fix'),
    request: isCount,
    version: isCount,
    finding: isCount,
    fix: isCount,
  }),
  copy: shape<Of<'copy'>>({ kind: oneOf('copy'), request: isCount, subjects: listOf(isSubject) }),
  paste: shape<Of<'paste'>>({ kind: oneOf('paste'), request: isCount, version: isCount }),
  duplicate: shape<Of<'duplicate'>>({
    kind: oneOf('duplicate'),
    request: isCount,
    version: isCount,
    subjects: listOf(isSubject),
  }),
  select: shape<Of<'select'>>({
    kind: oneOf('select'),
    subject: optional(isSubject),
    quietly: optional(isTrue),
  }),
  show: shape<Of<'show'>>({ kind: oneOf('show'), path: textUpTo(10_000) }),
  'show-problems': shape<Of<'show-problems'>>({ kind: oneOf('show-problems') }),
  walk: shape<Of<'walk'>>({ kind: oneOf('walk'), request: isCount, wish: optional(isWalkWish) }),
  'picture-made': shape<Of<'picture-made'>>({
    kind: oneOf('picture-made'),
    request: isCount,
    content: textUpTo(MOST_CONTENT),
  }),
  'picture-failed': shape<Of<'picture-failed'>>({
    kind: oneOf('picture-failed'),
    request: isCount,
    reason: textUpTo(10_000),
  }),
  undo: shape<Of<'undo'>>({ kind: oneOf('undo') }),
  redo: shape<Of<'redo'>>({ kind: oneOf('redo') }),
  run: shape<Of<'run'>>({ kind: oneOf('run'), command: oneOf(...CANVAS_COMMANDS) }),
  fault: shape<Of<'fault'>>({ kind: oneOf('fault'), message: textUpTo(100_000) }),
})

const TO_DESIGNER: Readonly<Record<ToDesigner['kind'], true>> = {
  model: true,
  unread: true,
  answer: true,
  inspection: true,
  modes: true,
  select: true,
  action: true,
  outcomes: true,
  picture: true,
  reveal: true,
  walk: true,
  'walk-choices': true,
  walked: true,
}

/**
 * A message from the extension. The extension is believed about what is in its messages; what comes from elsewhere (a
 * browser extension, a frame) has another form and is dropped.
 */
export function readToDesigner(value: unknown): ToDesigner | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  const { kind } = value
  return typeof kind === 'string' && Object.hasOwn(TO_DESIGNER, kind) ? (value as ToDesigner) : undefined
}
