import { commands, window, ViewColumn } from 'vscode'
import type { CustomTextEditorProvider, Disposable, ExtensionContext, Uri } from 'vscode'
import { CANVAS_ACTIONS } from '../../protocol/designer.js'
import type { CanvasAction, HostOutcomeMark } from '../../protocol/designer.js'
import type { PictureAnswer, PictureFormat } from '../../protocol/pictures.js'
import type { Subject } from '../../core/diagram/scene.js'
import { activeTopology, topologyNamed } from '../active-topology.js'
import { COMMANDS, VIEW_TYPE } from '../catalogue.js'
import { pageHtml, pageRoots } from './page.js'
import type { HostOutcomes } from '../host-outcomes.js'
import { startSession } from './session.js'
import type { DesignerSession } from './session.js'

/** What others may do with the canvases that are open. */
export interface Canvases {
  /** Marks hosts with what became of them, on every canvas of the document and in the tree, until its text changes. */
  readonly showOutcomes: (uri: Uri, hosts: readonly HostOutcomeMark[]) => void
  /** Shows the designer of a topology, and in it the packet walk of one of its services. */
  readonly openWalk: (uri: Uri, service: string) => Promise<void>
  readonly isInSight: (uri: Uri) => boolean
  /** Shows the designer of a topology with one of its subjects selected; the focus stays where it is. */
  readonly reveal: (uri: Uri, subject: Subject) => Promise<void>
  /** A picture of the canvas of a topology, which is opened where it is not yet. */
  readonly picture: (uri: Uri, format: PictureFormat) => Promise<PictureAnswer>
}

/** The command for each thing the canvas can do: of the palette of commands, of keys and of its menus. */
const COMMAND_OF: Readonly<Record<CanvasAction, string>> = {
  arrange: COMMANDS.arrange,
  fit: COMMANDS.fit,
  'next-finding': COMMANDS.nextFinding,
  'previous-finding': COMMANDS.previousFinding,
  delete: COMMANDS.delete,
  'select-all': COMMANDS.selectAll,
  'zoom-in': COMMANDS.zoomIn,
  'zoom-out': COMMANDS.zoomOut,
  'zoom-to-100': COMMANDS.zoomTo100,
  'zoom-to-selection': COMMANDS.zoomToSelection,
  minimap: COMMANDS.minimap,
  lock: COMMANDS.lock,
  find: COMMANDS.find,
  walk: COMMANDS.walkSelected,
  copy: COMMANDS.copy,
  cut: COMMANDS.cut,
  paste: COMMANDS.paste,
  duplicate: COMMANDS.duplicate,
  rename: COMMANDS.rename,
  connect: COMMANDS.connect,
  collapse: COMMANDS.collapse,
  'add-client': COMMANDS.addClient,
  'add-router': COMMANDS.addRouter,
  'add-director': COMMANDS.addDirector,
  'add-real-server': COMMANDS.addRealServer,
  'add-network': COMMANDS.addNetwork,
  'add-service': COMMANDS.addService,
  'add-real-servers': COMMANDS.addRealServers,
  'align-left': COMMANDS.alignLeft,
  'align-center': COMMANDS.alignCenter,
  'align-right': COMMANDS.alignRight,
  'align-top': COMMANDS.alignTop,
  'align-middle': COMMANDS.alignMiddle,
  'align-bottom': COMMANDS.alignBottom,
  'distribute-horizontally': COMMANDS.distributeHorizontally,
  'distribute-vertically': COMMANDS.distributeVertically,
  'move-left': COMMANDS.moveLeft,
  'move-right': COMMANDS.moveRight,
  'move-up': COMMANDS.moveUp,
  'move-down': COMMANDS.moveDown,
  longer: COMMANDS.longer,
  shorter: COMMANDS.shorter,
}

/** Registers the designer and the commands that open it or act on its canvas. */
export function registerDesigner(context: ExtensionContext, outcomes: HostOutcomes): Canvases {
  const sessions = new Set<DesignerSession>()

  /** What to do with canvases that are only just opening, by their document. */
  const opening = new Map<string, ((session: DesignerSession) => void)[]>()

  const provider: CustomTextEditorProvider = {
    resolveCustomTextEditor: (document, panel) => {
      panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(context.extensionUri) }
      panel.webview.html = pageHtml(panel.webview, context.extensionUri)
      const session = startSession(document, panel, outcomes.of)
      sessions.add(session)
      const key = document.uri.toString()
      for (const use of opening.get(key) ?? []) use(session)
      opening.delete(key)
      panel.onDidDispose(() => sessions.delete(session))
    },
  }
  const sendToActive = (action: CanvasAction) => {
    for (const session of sessions) if (session.panel.active) session.send({ kind: 'action', action })
  }
  /** Shows the canvas of a document, one that is in sight rather than another, and opens one where there is none. */
  const withCanvas = async (
    uri: Uri,
    use: (session: DesignerSession) => void,
    { preserveFocus }: { readonly preserveFocus: boolean } = { preserveFocus: false },
  ): Promise<void> => {
    const key = uri.toString()
    const open = [...sessions].filter(({ document }) => document.uri.toString() === key)
    const session = open.find(({ panel }) => panel.visible) ?? open[0]
    if (session !== undefined) {
      use(session)
      session.panel.reveal(undefined, preserveFocus)
      return
    }
    opening.set(key, [...(opening.get(key) ?? []), use])
    const options = { viewColumn: ViewColumn.Active, preserveFocus }
    await commands.executeCommand('vscode.openWith', uri, VIEW_TYPE, options)
  }
  const opens = (command: string, viewType: string, column?: ViewColumn): Disposable =>
    commands.registerCommand(command, async (of?: unknown) => {
      const document = await activeTopology(topologyNamed(of))
      if (document === undefined) return
      await commands.executeCommand('vscode.openWith', document.uri, viewType, column ?? ViewColumn.Active)
    })

  context.subscriptions.push(
    outcomes.onDidChange((uri) => {
      for (const { document, send } of sessions) {
        if (document.uri.toString() === uri.toString()) send({ kind: 'outcomes', hosts: outcomes.of(uri) })
      }
    }),
    window.registerCustomEditorProvider(VIEW_TYPE, provider, { supportsMultipleEditorsPerDocument: true }),
    opens(COMMANDS.openDesigner, VIEW_TYPE),
    opens(COMMANDS.openText, 'default'),
    opens(COMMANDS.openTextBeside, 'default', ViewColumn.Beside),
    ...CANVAS_ACTIONS.map((action) =>
      commands.registerCommand(COMMAND_OF[action], () => {
        sendToActive(action)
      }),
    ),
  )
  return {
    showOutcomes: outcomes.set,
    isInSight: (uri) =>
      [...sessions].some(
        ({ document, panel }) => panel.visible && document.uri.toString() === uri.toString(),
      ),
    openWalk: (uri, service) =>
      withCanvas(uri, (session) => {
        session.openWalk(service)
      }),
    reveal: (uri, subject) =>
      withCanvas(
        uri,
        (session) => {
          session.reveal(subject)
        },
        { preserveFocus: true },
      ),
    picture: (uri, format) =>
      new Promise((resolve, reject) => {
        withCanvas(uri, (session) => {
          session.picture(format).then(resolve, reject)
        }).catch(reject)
      }),
  }
}
