import { Disposable, TabInputCustom, TabInputText, commands, window, workspace } from 'vscode'
import type { TextDocument, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { TopologyEdit } from '../../core/topology/edit.js'
import type { AskOf } from '../../protocol/reader.js'
import { VIEW_TYPE } from '../catalogue.js'
import { changesInFlight } from '../changes-in-flight.js'
import { sayInformation } from '../commands/messages.js'
import { changeTopology } from './changes.js'
import type { ChangeKind, ChangeResult } from './changes.js'

/** VS Code waits 1.5 s for a listener, and calls none that was late three times (extHostDocumentSaveParticipant.ts). */
const LATE_MS = 1_200

/** The changes a canvas asks for. Whoever saves waits for them, and a canvas that is closed meanwhile loses none. */
export interface CanvasChanges {
  /** See `changeTopology`. */
  readonly make: <K extends ChangeKind>(version: number, kind: K, ask: AskOf<K>) => Promise<ChangeResult>
  /** What a person is typing would change, and has not finished: made when the canvas is closed, but not when saved. */
  readonly typing: (edits: readonly TopologyEdit[]) => void
  /** The canvas is closed. */
  readonly end: () => Promise<unknown>
}

export function canvasChanges(document: TextDocument): CanvasChanges {
  const key = document.uri.toString()
  let closed = false
  let typed: readonly TopologyEdit[] = []
  let wasDirty = document.isDirty
  let saving = false
  /** What a person has thrown away does not come back, though it was on its way already. */
  let thrownAway = false
  /** The text was faster than an edit: until the page has made it again. */
  let repeated: { readonly come: Promise<void>; readonly hasCome: () => void } | undefined

  const inTheText = async (): Promise<void> => {
    await changesInFlight.settled(key)
    if (repeated !== undefined) await repeated.come.then(inTheText)
  }
  const beforeSaving = workspace.onWillSaveTextDocument((event) => {
    if (event.document !== document) return
    saving = true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LATE_MS)
    })
    event.waitUntil(
      Promise.race([inTheText(), late]).finally(() => {
        clearTimeout(timer)
        repeated = undefined
      }),
    )
  })
  const saved = workspace.onDidSaveTextDocument((of) => {
    if (of !== document) return
    saving = false
    thrownAway = false
  })
  const changed = workspace.onDidChangeTextDocument(({ document: of }) => {
    if (of !== document) return
    // Without being saved it is only when a person has thrown away what was changed, and what is typed with it.
    if (wasDirty && !document.isDirty && !saving) {
      typed = []
      thrownAway = true
    }
    wasDirty = document.isDirty
  })
  const change = async <K extends ChangeKind>(version: number, kind: K, ask: AskOf<K>) => {
    const result = await changeTopology(document, version, kind, ask)
    if ((!closed && !document.isClosed) || thrownAway) return result
    // A fix is a number among findings, which says nothing of another text; an untitled text is gone.
    const lost = !result.ok && kind !== 'fix' && !document.isUntitled
    const kept = lost ? await changeClosed(document.uri, kind, ask) : result
    if (kept.ok && !isShown(document.uri)) await showAgain(document.uri)
    return kept
  }
  const make: CanvasChanges['make'] = (version, kind, ask) =>
    changesInFlight.run(key, async () => {
      repeated?.hasCome()
      repeated = undefined
      const result = await change(version, kind, ask)
      if (!result.ok && result.stale && kind === 'edit') repeated = toCome()
      return result
    })
  return {
    make,
    typing: (edits) => {
      typed = edits
      if (edits.length > 0) thrownAway = false
    },
    end: () => {
      closed = true
      Disposable.from(beforeSaving, saved, changed).dispose()
      return typed.length === 0 ? Promise.resolve() : make(document.version, 'edit', { edits: typed })
    },
  }
}

/** Of a document that was closed with its canvas, before what was asked for last was in its text. */
async function changeClosed<K extends ChangeKind>(uri: Uri, kind: K, ask: AskOf<K>): Promise<ChangeResult> {
  const opened = await workspace.openTextDocument(uri)
  return changeTopology(opened, opened.version, kind, ask)
}

/** What is in the text and not saved has to be seen. */
async function showAgain(uri: Uri): Promise<void> {
  await commands.executeCommand('vscode.openWith', uri, VIEW_TYPE)
  const file = workspace.asRelativePath(uri)
  sayInformation(say`${file} is open again and not saved: what was typed last is in its text.`)
}

function isShown(uri: Uri): boolean {
  return window.tabGroups.all.some(({ tabs }) =>
    tabs.some(
      ({ input }) =>
        (input instanceof TabInputText || input instanceof TabInputCustom) &&
        input.uri.toString() === uri.toString(),
    ),
  )
}

function toCome() {
  let hasCome: () => void = () => undefined
  const come = new Promise<void>((resolve) => {
    hasCome = resolve
  })
  return { come, hasCome }
}
