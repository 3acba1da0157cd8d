import { FilePermission, workspace } from 'vscode'
import type { TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { Access } from '../../protocol/designer.js'

/** Whether a document may be changed: what the canvas is told, and what every change of it is held against. */
export async function accessTo({ uri, isUntitled, isClosed }: TextDocument): Promise<Access> {
  if (isClosed) return { editable: false, reason: say`The document is closed.` }
  if (isUntitled) return { editable: true }
  if (workspace.fs.isWritableFileSystem(uri.scheme) === false) {
    return { editable: false, reason: say`This is a read-only view of the file.` }
  }
  try {
    const { permissions } = await workspace.fs.stat(uri)
    if (permissions === FilePermission.Readonly)
      return { editable: false, reason: say`The file is read-only.` }
  } catch {
    // A file that has been deleted on disk can be saved again.
  }
  return { editable: true }
}
