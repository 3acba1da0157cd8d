import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  CompletionItemKind,
  DiagnosticSeverity,
  MarkdownString,
  Range,
  SnippetString,
  Uri,
  WorkspaceEdit,
  commands,
  extensions,
  languages,
  window,
  workspace,
} from 'vscode'
import type {
  CodeLens,
  CompletionList,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  LocationLink,
  SemanticTokens,
  SemanticTokensLegend,
  TextDocument,
  TextEdit,
  CodeAction,
  Position,
} from 'vscode'
import { eventually, test } from './cases.js'

/** The topology as text, in an editor, so that VS Code asks as it does for people. */
async function open(name: string): Promise<TextDocument> {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  const uri = Uri.joinPath(folder.uri, name)
  await commands.executeCommand('vscode.openWith', uri, 'default')
  // Providers that are asked for by command are not waited for.
  await extensions.getExtension('lvs-designer.lvs-designer')?.activate()
  const editor = await eventually('a text editor is open', () =>
    window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString()),
  )
  return editor.document
}

/** Behind the given words, which stand in the text once. */
function behind(document: TextDocument, words: string): Position {
  const at = document.getText().indexOf(words)
  ok(at >= 0, `"${words}" is not in the text`)
  return document.positionAt(at + words.length)
}

function within(document: TextDocument, words: string): Position {
  return behind(document, words).translate(0, -1)
}

async function replace(document: TextDocument, old: string, fresh: string): Promise<void> {
  const end = behind(document, old)
  const edit = new WorkspaceEdit()
  edit.replace(document.uri, new Range(document.positionAt(document.offsetAt(end) - old.length), end), fresh)
  ok(await workspace.applyEdit(edit))
}

function codes(document: TextDocument): string[] {
  return languages
    .getDiagnostics(document.uri)
    .map(({ code }) => (typeof code === 'object' ? String(code.value) : ''))
}

function targetRange(found: Location | LocationLink): Range {
  return 'targetUri' in found ? (found.targetSelectionRange ?? found.targetRange) : found.range
}

test('completion knows keys, words with their meaning, and names', async () => {
  const document = await open('shop.lvs.yaml')
  const at = async (position: Position) =>
    (
      await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      )
    ).items
  const schedulers = await at(behind(document, 'scheduler: '))
  const wlc = schedulers.find(({ label }) => label === 'wlc')
  equal(wlc?.kind, CompletionItemKind.EnumMember)
  ok(wlc.documentation !== undefined && wlc.documentation !== '', 'a scheduler without a meaning')
  const networks = await at(behind(document, 'eth0: { network: '))
  equal(networks.find(({ label }) => label === 'farm')?.kind, CompletionItemKind.Reference)
})

test('a word is explained under the pointer, and a finding with its reason', async () => {
  const document = await open('wrong.lvs.yaml')
  const at = async (position: Position) => {
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    )
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof MarkdownString ? content.value : ''))
      .join('\n')
  }
  ok((await at(within(document, 'scheduler: rr'))).includes('Round robin'), 'a scheduler without a meaning')
  const finding = await at(within(document, 'rs1: { port: 8080'))
  ok(finding.includes('DR-PORT'), `no rule in "${finding}"`)
  ok(finding.includes('no port is rewritten'), `no reason in "${finding}"`)
})

test('a snippet brings a whole real server with an address that is free', async () => {
  const document = await open('meant.lvs.yaml')
  const editor = window.activeTextEditor
  ok(editor, 'no editor')
  const before = document.getText()
  const line = behind(document, 'services:').line
  await editor.edit((edit) => {
    edit.insert(document.lineAt(line).range.start, '  \n')
  })
  const { items } = await commands.executeCommand<CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    document.lineAt(line).range.end,
  )
  const snippet = items.find(
    ({ label, kind }) => label === 'real-server' && kind === CompletionItemKind.Snippet,
  )
  ok(snippet, 'no such snippet')
  ok(snippet.insertText instanceof SnippetString, 'no snippet')
  await editor.insertSnippet(snippet.insertText, document.lineAt(line).range.end, {
    undoStopBefore: true,
    undoStopAfter: true,
    keepWhitespace: snippet.keepWhitespace ?? false,
  })
  const hosts = document.getText().slice(0, document.getText().indexOf('services:'))
  ok(/ {2}rs3:\n {4}role: real-server\n/.test(hosts), hosts)
  ok(hosts.includes('192.0.2.13'), hosts)
  await replace(document, document.getText(), before)
})

test('a name leads to where it is drawn, and back to its uses', async () => {
  const document = await open('shop.lvs.yaml')
  const use = within(document, 'director: lb1')
  const found = await commands.executeCommand<(Location | LocationLink)[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    use,
  )
  deepEqual(
    found.map((each) => document.getText(targetRange(each))),
    ['lb1'],
  )
  ok(targetRange(found[0] as Location).start.isBefore(use), 'the host stands above the service')
  const uses = await commands.executeCommand<Location[]>('vscode.executeReferenceProvider', document.uri, use)
  deepEqual(
    uses.map(({ range }) => document.getText(range)),
    ['lb1', 'lb1'],
  )
})

test('a host is renamed wherever it is named, and what cannot be is said', async () => {
  const document = await open('shop.lvs.yaml')
  const use = within(document, 'director: lb1')
  const edit = await commands.executeCommand<WorkspaceEdit>(
    'vscode.executeDocumentRenameProvider',
    document.uri,
    use,
    'edge-1',
  )
  equal(edit.get(document.uri).length, 2)
  await commands
    .executeCommand('vscode.executeDocumentRenameProvider', document.uri, use, 'no good name')
    .then(
      () => {
        throw new Error('a bad name was taken')
      },
      (error: unknown) => {
        ok(/\S/.test(String(error)))
      },
    )
})

test('the outline has networks, hosts and services, and the text folds by them', async () => {
  const document = await open('shop.lvs.yaml')
  const symbols = await commands.executeCommand<DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  )
  deepEqual(
    symbols.map(({ name }) => name).filter((name) => ['networks', 'hosts', 'services'].includes(name)),
    ['networks', 'hosts', 'services'],
  )
  const service = symbols.find(({ name }) => name === 'services')?.children[0]
  equal(service?.detail, 'dr tcp 192.0.2.100:80')
  const folds = await commands.executeCommand<FoldingRange[]>(
    'vscode.executeFoldingRangeProvider',
    document.uri,
  )
  const hosts = document.positionAt(document.getText().indexOf('\nhosts:') + 1).line
  ok(
    folds.some(({ start }) => start === hosts),
    'hosts cannot be folded',
  )
})

test('words are coloured by what they are in the cluster', async () => {
  const document = await open('shop.lvs.yaml')
  const legend = await commands.executeCommand<SemanticTokensLegend>(
    'vscode.provideDocumentSemanticTokensLegend',
    document.uri,
  )
  const { data } = await commands.executeCommand<SemanticTokens>(
    'vscode.provideDocumentSemanticTokens',
    document.uri,
  )
  const coloured = new Map<string, string>()
  let [line, character] = [0, 0]
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at, at + 4)
    line += down
    character = down === 0 ? character + right : right
    const word = document.getText(new Range(line, character, line, character + length))
    coloured.set(word, legend.tokenTypes[type] ?? '')
  }
  equal(coloured.get('lb1'), 'director')
  equal(coloured.get('rs1'), 'realServer')
})

test('a service says above it what it is, and what is wrong with it', async () => {
  const document = await open('shop.lvs.yaml')
  const titles = async () =>
    (await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri)).map(
      ({ command }) => command?.title ?? '',
    )
  const before = await titles()
  ok(/^dr · \d+ real servers$/.test(before[0] ?? ''), before.join(' | '))
  ok(before.includes('Trace') && before.includes('Deploy'), before.join(' | '))
  await replace(document, 'director: lb1', 'director: lb7')
  const after = await titles()
  ok(/^dr · \d+ real servers · \d+ problems?$/.test(after[0] ?? ''), after.join(' | '))
  ok(!after.includes('Deploy'), after.join(' | '))
  await replace(document, 'director: lb7', 'director: lb1')
})

test('formatting touches what it must and nothing else', async () => {
  const document = await open('shop.lvs.yaml')
  const format = () =>
    commands.executeCommand<TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, {
      tabSize: 2,
      insertSpaces: true,
    })
  deepEqual((await format()) ?? [], [])
  await replace(document, 'director: lb1', 'director:    lb1   ')
  const edits = (await format()) ?? []
  ok(edits.length >= 1 && edits.length <= 2, `${edits.length} edits`)
  await replace(document, 'director:    lb1   ', 'director: lb1')
})

test('all findings of one kind are mended together', async () => {
  const document = await open('wrong.lvs.yaml')
  const count = await eventually('several findings of one kind', () => {
    const found = codes(document).filter((code) => code === 'DR-PORT').length
    return found > 1 ? found : undefined
  })
  const finding = languages
    .getDiagnostics(document.uri)
    .find(({ code }) => typeof code === 'object' && code.value === 'DR-PORT')
  ok(finding)
  const actions = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
    undefined,
    20,
  )
  const all = actions.find(({ title }) => title === `Fix all ${count} DR-PORT in this file`)
  ok(all?.edit, `no such action with edits among: ${actions.map(({ title }) => title).join(' | ')}`)
  ok(await workspace.applyEdit(all.edit))
  await eventually('all are gone', () => (codes(document).includes('DR-PORT') ? undefined : true))
})

test('a comment that ignores nothing is taken out', async () => {
  const document = await open('shop.lvs.yaml')
  const before = document.getText()
  await replace(document, '    port: 80\n', '    port: 80 # lvs-ignore DR-PORT: meant so\n')
  const finding = await eventually('it is said', () =>
    languages
      .getDiagnostics(document.uri)
      .find(({ code }) => typeof code === 'object' && code.value === 'IGNORE-UNUSED'),
  )
  equal(document.getText(finding.range), 'DR-PORT')
  const actions = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
  )
  const mending = actions.find(({ title }) => title === 'Take the comment out')
  ok(mending?.edit, actions.map(({ title }) => title).join(' | '))
  equal(mending.isPreferred, true)
  ok(await workspace.applyEdit(mending.edit))
  equal(document.getText(), before)
  await eventually('it is gone', () => (codes(document).includes('IGNORE-UNUSED') ? undefined : true))
})

test('what is meant to be so is ignored with a reason, in the text or for a folder', async () => {
  const document = await open('meant.lvs.yaml')
  const count = () => codes(document).filter((code) => code === 'DR-PORT').length
  await eventually('two findings', () => count() === 2 || undefined)
  const [finding] = languages.getDiagnostics(document.uri)
  ok(finding)
  const actions = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
  )
  const ignoring = actions.find(({ title }) => title === 'Ignore DR-PORT here, with a reason')
  ok(ignoring?.edit, actions.map(({ title }) => title).join(' | '))
  ok(await workspace.applyEdit(ignoring.edit))
  await eventually('a reason is asked for', () => codes(document).includes('IGNORE-REASON') || undefined)
  equal(count(), 2)
  await replace(document, '# lvs-ignore DR-PORT: …', '# lvs-ignore DR-PORT: redirected by nft')
  await eventually('one is ignored', () => count() === 1 || undefined)
  const settings = Uri.joinPath(document.uri, '..', '.lvs-designer.yaml')
  await workspace.fs.writeFile(settings, new TextEncoder().encode('severity: { DR-PORT: off }\n'))
  await workspace.saveAll()
  await eventually('none is left', () => count() === 0 || undefined)
  await workspace.fs.delete(settings)
  await eventually('one is back', () => count() === 1 || undefined)
})

test('what cannot be used of settings is said where it stands, open or not, until it is mended', async () => {
  const topology = await open('meant.lvs.yaml')
  const settings = Uri.joinPath(topology.uri, '..', '.lvs-designer.yaml')
  const save = async (text: string) => {
    await workspace.fs.writeFile(settings, new TextEncoder().encode(text))
    await workspace.saveAll()
  }
  const said = () =>
    languages.getDiagnostics(settings).map(({ message, range: { start, end }, severity }) => ({
      message,
      severity,
      at: [start.line, start.character, end.line, end.character],
    }))
  await save('severity:\n  DR-PROT: off\n')
  await eventually('the fault is said', () => said().length === 1 || undefined)
  const fault = {
    message: 'there is no rule DR-PROT whose severity can be set; did you mean DR-PORT?',
    severity: DiagnosticSeverity.Error,
    at: [1, 2, 1, 9],
  }
  deepEqual(said(), [fault])
  const document = await workspace.openTextDocument(settings)
  await window.showTextDocument(document)
  await replace(document, 'DR-PROT: off', 'DR-PORT: fatal')
  await eventually(
    'another fault is said while it is typed',
    () => said().some(({ message }) => message.includes('"fatal"')) || undefined,
  )
  equal(said().length, 1)
  await replace(document, 'fatal', 'hint')
  await eventually('nothing is said of what is mended', () => said().length === 0 || undefined)
  await document.save()
  await eventually(
    'findings are judged by it',
    () =>
      languages.getDiagnostics(topology.uri).some(({ severity }) => severity === DiagnosticSeverity.Hint) ||
      undefined,
  )
  await commands.executeCommand('workbench.action.closeActiveEditor')
  await save('severity: []\n')
  await eventually('a fault from outside is said', () => said().length === 1 || undefined)
  await workspace.fs.delete(settings)
  await eventually('what is gone has no faults', () => said().length === 0 || undefined)
})
