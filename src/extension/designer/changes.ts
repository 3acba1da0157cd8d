import { Range, WorkspaceEdit, workspace } from 'vscode'
import type { TextDocument } from 'vscode'
import type { TopologyEdit } from '../../core/topology/edit.js'
import { loadCore } from '../core.js'
import { readTopology } from '../topology-documents.js'
import { accessTo } from './access.js'

export type ChangeResult =
  { readonly ok: true } | { readonly ok: false; readonly stale: boolean; readonly reason: string }

const STALE: ChangeResult = { ok: false, stale: true, reason: 'The text was changed meanwhile.' }

/**
 * Makes topology edits in the document's text, as one step of VS Code's own undo. Only on the version they were made
 * on: on another one they are refused as stale, whoever was faster.
 */
export async function changeTopology(
  document: TextDocument,
  version: number,
  edits: readonly TopologyEdit[],
): Promise<ChangeResult> {
  const access = await accessTo(document)
  if (!access.editable) return { ok: false, stale: false, reason: access.reason }
  const [{ editTopology, textLines }, { parsed, version: read }] = await Promise.all([
    loadCore(),
    readTopology(document),
  ])
  if (version !== read) return STALE
  const result = editTopology(parsed, edits)
  if (!result.ok) return { ok: false, stale: false, reason: result.reason }
  if (result.edits.length === 0) return { ok: true }
  const lines = textLines(parsed.text)
  const change = new WorkspaceEdit()
  for (const { span, newText } of result.edits) {
    const { start, end } = lines.range(span)
    change.replace(document.uri, new Range(start.line, start.character, end.line, end.character), newText)
  }
  // Nothing was waited for since the version was compared, so these ranges are those of the text as it is.
  if (document.version !== version) return STALE
  if (await workspace.applyEdit(change)) return { ok: true }
  return { ok: false, stale: document.version !== version, reason: 'VS Code did not take the change.' }
}
