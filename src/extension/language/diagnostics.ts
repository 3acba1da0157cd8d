import { Diagnostic, DiagnosticSeverity, Disposable, languages, workspace } from 'vscode'
import type { ExtensionContext, TextDocument } from 'vscode'
import type { Severity } from '../../core/topology/problem.js'
import { log } from '../log.js'
import { isCheckSettings, onDidChangeCheckSettings } from '../check-settings.js'
import type { SettingsProblem, ShownFinding } from '../../protocol/reader.js'
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

/** What is shown of a document, as the reader said it. */
type Shown = readonly (ShownFinding | SettingsProblem)[]

/**
 * Keeps the findings of every open topology in the Problems panel, as they are in the newest text, and what is wrong
 * with the settings by which they are judged.
 */
export function registerDiagnostics({ subscriptions }: ExtensionContext): void {
  const collection = languages.createDiagnosticCollection('lvs-designer')
  const timers = new Map<TextDocument, NodeJS.Timeout>()
  const shown = new Map<TextDocument, Shown>()

  const show = async (document: TextDocument): Promise<void> => {
    const read = isTopology(document)
      ? await askReader(document, 'findings', {})
      : await askReader(document, 'settings-problems', {})
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
    (isTopology(document) || isCheckSettings(document)) && !PAST.includes(document.uri.scheme)
  const open = (document: TextDocument): void => {
    if (isShown(document)) checkIn(document, 0)
  }

  subscriptions.push(
    collection,
    workspace.onDidOpenTextDocument(open),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // Without changes only the dirty mark has changed.
      if (contentChanges.length > 0 && isShown(document)) checkIn(document, PAUSE_MS)
    }),
    onDidChangeCheckSettings(() => {
      for (const document of workspace.textDocuments) open(document)
    }),
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
  for (const document of workspace.textDocuments) open(document)
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

function diagnosticOf(shown: ShownFinding | SettingsProblem): Diagnostic {
  const severity = 'severity' in shown ? shown.severity : 'error'
  const diagnostic = new Diagnostic(rangeOf(shown.range), shown.message, SEVERITY[severity])
  diagnostic.source = 'LVS'
  if ('code' in shown) diagnostic.code = { value: shown.code, target: ruleLink(shown.anchor) }
  return diagnostic
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
  return !('code' in one && 'code' in other) || (one.code === other.code && one.severity === other.severity)
}
