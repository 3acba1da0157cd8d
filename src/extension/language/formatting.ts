import { TextEdit } from 'vscode'
import type {
  CancellationToken,
  DocumentFormattingEditProvider,
  DocumentRangeFormattingEditProvider,
  FormattingOptions,
  TextDocument,
} from 'vscode'
import type { LineRange } from '../../core/language/format.js'
import { log } from '../log.js'
import { askReader } from '../topology-reader.js'
import { rangeOf } from './ranges.js'

/** Brings the text, or some lines of it, into shape; touches nothing where that is not needed. */
export const formatting: DocumentFormattingEditProvider & DocumentRangeFormattingEditProvider = {
  provideDocumentFormattingEdits: (document, options, token) => format(document, undefined, options, token),
  provideDocumentRangeFormattingEdits: (document, { start, end }, options, token) =>
    format(document, { first: start.line, last: end.line }, options, token),
}

async function format(
  document: TextDocument,
  lines: LineRange | undefined,
  { tabSize }: FormattingOptions,
  token: CancellationToken,
): Promise<TextEdit[]> {
  const formatted = (await askReader(document, 'format', { tabSize, lines }, token))?.answer
  if (formatted === undefined) return []
  if (!formatted.ok) {
    // With formatting on save, a message at every save of a half-written text would be a nuisance.
    log().info(`${document.uri.fsPath} was not formatted: ${formatted.reason}`)
    return []
  }
  return formatted.changes.map(({ range, newText }) => TextEdit.replace(rangeOf(range), newText))
}
