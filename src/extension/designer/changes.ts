import { workspace } from 'vscode'
import type { TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { Subject } from '../../core/diagram/scene.js'
import type { AskOf, EditAnswer, InsertAnswer } from '../../protocol/reader.js'
import { editOf } from '../language/changes.js'
import { rangeOf } from '../language/ranges.js'
import { askReader } from '../topology-reader.js'
import { accessTo } from './access.js'

export type ChangeResult =
  | { readonly ok: true; readonly version: number; readonly made?: readonly Subject[] }
  | { readonly ok: false; readonly stale: boolean; readonly reason: string }

export type ChangeKind = 'edit' | 'fix' | 'paste' | 'duplicate'

const stale = (): ChangeResult => ({ ok: false, stale: true, reason: say`The text was changed meanwhile.` })

/**
 * Makes edits, those of a fix, or what is pasted, in the document's text, as one step of VS Code's own undo. Only on
 * the version they were made on: on another one they are refused as stale, whoever was faster.
 */
export async function changeTopology<K extends ChangeKind>(
  document: TextDocument,
  version: number,
  kind: K,
  ask: AskOf<K>,
): Promise<ChangeResult> {
  const access = await accessTo(document)
  if (!access.editable) return { ok: false, stale: false, reason: access.reason }
  const answered = await askReader(document, kind, ask)
  // No answer: the text was changed while it was looked at.
  if (answered?.version !== version) return stale()
  const result: EditAnswer | InsertAnswer = answered.answer
  if (!result.ok) return { ok: false, stale: false, reason: result.reason }
  const done = (): ChangeResult => ({
    ok: true,
    version: document.version,
    ...('made' in result ? { made: result.made } : {}),
  })
  if (result.changes.length === 0) return done()
  // Nothing was waited for since the version was compared, so these are the ranges of the text as it is; and a text
  // that the reader has wrong, for whatever reason, must not be cut up.
  const asRead = result.changes.every(({ range, oldText }) => document.getText(rangeOf(range)) === oldText)
  if (!asRead)
    return { ok: false, stale: false, reason: say`The text is not what was read. Close and open the file.` }
  if (await workspace.applyEdit(editOf(document, result.changes))) return done()
  return { ok: false, stale: document.version !== version, reason: say`VS Code did not take the change.` }
}
