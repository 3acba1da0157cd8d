import type { DocumentSelector, TextDocument } from 'vscode'
import type { FileAsk, OtherKind } from '../protocol/reader.js'
import { OTHER_LANGUAGES } from './catalogue.js'

/** Files that are no topology, by their languages. */
export const OTHER_FILES: DocumentSelector = Object.values(OTHER_LANGUAGES).map((language) => ({ language }))

/** What the reader is to know of such a file; undefined for any other. */
export function otherFile({ languageId, uri }: TextDocument): FileAsk | undefined {
  const kinds = Object.keys(OTHER_LANGUAGES) as OtherKind[]
  const language = kinds.find((kind) => OTHER_LANGUAGES[kind] === languageId)
  if (language === undefined) return undefined
  const onDisk = uri.scheme === 'file'
  return { language, name: onDisk ? uri.fsPath : uri.path, onDisk }
}
