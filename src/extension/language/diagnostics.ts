import { Disposable, languages, workspace } from 'vscode'
import type { ExtensionContext, TextDocument } from 'vscode'
import { log } from '../log.js'
import { onDidChangeCheckSettings } from '../check-settings.js'
import type { ShownFinding } from '../../protocol/reader.js'
import { otherFile } from '../other-files.js'
import { isPast, isTopology } from '../topology-documents.js'
import { askReader } from '../topology-reader.js'
import { diagnosticOf } from './diagnostic.js'

/**
 * Milliseconds in which changes count as one, such as those of several carets. Keys are not waited for: the reader drops
 * what is asked about a text that has changed, so that a fast typist costs it one reading at a time.
 */
const PAUSE_MS = 10
/** What is shown of a document, as the reader said it. */
type Shown = readonly ShownFinding[]

/** Keeps the findings of every open topology, and of files one can be imported from, in the Problems panel, as they are in the newest text. */
export function registerDiagnostics({ subscriptions }: ExtensionContext): void {
  const collection = languages.createDiagnosticCollection('lvs-designer')
  const timers = new Map<TextDocument, NodeJS.Timeout>()
  const shown = new Map<TextDocument, Shown>()

  const show = async (document: TextDocument): Promise<void> => {
    const file = otherFile(document)
    const read =
      file === undefined
        ? await askReader(document, 'findings', {})
        : await askReader(document, 'file-findings', file)
    // Closed while it was read, or changed: then nobody wants to know, or the next check is on its way.
    if (read === undefined) return
    // Most keys change nothing here, and VS Code would take all of them for new.
    const before = shown.get(document)
    if (before !== undefined && areSame(before, read.answer)) return
    shown.set(document, read.answer)
    collection.set(document.uri, read.answer.map(diagnosticOf))
  }
  const checkIn = (document: TextDocument, pause: number): void => {
    clearTimeout(timers.get(document))
    const timer = setTimeout(() => {
      timers.delete(document)
      show(document).catch((error: unknown) => {
        log().error(`${document.uri.fsPath} could not be checked: ${String(error)}`)
      })
    }, pause)
    timers.set(document, timer)
  }
  const isShown = (document: TextDocument): boolean =>
    (isTopology(document) || otherFile(document) !== undefined) && !isPast(document)
  const open = (document: TextDocument): void => {
    if (isShown(document)) checkIn(document, 0)
  }
  const openAll = (): void => {
    for (const document of workspace.textDocuments) open(document)
  }

  subscriptions.push(
    collection,
    workspace.onDidOpenTextDocument(open),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // Without changes only the dirty mark has changed.
      if (contentChanges.length > 0 && isShown(document)) checkIn(document, PAUSE_MS)
    }),
    onDidChangeCheckSettings(openAll),
    // What files include is looked at now.
    workspace.onDidGrantWorkspaceTrust(openAll),
    workspace.onDidCloseTextDocument((document) => {
      clearTimeout(timers.get(document))
      timers.delete(document)
      shown.delete(document)
      collection.delete(document.uri)
    }),
    new Disposable(() => {
      for (const timer of timers.values()) clearTimeout(timer)
    }),
  )
  openAll()
}

function areSame(one: Shown, other: Shown): boolean {
  return (
    one.length === other.length &&
    one.every((each, index) => {
      const at = other[index]
      return at?.message === each.message && isAtSame(each, at) && isOfSame(each, at)
    })
  )
}

function isAtSame({ range: { start, end } }: Shown[number], { range }: Shown[number]): boolean {
  return (
    start.line === range.start.line &&
    start.character === range.start.character &&
    end.line === range.end.line &&
    end.character === range.end.character
  )
}

function isOfSame(one: Shown[number], other: Shown[number]): boolean {
  return one.code === other.code && one.severity === other.severity
}
