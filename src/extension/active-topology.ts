import { TabInputCustom, TabInputText, window, workspace } from 'vscode'
import type { TextDocument, Uri } from 'vscode'
import { VIEW_TYPE } from './catalogue.js'
import { isTopology } from './topology-documents.js'

/**
 * The topology a command is about: the one that was named, else that of the active designer or text editor. Where
 * there is none the person is told what to do, and the answer is undefined.
 */
export async function activeTopology(uri?: Uri): Promise<TextDocument | undefined> {
  const named = uri ?? activeTab()
  if (named === undefined) {
    void window.showInformationMessage(
      'No topology is open. Open a file that ends in .lvs.yaml, or make one with "LVS: New Topology".',
    )
    return undefined
  }
  try {
    const document = await workspace.openTextDocument(named)
    if (isTopology(document)) return document
    void window.showInformationMessage(
      `${nameOf(named)} is not a topology: its name does not end in .lvs.yaml. Open one that does.`,
    )
  } catch (error) {
    void window.showErrorMessage(
      `${nameOf(named)} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return undefined
}

function activeTab(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input
  if (input instanceof TabInputCustom && input.viewType === VIEW_TYPE) return input.uri
  if (input instanceof TabInputText) return input.uri
  return undefined
}

function nameOf({ path }: Uri): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
