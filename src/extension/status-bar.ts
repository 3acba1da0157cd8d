import { Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window, workspace } from 'vscode'
import type { ExtensionContext, StatusBarItem } from 'vscode'
import { say } from '../core/speech/say.js'
import type { ClusterSummary } from '../protocol/reader.js'
import { shownTopology } from './active-topology.js'
import { COMMANDS } from './catalogue.js'
import { onDidChangeCheckSettings } from './check-settings.js'
import { countOf, inWords, worstOf } from './clusters/severities.js'
import { log } from './log.js'
import { askReader } from './topology-reader.js'

/** Milliseconds without a key before a changed text is looked at for the status bar. */
const PAUSE_MS = 300

/** What the topology in the active editor is and what is wrong with it; a click checks it. */
export function registerStatusBar({ subscriptions }: ExtensionContext): void {
  let item: StatusBarItem | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let shown: string | undefined

  const update = async (): Promise<void> => {
    const uri = shownTopology()
    if (uri?.toString() !== shown) item?.hide()
    shown = uri?.toString()
    const document = workspace.textDocuments.find((each) => each.uri.toString() === shown)
    if (document === undefined) return
    const answered = await askReader(document, 'summary', {})
    // Changed meanwhile, or left: what comes then is on its way.
    if (answered === undefined || shown !== document.uri.toString()) return
    item ??= created()
    fill(item, answered.answer)
    item.show()
  }
  const soon = (milliseconds: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      update().catch((error: unknown) => {
        log().warn(`the status bar could not be brought up to date: ${String(error)}`)
      })
    }, milliseconds)
  }
  subscriptions.push(
    window.tabGroups.onDidChangeTabs(() => {
      soon(0)
    }),
    window.tabGroups.onDidChangeTabGroups(() => {
      soon(0)
    }),
    workspace.onDidOpenTextDocument(() => {
      soon(0)
    }),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document.uri.toString() === shown) soon(PAUSE_MS)
    }),
    onDidChangeCheckSettings(() => {
      soon(PAUSE_MS)
    }),
    new Disposable(() => {
      clearTimeout(timer)
      item?.dispose()
    }),
  )
  soon(0)
}

function created(): StatusBarItem {
  const item = window.createStatusBarItem('lvsDesigner.status', StatusBarAlignment.Left, 0)
  item.name = say`LVS Cluster`
  item.command = COMMANDS.check
  return item
}

function fill(item: StatusBarItem, { name, hosts, services, modes, findings }: ClusterSummary): void {
  const what = services === 0 ? [say`${hosts} host${hosts === 1 ? '' : 's'}`] : [counted(services)]
  const words = [modes.map((mode) => mode.toUpperCase()).join(', '), ...what].filter((word) => word !== '')
  const errors = countOf(findings, 'error')
  const warnings = countOf(findings, 'warning')
  const problems = [
    ...(errors > 0 ? [`$(error) ${errors}`] : []),
    ...(warnings > 0 ? [`$(warning) ${warnings}`] : []),
  ]
  item.text = [
    `$(type-hierarchy) ${words.join(' · ')}`,
    ...(problems.length > 0 ? problems : ['$(check)']),
  ].join('  ')
  const state = findings.length === 0 ? say`nothing to mend` : inWords(findings)
  item.accessibilityInformation = { label: say`LVS cluster ${name ?? ''}: ${words.join(say`, `)}; ${state}` }
  const worst = worstOf(findings)
  item.backgroundColor = worst === 'error' ? new ThemeColor('statusBarItem.errorBackground') : undefined
  const tooltip = new MarkdownString()
  tooltip.appendText(say`${name ?? say`LVS cluster`}: ${hosts} hosts, ${words.join(say`, `)}; ${state}.`)
  tooltip.appendMarkdown('\n\n')
  tooltip.appendText(findings.length === 0 ? say`Click to check it.` : say`Click for the problems.`)
  item.tooltip = tooltip
}

function counted(services: number): string {
  return say`${services} service${services === 1 ? '' : 's'}`
}
