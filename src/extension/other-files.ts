import { workspace } from 'vscode'
import type { DocumentSelector, TextDocument, Uri } from 'vscode'
import type { FileAsk, OtherKind } from '../protocol/reader.js'
import { OTHER_LANGUAGES } from './catalogue.js'

/** Files that are no topology, by their languages. */
export const OTHER_FILES: DocumentSelector = Object.values(OTHER_LANGUAGES).map((language) => ({ language }))

/** What the reader is to know of such a file; undefined for any other. */
export function otherFile({ languageId, uri }: TextDocument): FileAsk | undefined {
  const kinds = Object.keys(OTHER_LANGUAGES) as OtherKind[]
  const language = kinds.find((kind) => OTHER_LANGUAGES[kind] === languageId)
  if (language === undefined) return undefined
  return { language, ...placeOf(uri) }
}

/** In a workspace that is not trusted a file may name what it likes: nothing outside is looked at for it. */
export function placeOf(uri: Uri): Omit<FileAsk, 'language'> {
  if (uri.scheme !== 'file') return { name: uri.path, around: 'nothing' }
  if (workspace.isTrusted) return { name: uri.fsPath, around: 'disk' }
  const within = (workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath)
  return { name: uri.fsPath, around: { within } }
}
