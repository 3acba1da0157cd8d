import { Disposable, TextEditorSelectionChangeKind, commands, window, workspace } from 'vscode'
import type { TextDocument, WebviewPanel, Uri } from 'vscode'
import type { Subject } from '../../core/diagram/scene.js'
import type { CanvasCommand, FromDesigner, HostOutcomeMark, ToDesigner } from '../../protocol/designer.js'
import { readFromDesigner } from '../../protocol/designer-messages.js'
import { COMMANDS } from '../catalogue.js'
import { loadCore } from '../core.js'
import { log } from '../log.js'
import { readTopology } from '../topology-documents.js'
import { changeTopology } from './changes.js'
import { modelOf, unreadableProblems } from './model.js'
import { revealText, selectInText, showInText } from './text-selection.js'

/** One canvas of one document. */
export interface DesignerSession {
  readonly document: TextDocument
  readonly panel: WebviewPanel
  readonly send: (message: ToDesigner) => void
}

/** A text of more lines is drawn when the typing pauses, not at every key. */
const MANY_LINES = 2_500
const PAUSE_MS = 150
const COMPARE_MS = 1_000

const COMMAND_OF: Readonly<Record<CanvasCommand, string>> = {
  check: COMMANDS.check,
  plan: COMMANDS.plan,
  deploy: COMMANDS.deploy,
  verify: COMMANDS.verify,
  'start-lab': COMMANDS.startLab,
  'open-text': COMMANDS.openTextBeside,
}

/** Keeps a canvas and its document in step until the panel closes. */
export function startSession(
  document: TextDocument,
  panel: WebviewPanel,
  outcomesOf: (uri: Uri) => readonly HostOutcomeMark[],
): DesignerSession {
  const disposables: Disposable[] = []
  let ready = false
  let selected: Subject | undefined
  let drawing: Promise<void> = Promise.resolve()
  let wanted = false
  let timer: NodeJS.Timeout | undefined
  let comparing: NodeJS.Timeout | undefined
  const isLarge = () => document.lineCount > MANY_LINES

  const send = (message: ToDesigner): void => {
    if (ready) void panel.webview.postMessage(message)
  }
  const fail = (what: string) => (error: unknown) => {
    log().error(
      `${document.uri.fsPath}: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  }

  /** Draws the newest text; what comes while one is being drawn is drawn once, after it. */
  const draw = (): void => {
    if (wanted) return
    wanted = true
    drawing = drawing
      .then(async () => {
        wanted = false
        send(await modelOf(document))
        await inspectSelected()
      })
      .catch(fail('could not be drawn'))
  }
  const drawSoon = (): void => {
    clearTimeout(timer)
    if (!isLarge()) draw()
    else timer = setTimeout(draw, PAUSE_MS)
  }

  const inspectSelected = async (): Promise<void> => {
    const subject = selected
    if (subject === undefined) return
    const [{ inspect, compareModes }, { parsed, cluster }] = await Promise.all([
      loadCore(),
      readTopology(document),
    ])
    send({ kind: 'inspection', subject, inspection: inspect(parsed, cluster, subject) })
    clearTimeout(comparing)
    if (subject.what !== 'service' || !cluster.topology.services.has(subject.name)) return
    // Checks the drawing twice more; that must not hold up what is typed.
    comparing = setTimeout(
      () => {
        send({ kind: 'modes', comparison: compareModes(parsed, subject.name) })
      },
      isLarge() ? COMPARE_MS : 0,
    )
  }

  const receive = async (message: FromDesigner): Promise<void> => {
    switch (message.kind) {
      case 'ready': {
        ready = true
        draw()
        await drawing
        const hosts = outcomesOf(document.uri)
        if (hosts.length > 0) send({ kind: 'outcomes', hosts })
        return
      }
      case 'edit':
        send({
          kind: 'answer',
          request: message.request,
          ...(await changeTopology(document, message.version, message.edits)),
        })
        return
      case 'fix': {
        const { findings, version } = await readTopology(document)
        const edits =
          version === message.version ? findings[message.finding]?.fixes[message.fix]?.edits : undefined
        send({
          kind: 'answer',
          request: message.request,
          // Without edits the version differs, or the page is confused; both are answered as stale.
          ...(await changeTopology(document, edits === undefined ? -1 : version, edits ?? [])),
        })
        return
      }
      case 'select':
        selected = message.subject
        if (message.subject === undefined) return
        await inspectSelected()
        await selectInText(document, message.subject)
        return
      case 'show':
        await showInText(document, message.path)
        return
      case 'show-problems': {
        const [first] = unreadableProblems(await readTopology(document))
        await revealText(document, first?.span ?? { start: 0, end: 0 })
        return
      }
      case 'undo':
      case 'redo':
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
      else receive(message).catch(fail(`"${message.kind}" from the canvas failed`))
    }),
    workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
      if (changed === document && contentChanges.length > 0) drawSoon()
    }),
    window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
      // Only what a person did: a caret that was put there by the canvas must not come back to it.
      const byPerson =
        kind === TextEditorSelectionChangeKind.Mouse || kind === TextEditorSelectionChangeKind.Keyboard
      const [selection] = selections
      if (textEditor.document !== document || !byPerson || selection === undefined) return
      selectOnCanvas(document.offsetAt(selection.active)).catch(fail('the selection could not be followed'))
    }),
  )
  const selectOnCanvas = async (offset: number): Promise<void> => {
    const [{ subjectAt }, { parsed }] = await Promise.all([loadCore(), readTopology(document)])
    const subject = subjectAt(parsed, offset)
    if (subject === undefined) return
    selected = subject
    send({ kind: 'select', subject })
    await inspectSelected()
  }

  panel.onDidDispose(() => {
    clearTimeout(timer)
    clearTimeout(comparing)
    Disposable.from(...disposables).dispose()
  })
  return { document, panel, send }
}
