import { WorkspaceEdit } from 'vscode'
import type { TextDocument } from 'vscode'
import type { TextChange } from '../../protocol/reader.js'
import { rangeOf } from './ranges.js'

/** Changes of a document as VS Code takes them. */
export function editOf({ uri }: TextDocument, changes: readonly TextChange[]): WorkspaceEdit {
  const edit = new WorkspaceEdit()
  for (const { range, newText } of changes) edit.replace(uri, rangeOf(range), newText)
  return edit
}
