import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { FromDesigner, ToDesigner } from '../src/protocol/designer.js'

export type EditAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/**
 * Edits on their way to the text. Each is sent with the version of the model it was made on; one that the text was
 * faster than is made again on the newer model, since an edit names what it changes and not a place in the text.
 */
export interface Requests {
  readonly edit: (edits: readonly TopologyEdit[]) => Promise<EditAnswer>
  readonly fix: (finding: number, fix: number) => Promise<EditAnswer>
  /** Told of every message; it picks out what concerns it. */
  readonly receive: (message: ToDesigner) => void
}

interface Pending {
  readonly edits: readonly TopologyEdit[] | undefined
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

  const tell = () => {
    onPending(pending.size + waiting.length)
  }
  const sendEdits = (edits: readonly TopologyEdit[], settle: Pending['settle'], tries: number) => {
    const request = next++
    pending.set(request, { edits, settle, version, tries })
    tell()
    send({ kind: 'edit', request, version, edits })
  }

  return {
    edit: (edits) =>
      new Promise((resolve) => {
        if (edits.length === 0) resolve({ ok: true })
        else sendEdits(edits, resolve, 1)
      }),
    fix: (finding, fix) =>
      new Promise((resolve) => {
        const request = next++
        pending.set(request, { edits: undefined, settle: resolve, version, tries: MAX_TRIES })
        tell()
        send({ kind: 'fix', request, version, finding, fix })
      }),
    receive: (message) => {
      if (message.kind === 'model') {
        version = message.version
        for (const { edits, settle, tries } of waiting.splice(0))
          if (edits !== undefined) sendEdits(edits, settle, tries + 1)
        return
      }
      if (message.kind !== 'answer') return
      const asked = pending.get(message.request)
      if (asked === undefined) return
      pending.delete(message.request)
      if (message.ok) asked.settle({ ok: true })
      else if (!message.stale || asked.edits === undefined || asked.tries >= MAX_TRIES) {
        asked.settle({ ok: false, reason: message.reason })
      } else if (asked.version === version) waiting.push(asked)
      // The newer model has come before the refusal.
      else sendEdits(asked.edits, asked.settle, asked.tries + 1)
      tell()
    },
  }
}
