import { CompletionItem, CompletionItemKind, MarkdownString, SnippetString } from 'vscode'
import type { CompletionItemProvider } from 'vscode'
import type { OfferedText } from '../../protocol/reader.js'
import { askReader } from '../topology-reader.js'
import { plainPosition, rangeOf } from './ranges.js'

const KIND: Readonly<Record<OfferedText['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  name: CompletionItemKind.Reference,
  snippet: CompletionItemKind.Snippet,
}

/** Typed by themselves they open the list: after a key, in brackets, at the start of an item. */
export const COMPLETION_TRIGGERS = [':', ' ', '[', '{', ',', '.', '-'] as const

export const completion: CompletionItemProvider = {
  provideCompletionItems: async (document, position, token) =>
    (
      (await askReader(document, 'completion', { position: plainPosition(position) }, token))?.answer ?? []
    ).map(itemOf),
}

export function itemOf(offered: OfferedText): CompletionItem {
  const item = new CompletionItem(offered.label, KIND[offered.kind])
  item.range = rangeOf(offered.range)
  // Lines of the text are indented as they must be.
  item.keepWhitespace = true
  item.insertText = offered.snippet ? new SnippetString(offered.insert) : offered.insert
  item.detail = offered.detail
  item.sortText = offered.sort
  if (offered.filter !== undefined) item.filterText = offered.filter
  if (offered.documentation !== '') item.documentation = new MarkdownString(offered.documentation)
  if (offered.again) item.command = { title: 'Suggest', command: 'editor.action.triggerSuggest' }
  return item
}
