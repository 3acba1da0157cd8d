import { Range, Selection, TextEditorRevealType, ViewColumn, commands, window } from 'vscode'
import type { TextDocument } from 'vscode'
import type { Subject } from '../../core/diagram/scene.js'
import type { Path } from '../../core/topology/path.js'
import type { Span } from '../../core/topology/position.js'
import { loadCore } from '../core.js'
import { readTopology } from '../topology-documents.js'

/** Selects a subject in the text editors that show the document beside the canvas; opens none and takes no focus. */
export async function selectInText(document: TextDocument, subject: Subject): Promise<void> {
  const editors = window.visibleTextEditors.filter((editor) => editor.document === document)
  if (editors.length === 0) return
  const [{ placeOf }, { parsed }] = await Promise.all([loadCore(), readTopology(document)])
  const span = placeOf(parsed, subject)
  if (span === undefined) return
  const range = rangeIn(document, span)
  for (const editor of editors) {
    editor.selection = new Selection(range.start, range.start)
    editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport)
  }
}

/** Opens the text beside the canvas, if it is not there yet, at a place. */
export async function showInText(document: TextDocument, path: Path): Promise<void> {
  const { parsed } = await readTopology(document)
  await revealText(document, parsed.source.locate(path, 'value'))
}

export async function revealText(document: TextDocument, span: Span): Promise<void> {
  const range = rangeIn(document, span)
  const shown = window.visibleTextEditors.find((editor) => editor.document === document)
  const column = shown?.viewColumn ?? ViewColumn.Beside
  // By name of the editor: showTextDocument would be at liberty to open the designer again.
  await commands.executeCommand('vscode.openWith', document.uri, 'default', {
    viewColumn: column,
    selection: range,
  })
}

function rangeIn(document: TextDocument, { start, end }: Span): Range {
  return new Range(document.positionAt(start), document.positionAt(end))
}
