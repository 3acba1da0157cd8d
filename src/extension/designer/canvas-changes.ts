import { Disposable, TabInputCustom, TabInputText, commands, window, workspace } from 'vscode'
import type { TextDocument, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { TopologyEdit } from '../../core/topology/edit.js'
import type { AskOf } from '../../protocol/reader.js'
import { VIEW_TYPE } from '../catalogue.js'
import { changesInFlight } from '../changes-in-flight.js'
import { sayInformation, sayWarning } from '../commands/messages.js'
import { changeTopology } from './changes.js'
import type { ChangeKind, ChangeResult } from './changes.js'

/** VS Code waits 1.5 s for a listener, and calls none that was late three times (extHostDocumentSaveParticipant.ts). */
const LATE_MS = 1_200

/** How often a change is made again without a page, while the text is faster. */
const MAX_TRIES = 4

/** The changes a canvas asks for. Whoever saves waits for them, and a canvas that is hidden or closed meanwhile loses none. */
export interface CanvasChanges {
  /** See `changeTopology`. */
  readonly make: <K extends ChangeKind>(version: number, kind: K, ask: AskOf<K>) => Promise<ChangeResult>
  /** What a person is typing would change, and has not finished: made when the page goes, but not when saved. */
  readonly typing: (edits: readonly TopologyEdit[]) => Promise<void>
  readonly pageBegins: () => void
  /** In the background a canvas has no page: what it would have asked for is asked for now, and not of a later text. */
  readonly pageEnds: () => Promise<void>
  /** The canvas is closed. */
  readonly end: () => Promise<void>
}

/** An edit the text was faster than: until the page makes it again. */
interface Refused {
  readonly edits: readonly TopologyEdit[]
  readonly version: number
  readonly come: Promise<void>
  readonly hasCome: () => void
}

export function canvasChanges(document: TextDocument): CanvasChanges {
  const key = document.uri.toString()
  /** Another one for each page. */
  let page: object | undefined = {}
  let typed: readonly TopologyEdit[] = []
  let wasDirty = document.isDirty
  /** What a person has thrown away does not come back, though it was on its way already. */
  let isThrownAway = false
  let refused: readonly Refused[] = []
  /** Made for a page that is gone, of which the same may still be under way. */
  let made: readonly string[] = []

  const inTheText = async (): Promise<void> => {
    await changesInFlight.settled(key)
    await refused[0]?.come.then(inTheText)
  }
  const beforeSaving = workspace.onWillSaveTextDocument((event) => {
    if (event.document !== document) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LATE_MS)
    })
    event.waitUntil(
      Promise.race([inTheText(), late]).finally(() => {
        clearTimeout(timer)
        refused = []
      }),
    )
  })
  const changed = workspace.onDidChangeTextDocument(({ document: of }) => {
    if (of !== document) return
    // Unless it is said to be saved, a person has thrown away what was changed, and what is typed with it.
    if (wasDirty && !document.isDirty) isThrownAway = true
    wasDirty = document.isDirty
  })
  const saved = workspace.onDidSaveTextDocument((of) => {
    if (of === document) isThrownAway = false
  })
  const withoutPage = async <K extends ChangeKind>(first: ChangeResult, kind: K, ask: AskOf<K>) => {
    // A fix is a number among findings, which says nothing of another text; an untitled text is gone.
    const isLost = kind === 'fix' || (document.isUntitled && document.isClosed)
    let result = first
    for (let tries = 1; !result.ok && !isLost && tries < MAX_TRIES; tries++) {
      // One that was closed with its canvas, before what was asked for last was in its text.
      const text = document.isClosed ? await workspace.openTextDocument(document.uri) : document
      result = await changeTopology(text, text.version, kind, ask)
    }
    if (result.ok && isUnsaved(document.uri) && !isShown(document.uri)) await showAgain(document.uri)
    if (!result.ok && !isLost) {
      const file = workspace.asRelativePath(document.uri)
      sayWarning(say`The last change on the canvas of ${file} is not in its text: ${result.reason}`)
    }
    return result
  }
  const make: CanvasChanges['make'] = (version, kind, ask) =>
    changesInFlight.run(key, async () => {
      const edits = 'edits' in ask ? ask.edits : undefined
      if (edits !== undefined) {
        if (page === undefined && made.includes(JSON.stringify(edits)))
          return { ok: true, version: document.version }
        // A page makes them again in their order, on a newer text; what is made on the same one is something else.
        const repeated = refused.find((each) => each.version < version)
        repeated?.hasCome()
        refused = refused.filter((each) => each !== repeated)
      }
      const of = page
      const result = await changeTopology(document, version, kind, ask)
      const isPageGone = of === undefined || of !== page || document.isClosed
      if (isPageGone) return isThrownAway ? result : withoutPage(result, kind, ask)
      if (!result.ok && result.stale && edits !== undefined)
        refused = [...refused, { edits, version, ...toCome() }]
      return result
    })
  const pageEnds = () =>
    changesInFlight.run(key, async () => {
      const left = isThrownAway ? [] : [...refused.map(({ edits }) => edits), typed]
      for (const { hasCome } of refused) hasCome()
      page = undefined
      refused = []
      typed = []
      for (const edits of left.filter(({ length }) => length > 0)) {
        const making = make(document.version, 'edit', { edits })
        made = [...made, JSON.stringify(edits)]
        await making
      }
    })
  return {
    make,
    typing: async (edits) => {
      typed = edits
      if (edits.length > 0) isThrownAway = false
      // The last word of a page that is gone.
      if (page === undefined) await pageEnds()
    },
    pageBegins: () => {
      page = {}
      isThrownAway = false
      typed = []
      refused = []
      made = []
    },
    pageEnds,
    end: () => {
      Disposable.from(beforeSaving, saved, changed).dispose()
      return pageEnds()
    },
  }
}

function isUnsaved(uri: Uri): boolean {
  return workspace.textDocuments.some(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  )
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
