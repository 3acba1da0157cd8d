import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  MarkdownString,
  Uri,
  WorkspaceEdit,
  commands,
  extensions,
  languages,
  window,
  workspace,
} from 'vscode'
import type {
  CodeAction,
  CompletionList,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  TextDocument,
  TextEdit,
} from 'vscode'
import { eventually, test } from './cases.js'

async function open(name: string): Promise<TextDocument> {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  const document = await workspace.openTextDocument(Uri.joinPath(folder.uri, name))
  await window.showTextDocument(document)
  await extensions.getExtension('lvs-designer.lvs-designer')?.activate()
  return document
}

function findings(document: TextDocument): string[] {
  return languages
    .getDiagnostics(document.uri)
    .map(
      ({ code, range }) => `${typeof code === 'object' ? String(code.value) : ''} ${document.getText(range)}`,
    )
}

function behind(document: TextDocument, words: string) {
  return document.positionAt(document.getText().indexOf(words) + words.length)
}

test('a keepalived.conf has its findings and fixes, what its words mean, what may stand there, and its outline', async () => {
  const document = await open('keepalived-web.conf')
  equal(document.languageId, 'keepalived')
  await eventually('the findings are there', () =>
    findings(document).includes('METHOD-NAT dr') ? true : undefined,
  )
  const actions = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    document.lineAt(1).range,
  )
  ok(
    actions.some(({ title }) => title.includes('DR')),
    actions.map(({ title }) => title).join(),
  )
  const hovers = await commands.executeCommand<Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    behind(document, 'lb_k'),
  )
  const said = hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof MarkdownString ? content.value : ''))
  ok(said.join().includes('How packets get to the real servers'), said.join())
  const { items } = await commands.executeCommand<CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    behind(document, 'TCP\n  '),
  )
  ok(items.some(({ label }) => label === 'lvs_sched'))
  const symbols = await commands.executeCommand<DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  )
  deepEqual(
    symbols.map(({ name, children }) => [name, children.map((child) => child.name)]),
    [['192.0.2.100 80', ['192.0.2.11 80']]],
  )
  const folded = await commands.executeCommand<FoldingRange[]>(
    'vscode.executeFoldingRangeProvider',
    document.uri,
  )
  deepEqual(
    folded.map(({ start, end }) => [start, end]),
    [
      [0, 7],
      [4, 6],
    ],
  )
})

test('names lead into files that are included, and lines are indented', async () => {
  const document = await open('keepalived.conf')
  const [found] = await commands.executeCommand<Location[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    behind(document, '  VI'),
  )
  ok(found?.uri.path.endsWith('/web.inc'), 'it is defined in web.inc')
  equal(found?.range.start.line, 0)
  const uses = await commands.executeCommand<Location[]>(
    'vscode.executeReferenceProvider',
    document.uri,
    behind(document, '  VI'),
  )
  deepEqual(uses.map(({ uri }) => uri.path.replace(/.*\//, '')).sort(), ['keepalived.conf', 'web.inc'])
  const edits = await commands.executeCommand<TextEdit[]>(
    'vscode.executeFormatDocumentProvider',
    document.uri,
    {
      tabSize: 4,
      insertSpaces: true,
    },
  )
  const edit = new WorkspaceEdit()
  edit.set(document.uri, edits)
  ok(await workspace.applyEdit(edit))
  equal(document.getText(), 'include web.inc\nvrrp_sync_group G {\n    group {\n        VI_1\n    }\n}\n')
})

test('ldirectord.cf and rules of ipvsadm are checked', async () => {
  const document = await open('ldirectord.cf')
  equal(document.languageId, 'ldirectord')
  await eventually('the finding is there', () =>
    findings(document).includes('LD-VALUE Yes') ? true : undefined,
  )
  const rules = await open('ipvsadm.rules')
  equal(rules.languageId, 'ipvsadm-rules')
  const [hover] = await commands.executeCommand<Hover[]>(
    'vscode.executeHoverProvider',
    rules.uri,
    behind(rules, '-A -t'),
  )
  const [meaning] = hover?.contents ?? []
  ok(meaning instanceof MarkdownString && meaning.value.includes('--tcp-service ADDRESS:PORT'))
  const { items } = await commands.executeCommand<CompletionList>(
    'vscode.executeCompletionItemProvider',
    rules.uri,
    behind(rules, ':443 -s '),
  )
  ok(items.some(({ label }) => label === 'wlc'))
})

test('a topology is made of several files, and is not saved yet', async () => {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder)
  const uris = ['keepalived-web.conf', 'ipvsadm.rules'].map((name) => Uri.joinPath(folder.uri, name))
  const uri = await commands.executeCommand<Uri | undefined>('lvsDesigner.import', uris)
  ok(uri)
  const document = await workspace.openTextDocument(uri)
  equal(document.languageId, 'lvs-topology')
  ok(document.isDirty)
  const text = document.getText()
  for (const words of ['  http:', '  https:', 'address: 192.0.2.12', '# assumed: '])
    ok(text.includes(words), words)
  await eventually('what is assumed is found', () =>
    findings(document).some((each) => each.startsWith('ASSUMED')) ? true : undefined,
  )
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
})
