import type { Gesture } from '../src/core/diagram/gestures.js'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { CanvasCommand, FromDesigner, ToDesigner } from '../src/protocol/designer.js'

export type EditAnswer =
  { readonly ok: true; readonly made?: readonly Subject[] } | { readonly ok: false; readonly reason: string }

/**
 * Edits on their way to the text, done once the model has them: until then a drawing would go back to what was. Each is sent
 * with the version of the model it was made on; one that the text was faster than is made again on the newer model, since an
 * edit names what it changes and not a place in the text.
 */
export interface Requests {
  readonly edit: (edits: readonly TopologyEdit[]) => Promise<EditAnswer>
  /**
   * An edit that chooses what it is about from what there is, such as the name of a new host: made anew of the newer scene
   * where the text was faster, which has that name by now.
   */
  readonly gesture: (make: (scene: Scene) => Gesture) => Promise<Gesture>
  readonly fix: (finding: number, fix: number) => Promise<EditAnswer>
  readonly copy: (subjects: readonly Subject[]) => Promise<EditAnswer>
  /** What is in the clipboard; the answer says what became of it. */
  readonly paste: () => Promise<EditAnswer>
  readonly duplicate: (subjects: readonly Subject[]) => Promise<EditAnswer>
  /** A command of VS Code, on the text as the person sees it: once every edit is in it, or is refused. */
  readonly run: (command: CanvasCommand) => void
  /** When the properties are those of the drawing as it is now: they come after it. */
  readonly inspected: () => Promise<void>
  /** Told of every message; it picks out what concerns it. */
  readonly receive: (message: ToDesigner) => void
}

/** The message, once there are a number for it and a model; or why there is none any longer. */
type Make = (
  request: number,
  version: number,
  scene: Scene,
) => FromDesigner | { readonly kind: 'refused'; readonly reason: string }

interface Pending {
  readonly make: Make
  readonly settle: (answer: EditAnswer) => void
  readonly version: number
  readonly tries: number
}

const MAX_TRIES = 4
const EMPTY: Scene = { name: undefined, hosts: [], networks: [], services: [], findings: [] }

/** `onPending` hears how many edits are under way, so that a person can be shown one that is not in the text yet. */
export function createRequests(
  send: (message: FromDesigner) => void,
  onPending: (count: number) => void,
): Requests {
  let version = 0
  let scene: Scene = EMPTY
  let next = 1
  const pending = new Map<number, Pending>()
  /** Refused as stale; sent again with the next model. */
  const waiting: Pending[] = []
  const models = versions()
  const inspections = versions()
  /** Commands that edits are waited for with. */
  const held: CanvasCommand[] = []

  const tell = () => {
    const count = pending.size + waiting.length
    onPending(count)
    if (count === 0) for (const command of held.splice(0)) send({ kind: 'run', command })
  }
  const sendOff = (make: Make, settle: Pending['settle'], tries: number) => {
    const request = next++
    const message = make(request, version, scene)
    if (message.kind === 'refused') {
      settle({ ok: false, reason: message.reason })
      tell()
      return
    }
    pending.set(request, { make, settle, version, tries })
    tell()
    send(message)
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
    gesture: async (make) => {
      let made: Gesture | undefined
      const answer = await ask((request, of, now) => {
        made = make(now)
        return made.ok
          ? { kind: 'edit', request, version: of, edits: made.edits }
          : { kind: 'refused', reason: made.reason }
      })
      return answer.ok && made !== undefined ? made : { ok: false, reason: answer.ok ? '' : answer.reason }
    },
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
    inspected: () =>
      new Promise((settle) => {
        inspections.once(version, settle)
      }),
    receive: (message) => {
      if (message.kind === 'inspection') {
        inspections.reach(message.version)
        return
      }
      if (message.kind === 'model') {
        version = message.version
        scene = message.scene
        models.reach(version)
        for (const { make, settle, tries } of waiting.splice(0)) sendOff(make, settle, tries + 1)
        return
      }
      if (message.kind !== 'answer') return
      const asked = pending.get(message.request)
      if (asked === undefined) return
      pending.delete(message.request)
      if (message.ok) {
        const { version: at = version, made } = message
        models.once(at, () => {
          asked.settle(made === undefined ? { ok: true } : { ok: true, made })
        })
      } else if (!message.stale || asked.tries >= MAX_TRIES) {
        asked.settle({ ok: false, reason: message.reason })
      } else if (asked.version === version) waiting.push(asked)
      // The newer model has come before the refusal.
      else sendOff(asked.make, asked.settle, asked.tries + 1)
      tell()
    },
  }
}

/** What comes of one version of the text after the other, and what waits for a version of it or a newer one. */
function versions() {
  let reached = 0
  let waiting: readonly { readonly version: number; readonly act: () => void }[] = []
  return {
    once: (version: number, act: () => void): void => {
      if (version <= reached) act()
      else waiting = [...waiting, { version, act }]
    },
    reach: (version: number): void => {
      reached = version
      const due = waiting.filter((each) => each.version <= reached)
      waiting = waiting.filter((each) => each.version > reached)
      for (const { act } of due) act()
    },
  }
}
