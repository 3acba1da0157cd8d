import { Diagnostic, DiagnosticSeverity, Disposable, languages, workspace } from 'vscode'
import type { ExtensionContext, TextDocument } from 'vscode'
import type { Severity } from '../../core/topology/problem.js'
import { log } from '../log.js'
import { onDidChangeCheckSettings } from '../check-settings.js'
import type { ShownFinding } from '../../protocol/reader.js'
import { isTopology } from '../topology-documents.js'
import { askReader } from '../topology-reader.js'
import { rangeOf } from './ranges.js'
import { ruleLink } from './rule-link.js'

/** Milliseconds a person may pause between two keys before the text is checked. */
const PAUSE_MS = 60
/** Older states of a file, as they are shown in diffs: nobody can mend them. */
const PAST: readonly string[] = [
  'git',
  'gitlens',
  'gitfs',
  'review',
  'vscode-local-history',
  'conflictResolution',
]

/** Keeps the findings of every open topology in the Problems panel, as they are in the newest text. */
export function registerDiagnostics({ subscriptions }: ExtensionContext): void {
  const collection = languages.createDiagnosticCollection('lvs-designer')
  const timers = new Map<TextDocument, NodeJS.Timeout>()

  const show = async (document: TextDocument): Promise<void> => {
    const read = await askReader(document, 'findings', {})
    // Closed while it was read, or changed: then nobody wants to know, or the next check is on its way.
    if (read !== undefined) collection.set(document.uri, read.answer.map(diagnosticOf))
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
  const open = (document: TextDocument): void => {
    if (isTopology(document) && !PAST.includes(document.uri.scheme)) checkIn(document, 0)
  }

  subscriptions.push(
    collection,
    workspace.onDidOpenTextDocument(open),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // Without changes only the dirty mark has changed.
      if (contentChanges.length === 0 || !isTopology(document) || PAST.includes(document.uri.scheme)) return
      checkIn(document, PAUSE_MS)
    }),
    onDidChangeCheckSettings(() => {
      for (const document of workspace.textDocuments) open(document)
    }),
    workspace.onDidCloseTextDocument((document) => {
      clearTimeout(timers.get(document))
      timers.delete(document)
      collection.delete(document.uri)
    }),
    new Disposable(() => {
      for (const timer of timers.values()) clearTimeout(timer)
    }),
  )
  for (const document of workspace.textDocuments) open(document)
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

function diagnosticOf({ anchor, code, message, range, severity }: ShownFinding): Diagnostic {
  const diagnostic = new Diagnostic(rangeOf(range), message, SEVERITY[severity])
  diagnostic.source = 'LVS'
  diagnostic.code = { value: code, target: ruleLink(anchor) }
  return diagnostic
}
