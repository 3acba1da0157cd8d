import { Disposable, Range, TextEditorSelectionChangeKind, commands, env, window, workspace } from 'vscode'
import type { TextDocument, WebviewPanel, Uri } from 'vscode'
import { said, toSay } from '../../core/speech/say.js'
import type { Subject } from '../../core/diagram/scene.js'
import type { Position } from '../../core/topology/position.js'
import type { CanvasCommand, FromDesigner, HostOutcomeMark, ToDesigner } from '../../protocol/designer.js'
import type { PictureAnswer, PictureFormat } from '../../protocol/pictures.js'
import { readFromDesigner } from '../../protocol/designer-messages.js'
import { COMMANDS } from '../catalogue.js'
import { changesInFlight } from '../changes-in-flight.js'
import { onDidChangeCheckSettings } from '../check-settings.js'
import { log } from '../log.js'
import { plainPosition, rangeOf } from '../language/ranges.js'
import { askReader } from '../topology-reader.js'
import { askedPictures } from './asked-pictures.js'
import { canvasChanges } from './canvas-changes.js'
import { modelOf } from './model.js'
import { revealText, selectInText, showInText } from './text-selection.js'

/** One canvas of one document. */
export interface DesignerSession {
  readonly document: TextDocument
  readonly panel: WebviewPanel
  readonly send: (message: ToDesigner) => void
  /** Opens the packet walk of a service, as soon as the page can. */
  readonly openWalk: (service: string) => void
  /** Selects a subject and brings it into sight, as soon as the page can. */
  readonly reveal: (subject: Subject) => void
  /** A picture of what stands on the canvas, once it has a page and everything its place. */
  readonly picture: (format: PictureFormat) => Promise<PictureAnswer>
}

/** A text of more lines is drawn when the typing pauses, not at every key. */
const MANY_LINES = 2_500
const PAUSE_MS = 60

const NOT_KEPT = 'what was typed last could not be kept'
const CHANGED = toSay`The text was changed meanwhile. Copy again.`

const COMMAND_OF: Readonly<Record<CanvasCommand, string>> = {
  check: COMMANDS.check,
  plan: COMMANDS.plan,
  deploy: COMMANDS.deploy,
  verify: COMMANDS.verify,
  'start-lab': COMMANDS.startLab,
  'open-text': COMMANDS.openTextBeside,
  'new-topology': COMMANDS.newTopology,
  'get-started': COMMANDS.getStarted,
}

/** Keeps a canvas and its document in step until the panel closes. */
export function startSession(
  document: TextDocument,
  panel: WebviewPanel,
  outcomesOf: (uri: Uri) => readonly HostOutcomeMark[],
): DesignerSession {
  const changes = canvasChanges(document)
  const disposables: Disposable[] = []
  let ready = false
  let selected: Subject | undefined
  /** What is being walked on this canvas. */
  let walking: Extract<FromDesigner, { readonly kind: 'walk' }> | undefined
  /** For the page that is not there yet. */
  let whenReady: (() => void)[] = []
  let readable = true
  let drawing: Promise<void> = Promise.resolve()
  let wanted = false
  let timer: NodeJS.Timeout | undefined
  const isLarge = () => document.lineCount > MANY_LINES

  const send = (message: ToDesigner): void => {
    if (ready) void panel.webview.postMessage(message)
  }
  const fail = (what: string) => (error: unknown) => {
    log().error(
      `${document.uri.fsPath}: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  }
  /** Nothing on the page waits for what will not come, and the person can ask for it again. */
  const failOnPage = (message: FromDesigner, error: unknown): void => {
    fail(`"${message.kind}" from the canvas failed`)(error)
    const reason = reasonOf(error)
    switch (message.kind) {
      case 'edit':
      case 'fix':
      case 'copy':
      case 'paste':
      case 'duplicate':
        send({ kind: 'answer', request: message.request, ok: false, stale: false, reason })
        return
      case 'select':
      case 'show':
      case 'show-problems':
      case 'walk':
        send({ kind: 'unread', reason })
        return
      default:
    }
  }

  /** Draws the newest text; what comes while one is being drawn is drawn once, after it. */
  const draw = (): void => {
    if (wanted) return
    wanted = true
    drawing = drawing
      .then(async () => {
        wanted = false
        const model = await modelOf(document)
        // Changed meanwhile: that change draws it.
        if (model === undefined) return
        send(model)
        readable = model.unreadable === 0
        // Before the properties: while a walk is open, it stands in their place.
        await walk()
        await inspectSelected()
      })
      .catch((error: unknown) => {
        fail('could not be drawn')(error)
        send({ kind: 'unread', reason: reasonOf(error) })
      })
  }
  const drawSoon = (): void => {
    clearTimeout(timer)
    if (!isLarge()) draw()
    else timer = setTimeout(draw, PAUSE_MS)
  }

  const inspectSelected = async (): Promise<void> => {
    const subject = selected
    const inspected = await askReader(document, 'inspection', { subject })
    if (inspected === undefined) return
    send({ kind: 'inspection', version: inspected.version, inspection: inspected.answer })
    if (subject?.what !== 'service') return
    // Checks the drawing twice more: the reader does that when it has nothing else to do.
    const compared = await askReader(document, 'modes', { service: subject.name })
    if (compared?.answer !== undefined) send({ kind: 'modes', comparison: compared.answer })
  }

  const walk = async (): Promise<void> => {
    const asked = walking
    // Of a text that cannot be read the last drawing is shown, and so is the last walk.
    if (asked?.wish === undefined || !readable) return
    const { request, wish } = asked
    const choices = await askReader(document, 'walk-choices', { service: wish.service })
    const walks = await askReader(document, 'walks', { wish })
    // Wished otherwise meanwhile, or changed: both walk again.
    if (walking !== asked || choices === undefined || walks === undefined) return
    send({ kind: 'walk-choices', request, choices: choices.answer })
    send({ kind: 'walked', request, version: walks.version, walked: walks.answer })
  }
  // A canvas in the background has no page; the one it gets says when it is ready.
  const whenShown = (run: () => void): void => {
    if (ready && panel.visible) run()
    else whenReady.push(run)
  }
  const pictures = askedPictures(send, whenShown)

  const receive = async (message: FromDesigner): Promise<void> => {
    switch (message.kind) {
      case 'ready': {
        ready = true
        changes.pageBegins()
        // Another page than the one before, which walks nothing yet.
        walking = undefined
        draw()
        await drawing
        const hosts = outcomesOf(document.uri)
        if (hosts.length > 0) send({ kind: 'outcomes', hosts })
        const now = whenReady
        whenReady = []
        for (const run of now) run()
        return
      }
      case 'draw':
        draw()
        return
      case 'edit':
        send({
          kind: 'answer',
          request: message.request,
          ...(await changes.make(message.version, 'edit', { edits: message.edits })),
        })
        return
      case 'typing':
        await changes.typing(message.edits)
        return
      case 'fix':
        send({
          kind: 'answer',
          request: message.request,
          ...(await changes.make(message.version, 'fix', { finding: message.finding, fix: message.fix })),
        })
        return
      case 'copy': {
        const { request, subjects } = message
        const copied = (await askReader(document, 'fragment', { subjects }))?.answer
        if (copied?.ok === true) await env.clipboard.writeText(copied.text)
        send(
          copied === undefined
            ? { kind: 'answer', request, ok: false, stale: false, reason: said(CHANGED) }
            : copied.ok
              ? { kind: 'answer', request, ok: true }
              : { kind: 'answer', request, ok: false, stale: false, reason: copied.reason },
        )
        return
      }
      case 'paste': {
        const text = await env.clipboard.readText()
        const { request, version } = message
        send({ kind: 'answer', request, ...(await changes.make(version, 'paste', { text })) })
        return
      }
      case 'duplicate': {
        const { request, version, subjects } = message
        const changed = await changes.make(version, 'duplicate', { subjects })
        send({ kind: 'answer', request, ...changed })
        return
      }
      case 'select':
        selected = message.subject
        await inspectSelected()
        if (message.subject !== undefined && message.quietly !== true)
          await selectInText(document, message.subject)
        return
      case 'show':
        await showInText(document, message.path)
        return
      case 'show-problems': {
        const first = (await askReader(document, 'unreadable', {}))?.answer
        await revealText(document, first === undefined ? new Range(0, 0, 0, 0) : rangeOf(first))
        return
      }
      case 'walk':
        walking = message
        await walk()
        return
      case 'picture-made':
      case 'picture-failed':
        pictures.receive(message)
        return
      case 'undo':
      case 'redo':
        // Of what was done last, which may still be on its way.
        await changesInFlight.settled(document.uri.toString())
        // VS Code's own: the active editor is this canvas, and its undo is the document's.
        await commands.executeCommand(message.kind)
        return
      case 'run':
        await commands.executeCommand(COMMAND_OF[message.command], document.uri)
        return
      case 'fault':
        log().error(`${document.uri.fsPath}: the designer reports: ${message.message}`)
    }
  }

  disposables.push(
    panel.webview.onDidReceiveMessage((value: unknown) => {
      const message = readFromDesigner(value)
      if (message === undefined)
        log().warn(`${document.uri.fsPath}: a message that is not the designer's was dropped`)
      else
        receive(message).catch((error: unknown) => {
          failOnPage(message, error)
        })
    }),
    workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
      if (changed === document && contentChanges.length > 0) drawSoon()
    }),
    onDidChangeCheckSettings(drawSoon),
    panel.onDidChangeViewState(() => {
      // In the background the page is taken away, and comes back as another.
      if (panel.visible) return
      ready = false
      changes.pageEnds().catch(fail(NOT_KEPT))
    }),
    window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
      // Only what a person did: a caret that was put there by the canvas must not come back to it.
      const byPerson =
        kind === TextEditorSelectionChangeKind.Mouse || kind === TextEditorSelectionChangeKind.Keyboard
      const [selection] = selections
      if (textEditor.document !== document || !byPerson || selection === undefined) return
      selectOnCanvas(plainPosition(selection.active)).catch(fail('the selection could not be followed'))
    }),
  )
  const selectOnCanvas = async (position: Position): Promise<void> => {
    const subject = (await askReader(document, 'subject', { position }))?.answer
    if (subject === undefined) return
    selected = subject
    send({ kind: 'select', subject })
    await inspectSelected()
  }

  panel.onDidDispose(() => {
    ready = false
    clearTimeout(timer)
    pictures.end()
    changes.end().catch(fail(NOT_KEPT))
    Disposable.from(...disposables).dispose()
  })
  return {
    document,
    panel,
    send,
    openWalk: (service) => {
      whenShown(() => {
        send({ kind: 'walk', service })
      })
    },
    reveal: (subject) => {
      whenShown(() => {
        send({ kind: 'reveal', subject })
      })
    },
    picture: pictures.ask,
  }
}

/** Without the stack, which is for the log. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
}
