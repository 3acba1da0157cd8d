import { Selection, TextEditorRevealType, ViewColumn, commands, window } from 'vscode'
import type { Range, TextDocument } from 'vscode'
import type { Subject } from '../../core/diagram/scene.js'
import type { Path } from '../../core/topology/path.js'
import { rangeOf } from '../language/ranges.js'
import { askReader } from '../topology-reader.js'

/** Selects a subject in the text editors that show the document beside the canvas; opens none and takes no focus. */
export async function selectInText(document: TextDocument, subject: Subject): Promise<void> {
  const editors = window.visibleTextEditors.filter((editor) => editor.document === document)
  if (editors.length === 0) return
  const place = (await askReader(document, 'place', { subject }))?.answer
  if (place === undefined) return
  const range = rangeOf(place)
  for (const editor of editors) {
    editor.selection = new Selection(range.start, range.start)
    editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport)
  }
}

/** Opens the text beside the canvas, if it is not there yet, at a place. */
export async function showInText(document: TextDocument, path: Path): Promise<void> {
  const place = await askReader(document, 'value', { path })
  if (place !== undefined) await revealText(document, rangeOf(place.answer))
}

export async function revealText(document: TextDocument, range: Range): Promise<void> {
  const shown = window.visibleTextEditors.find((editor) => editor.document === document)
  const column = shown?.viewColumn ?? ViewColumn.Beside
  // By name of the editor: showTextDocument would be at liberty to open the designer again.
  await commands.executeCommand('vscode.openWith', document.uri, 'default', {
    viewColumn: column,
    selection: range,
  })
}
