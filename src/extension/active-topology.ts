import { TabInputCustom, TabInputText, Uri, window, workspace } from 'vscode'
import type { Tab, TextDocument } from 'vscode'
import { say } from '../core/speech/say.js'
import { VIEW_TYPE } from './catalogue.js'
import { isTopology, isTopologyName } from './topology-documents.js'

/**
 * The topology a command is about: the one that was named, else that of the active designer or text editor, else the
 * one that is open behind what is active (a plan, a log); asked for where several are. Where there is none the person
 * is told what to do, and the answer is undefined.
 */
export async function activeTopology(uri?: Uri): Promise<TextDocument | undefined> {
  const named = uri ?? shownTopology() ?? (await chooseOpen())
  if (named === 'none') {
    void window.showInformationMessage(
      say`No topology is open. Open a file that ends in .lvs.yaml, or make one with "LVS: New Topology".`,
    )
    return undefined
  }
  if (named === undefined) return undefined
  try {
    const document = await workspace.openTextDocument(named)
    if (isTopology(document)) return document
    void window.showInformationMessage(
      say`${nameOf(named)} is not a topology: its name does not end in .lvs.yaml. Open one that does.`,
    )
  } catch (error) {
    void window.showErrorMessage(
      say`${nameOf(named)} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return undefined
}

/** The topology that a menu, a key or a tree hands over with its command; they hand over what they like. */
export function topologyNamed(argument: unknown): Uri | undefined {
  if (argument instanceof Uri) return argument
  if (typeof argument !== 'object' || argument === null || !('uri' in argument)) return undefined
  return argument.uri instanceof Uri ? argument.uri : undefined
}

/** The topology that is shown in the active editor. */
export function shownTopology(): Uri | undefined {
  return topologyOf(window.tabGroups.activeTabGroup.activeTab)
}

/** The topology a tab shows. */
function topologyOf(tab: Tab | undefined): Uri | undefined {
  const input = tab?.input
  if (input instanceof TabInputCustom && input.viewType === VIEW_TYPE) return input.uri
  if (!(input instanceof TabInputText)) return undefined
  const { uri } = input
  const document = workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())
  return (document === undefined ? isTopologyName(uri) : isTopology(document)) ? uri : undefined
}

async function chooseOpen(): Promise<Uri | 'none' | undefined> {
  const open = new Map(
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap((tab) => {
        const uri = topologyOf(tab)
        return uri === undefined ? [] : [[uri.toString(), uri] as const]
      }),
    ),
  )
  const [first, ...others] = open.values()
  if (first === undefined) return 'none'
  if (others.length === 0) return first
  const items = [first, ...others].map((uri) => ({
    label: nameOf(uri),
    description: workspace.asRelativePath(uri),
    uri,
  }))
  return (await window.showQuickPick(items, { placeHolder: say`Which topology?` }))?.uri
}

function nameOf({ path }: Uri): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
