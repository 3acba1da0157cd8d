import { DocumentSymbol, FoldingRange, FoldingRangeKind, Range, SymbolKind } from 'vscode'
import type { DocumentSymbolProvider, FoldingRangeProvider } from 'vscode'
import type { OutlineKind } from '../../core/language/symbols.js'
import { OUTLINE_KINDS, OUTLINE_NUMBERS } from '../../protocol/reader.js'
import type { PackedOutline } from '../../protocol/reader.js'
import { askReader } from '../topology-reader.js'
import { typingPauses } from './pause.js'

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
  provideDocumentSymbols: async (document, token) => {
    if (!(await typingPauses(document, token))) return undefined
    const packed = await askReader(document, 'outline', {}, token)
    return packed && unpacked(packed.answer)
  },
}

function unpacked({ names, details, numbers }: PackedOutline): DocumentSymbol[] {
  let next = 0
  const take = (count: number): DocumentSymbol[] => Array.from({ length: count }, takeOne)
  const takeOne = (): DocumentSymbol => {
    const at = next * OUTLINE_NUMBERS
    const number = (offset: number) => numbers[at + offset] ?? 0
    const range = (from: number) =>
      new Range(number(from), number(from + 1), number(from + 2), number(from + 3))
    const kind = KIND[OUTLINE_KINDS[number(0)] ?? 'section']
    const symbol = new DocumentSymbol(names[next] ?? '', details[next] ?? '', kind, range(2), range(6))
    next += 1
    symbol.children = take(number(1))
    return symbol
  }
  const all: DocumentSymbol[] = []
  while (next < names.length) all.push(takeOne())
  return all
}

export const folding: FoldingRangeProvider = {
  provideFoldingRanges: async (document, _, token) =>
    ((await askReader(document, 'folds', {}, token))?.answer ?? []).map(
      ({ start, end, kind }) =>
        new FoldingRange(start, end, kind === 'comment' ? FoldingRangeKind.Comment : undefined),
    ),
}
