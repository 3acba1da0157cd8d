import { Disposable, TabInputText, languages, window, workspace } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { checkSettings, isCheckSettings, onDidChangeCheckSettings } from '../check-settings.js'
import type { SettingsFile } from '../check-settings.js'
import { log } from '../log.js'
import { isPast, isTopology } from '../topology-documents.js'
import { problemsOfSettings } from '../topology-reader.js'
import { diagnosticOf } from './diagnostic.js'

/** Milliseconds a person may pause between two keys before the settings are read. */
const PAUSE_MS = 60

/**
 * Keeps what is wrong with settings in the Problems panel: of those in an editor as they stand there, and of those by
 * which an open topology is judged, whether anybody has opened them or not. What cannot be used of them is left out,
 * and whoever reads the findings should know.
 */
export function registerSettingsDiagnostics({ subscriptions }: ExtensionContext): void {
  const collection = languages.createDiagnosticCollection('lvs-designer-settings')
  let timer: NodeJS.Timeout | undefined
  let latest = 0

  const show = async (): Promise<void> => {
    const turn = ++latest
    const files = await filesOfInterest()
    const found = await Promise.all(
      files.map(async (file) => [file.uri, (await problemsOfSettings(file)).map(diagnosticOf)] as const),
    )
    // Something was opened, closed, typed or saved meanwhile, and is being looked at.
    if (turn !== latest) return
    const shown = new Set(found.map(([uri]) => uri.toString()))
    collection.forEach((uri) => {
      if (!shown.has(uri.toString())) collection.delete(uri)
    })
    for (const [uri, diagnostics] of found) collection.set(uri, diagnostics)
  }
  const showSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      show().catch((error: unknown) => {
        log().error(`settings could not be checked: ${String(error)}`)
      })
    }, PAUSE_MS)
  }

  subscriptions.push(
    collection,
    onDidChangeCheckSettings(showSoon),
    window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
      if (opened.length + closed.length > 0) showSoon()
    }),
    workspace.onDidOpenTextDocument((document) => {
      if (isTopology(document) || isCheckSettings(document)) showSoon()
    }),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isCheckSettings(document)) showSoon()
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (isTopology(document) || isCheckSettings(document)) showSoon()
    }),
    new Disposable(() => {
      clearTimeout(timer)
    }),
  )
  showSoon()
}

async function filesOfInterest(): Promise<readonly SettingsFile[]> {
  const documents = workspace.textDocuments.filter((document) => !isPast(document))
  const judgedBy = await Promise.all(documents.filter(isTopology).map(checkSettings))
  const files = new Map(judgedBy.flatMap((file) => (file === undefined ? [] : [[file.uri.toString(), file]])))
  const inTabs = new Set(
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof TabInputText ? [input.uri.toString()] : [])),
    ),
  )
  for (const document of documents) {
    const { uri } = document
    // VS Code goes on holding texts that are in no editor any more, also of files that are gone.
    if (!isCheckSettings(document) || !(inTabs.has(uri.toString()) || document.isDirty)) continue
    files.set(uri.toString(), { uri, text: document.getText() })
  }
  return [...files.values()]
}
