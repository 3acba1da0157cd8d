import { DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind } from 'vscode'
import type { DocumentSymbolProvider, FoldingRangeProvider } from 'vscode'
import type { OutlineKind } from '../../core/language/symbols.js'
import type { OutlineEntry } from '../../protocol/reader.js'
import { askReader } from '../topology-reader.js'
import { rangeOf } from './ranges.js'

/** VS Code has kinds for programs only: the nearest by their pictures. */
const KIND: Readonly<Record<OutlineKind, SymbolKind>> = {
  section: SymbolKind.Module,
  network: SymbolKind.Namespace,
  host: SymbolKind.Object,
  interface: SymbolKind.Interface,
  service: SymbolKind.Event,
  'real-server': SymbolKind.Field,
  manage: SymbolKind.Property,
  vrrp: SymbolKind.Property,
}

export const outline: DocumentSymbolProvider = {
  provideDocumentSymbols: async (document, token) =>
    ((await askReader(document, 'outline', {}, token))?.answer ?? []).map(symbolOf),
}

function symbolOf({ name, detail, kind, whole, key, children }: OutlineEntry): DocumentSymbol {
  const symbol = new DocumentSymbol(name, detail, KIND[kind], rangeOf(whole), rangeOf(key))
  symbol.children = children.map(symbolOf)
  return symbol
}

export const folding: FoldingRangeProvider = {
  provideFoldingRanges: async (document, _, token) =>
    ((await askReader(document, 'folds', {}, token))?.answer ?? []).map(
      ({ start, end, kind }) =>
        new FoldingRange(start, end, kind === 'comment' ? FoldingRangeKind.Comment : undefined),
    ),
}
