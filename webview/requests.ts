import type { Subject } from '../src/core/diagram/scene.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { CanvasCommand, FromDesigner, ToDesigner } from '../src/protocol/designer.js'

export type EditAnswer =
  { readonly ok: true; readonly made?: readonly Subject[] } | { readonly ok: false; readonly reason: string }

/**
 * Edits on their way to the text. Each is sent with the version of the model it was made on; one that the text was
 * faster than is made again on the newer model, since an edit names what it changes and not a place in the text.
 */
export interface Requests {
  readonly edit: (edits: readonly TopologyEdit[]) => Promise<EditAnswer>
  readonly fix: (finding: number, fix: number) => Promise<EditAnswer>
  readonly copy: (subjects: readonly Subject[]) => Promise<EditAnswer>
  /** What is in the clipboard; the answer says what became of it. */
  readonly paste: () => Promise<EditAnswer>
  readonly duplicate: (subjects: readonly Subject[]) => Promise<EditAnswer>
  /** A command of VS Code, on the text as the person sees it: once every edit is in it, or is refused. */
  readonly run: (command: CanvasCommand) => void
  /** Told of every message; it picks out what concerns it. */
  readonly receive: (message: ToDesigner) => void
}

/** The message, once there are a number and a version for it. */
type Make = (request: number, version: number) => FromDesigner

interface Pending {
  readonly make: Make
  readonly settle: (answer: EditAnswer) => void
  readonly version: number
  readonly tries: number
}

const MAX_TRIES = 4

/** `onPending` hears how many edits are under way, so that a person can be shown one that is not in the text yet. */
export function createRequests(
  send: (message: FromDesigner) => void,
  onPending: (count: number) => void,
): Requests {
  let version = 0
  let next = 1
  const pending = new Map<number, Pending>()
  /** Refused as stale; sent again with the next model. */
  const waiting: Pending[] = []

  /** Commands that edits are waited for with. */
  const held: CanvasCommand[] = []

  const tell = () => {
    const count = pending.size + waiting.length
    onPending(count)
    if (count === 0) for (const command of held.splice(0)) send({ kind: 'run', command })
  }
  const sendOff = (make: Make, settle: Pending['settle'], tries: number) => {
    const request = next++
    pending.set(request, { make, settle, version, tries })
    tell()
    send(make(request, version))
  }
  const ask = (make: Make, tries = 1) =>
    new Promise<EditAnswer>((resolve) => {
      sendOff(make, resolve, tries)
    })

  return {
    edit: (edits) =>
      edits.length === 0
        ? Promise.resolve({ ok: true })
        : ask((request, of) => ({ kind: 'edit', request, version: of, edits })),
    // A number of a finding says nothing on another model.
    fix: (finding, fix) =>
      ask((request, of) => ({ kind: 'fix', request, version: of, finding, fix }), MAX_TRIES),
    copy: (subjects) => ask((request) => ({ kind: 'copy', request, subjects }), MAX_TRIES),
    paste: () => ask((request, of) => ({ kind: 'paste', request, version: of })),
    duplicate: (subjects) => ask((request, of) => ({ kind: 'duplicate', request, version: of, subjects })),
    run: (command) => {
      if (pending.size + waiting.length === 0) send({ kind: 'run', command })
      else held.push(command)
    },
    receive: (message) => {
      if (message.kind === 'model') {
        version = message.version
        for (const { make, settle, tries } of waiting.splice(0)) sendOff(make, settle, tries + 1)
        return
      }
      if (message.kind !== 'answer') return
      const asked = pending.get(message.request)
      if (asked === undefined) return
      pending.delete(message.request)
      if (message.ok) {
        asked.settle(message.made === undefined ? { ok: true } : { ok: true, made: message.made })
      } else if (!message.stale || asked.tries >= MAX_TRIES) {
        asked.settle({ ok: false, reason: message.reason })
      } else if (asked.version === version) waiting.push(asked)
      // The newer model has come before the refusal.
      else sendOff(asked.make, asked.settle, asked.tries + 1)
      tell()
    },
  }
}
