import { Range, WorkspaceEdit, commands, window, workspace } from 'vscode'
import type { TextDocument, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { fileKind } from '../../core/formats/file-kind.js'
import type { FileAsk } from '../../protocol/reader.js'
import { VIEW_TYPE } from '../catalogue.js'
import { otherFile, placeOf } from '../other-files.js'
import { askUntilAnswered } from '../topology-reader.js'
import { sayError, sayWarning } from './messages.js'
import { freeName } from './new-topology.js'

/**
 * Draws what files say, such as the keepalived.conf of both directors, as a new topology in the designer that is not
 * saved yet. `files`: for callers that have asked already. Returns where it will be saved.
 */
export async function importFiles(files?: readonly Uri[]): Promise<Uri | undefined> {
  const picked = files ?? (await pickFiles())
  const sources: { readonly document: TextDocument; readonly ask: FileAsk }[] = []
  for (const uri of picked) {
    try {
      const document = await workspace.openTextDocument(uri)
      const ask = askOf(document)
      if (ask === undefined) {
        sayError(say`${uri.fsPath} looks like none of keepalived.conf, ipvsadm rules and ldirectord.cf.`)
        return undefined
      }
      sources.push({ document, ask })
    } catch (error) {
      sayError(
        say`${uri.fsPath} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      )
      return undefined
    }
  }
  const [first, ...others] = sources
  if (first === undefined) return undefined
  const drawn = await askUntilAnswered(first.document, 'file-import', {
    ...first.ask,
    others: others.map(({ document, ask }) => ({ ...ask, text: document.getText() })),
  })
  if (drawn.services === 0) {
    sayError(say`There is no virtual service in it, so there is nothing to draw.`)
    return undefined
  }
  const uri = await openDrawing(drawn.text)
  sayNotes(drawn.notes)
  return uri
}

export function sayNotes(notes: readonly string[]): void {
  if (notes.length > 0)
    sayWarning(
      say`${notes.length} thing${notes.length === 1 ? '' : 's'} could not be taken over into the drawing.`,
      notes,
    )
}

function askOf(document: TextDocument): FileAsk | undefined {
  const known = otherFile(document)
  if (known !== undefined) return known
  const { uri } = document
  const place = placeOf(uri)
  const language = fileKind(place.name, document.getText())
  return language === 'topology' ? undefined : { language, ...place }
}

async function pickFiles(): Promise<readonly Uri[]> {
  const active = window.activeTextEditor?.document
  const here = active !== undefined && otherFile(active) !== undefined ? active.uri : undefined
  const picked = await window.showOpenDialog({
    title: say`Import keepalived.conf, ipvsadm rules or ldirectord.cf; of a pair, the files of both directors`,
    openLabel: say`Import`,
    canSelectMany: true,
    ...(here === undefined ? {} : { defaultUri: here }),
  })
  return picked ?? []
}

export async function openDrawing(text: string): Promise<Uri> {
  const uri = await freeName('imported')
  const document = await workspace.openTextDocument(uri)
  const edit = new WorkspaceEdit()
  edit.replace(uri, new Range(0, 0, document.lineCount, 0), text)
  await workspace.applyEdit(edit)
  await commands.executeCommand('vscode.openWith', uri, VIEW_TYPE)
  return uri
}
