import {
  CodeAction,
  CodeActionKind,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  MarkdownString,
  SymbolKind,
  TextEdit,
  Uri,
  languages,
} from 'vscode'
import type {
  CancellationToken,
  CodeActionProvider,
  CompletionItemProvider,
  DefinitionProvider,
  DocumentFormattingEditProvider,
  DocumentSymbolProvider,
  ExtensionContext,
  FoldingRangeProvider,
  HoverProvider,
  ReferenceProvider,
  TextDocument,
} from 'vscode'
import type { FileAsk, FilePlaceShown, FileSymbolShown } from '../../protocol/reader.js'
import { OTHER_FILES, otherFile } from '../other-files.js'
import { askReader } from '../topology-reader.js'
import { editOf } from './changes.js'
import { itemOf } from './completion.js'
import { plainPosition, plainRange, rangeOf } from './ranges.js'

/** Options of ipvsadm begin with it, which is no part of a word. */
const OPTION_SIGN = '-'

/** What a text editor knows of keepalived.conf, rules of ipvsadm and ldirectord.cf; findings are in diagnostics. */
export function registerOtherFiles({ subscriptions }: ExtensionContext): void {
  subscriptions.push(
    languages.registerHoverProvider(OTHER_FILES, hover),
    languages.registerCompletionItemProvider(OTHER_FILES, completion, OPTION_SIGN),
    languages.registerDocumentSymbolProvider(OTHER_FILES, outline, { label: 'LVS' }),
    languages.registerFoldingRangeProvider(OTHER_FILES, folding),
    languages.registerDocumentFormattingEditProvider({ language: 'keepalived' }, formatting),
    languages.registerDefinitionProvider(OTHER_FILES, definition),
    languages.registerReferenceProvider(OTHER_FILES, references),
    languages.registerCodeActionsProvider(OTHER_FILES, fixes, {
      providedCodeActionKinds: [CodeActionKind.QuickFix],
    }),
  )
}

const hover: HoverProvider = {
  provideHover: async (document, position, token) => {
    const file = otherFile(document)
    if (file === undefined) return undefined
    const ask = { ...file, position: plainPosition(position) }
    const found = (await askReader(document, 'file-hover', ask, token))?.answer
    return found && new Hover(new MarkdownString(found.markdown), rangeOf(found.range))
  },
}

const completion: CompletionItemProvider = {
  provideCompletionItems: async (document, position, token) => {
    const file = otherFile(document)
    if (file === undefined) return []
    const ask = { ...file, position: plainPosition(position) }
    const offered = (await askReader(document, 'file-completion', ask, token))?.answer ?? []
    // VS Code indents what goes over several lines as the line it is put in.
    return offered.map((each) => Object.assign(itemOf(each), { keepWhitespace: false }))
  },
}

const KIND: Readonly<Record<FileSymbolShown['kind'], SymbolKind>> = {
  service: SymbolKind.Event,
  'real-server': SymbolKind.Field,
  vrrp: SymbolKind.Property,
  section: SymbolKind.Module,
}

async function symbolsOf(document: TextDocument, token: CancellationToken) {
  const file = otherFile(document)
  return file === undefined ? [] : ((await askReader(document, 'file-symbols', file, token))?.answer ?? [])
}

const outline: DocumentSymbolProvider = {
  provideDocumentSymbols: async (document, token) => (await symbolsOf(document, token)).map(symbolOf),
}

function symbolOf({ kind, name, detail, whole, key, children }: FileSymbolShown): DocumentSymbol {
  const symbol = new DocumentSymbol(name || '…', detail, KIND[kind], rangeOf(whole), rangeOf(key))
  symbol.children = children.map(symbolOf)
  return symbol
}

/** What has an outline can be folded. */
const folding: FoldingRangeProvider = {
  provideFoldingRanges: async (document, _, token) => {
    const folds = ({ whole, children }: FileSymbolShown): FoldingRange[] => [
      ...(whole.end.line > whole.start.line ? [new FoldingRange(whole.start.line, whole.end.line)] : []),
      ...children.flatMap(folds),
    ]
    return (await symbolsOf(document, token)).flatMap(folds)
  },
}

const formatting: DocumentFormattingEditProvider = {
  provideDocumentFormattingEdits: async (document, { tabSize }, token) => {
    const file = otherFile(document)
    if (file === undefined) return []
    const changes = (await askReader(document, 'file-format', { ...file, tabSize }, token))?.answer ?? []
    return changes.map(({ range, newText }) => TextEdit.replace(rangeOf(range), newText))
  },
}

async function places(
  document: TextDocument,
  kind: 'file-definition' | 'file-references',
  ask: FileAsk & { readonly position: ReturnType<typeof plainPosition> },
  token: CancellationToken,
): Promise<Location[]> {
  const found: readonly FilePlaceShown[] = (await askReader(document, kind, ask, token))?.answer ?? []
  return found.map(
    ({ file, range }) => new Location(file === undefined ? document.uri : Uri.file(file), rangeOf(range)),
  )
}

const definition: DefinitionProvider = {
  provideDefinition: async (document, position, token) => {
    const file = otherFile(document)
    if (file === undefined) return []
    return places(document, 'file-definition', { ...file, position: plainPosition(position) }, token)
  },
}

const references: ReferenceProvider = {
  provideReferences: async (document, position, _, token) => {
    const file = otherFile(document)
    if (file === undefined) return []
    return places(document, 'file-references', { ...file, position: plainPosition(position) }, token)
  },
}

const fixes: CodeActionProvider = {
  provideCodeActions: async (document, range, _, token) => {
    const file = otherFile(document)
    if (file === undefined) return []
    const ask = { ...file, range: plainRange(range) }
    const offered = (await askReader(document, 'file-fixes', ask, token))?.answer ?? []
    return offered.map(({ title, changes, preferred }) => {
      const action = new CodeAction(title, CodeActionKind.QuickFix)
      action.edit = editOf(document, changes)
      action.isPreferred = preferred
      return action
    })
  },
}
