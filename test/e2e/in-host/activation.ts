import { deepEqual, equal, ok } from 'node:assert/strict'
import { commands, extensions, TabInputCustom, Uri, window, workspace } from 'vscode'
import { eventually, test } from './cases.js'

const ID = 'lvs-designer.lvs-designer'

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] }
}

function extension() {
  const found = extensions.getExtension(ID)
  ok(found, `the extension ${ID} is not there`)
  return found
}

function file(name: string): Uri {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  return Uri.joinPath(folder.uri, name)
}

test('it sleeps until something needs it', async () => {
  equal(extension().isActive, false)
  await window.showTextDocument(file('note.txt'))
  equal(extension().isActive, false)
})

test('a topology opens in the designer and wakes it', async () => {
  await commands.executeCommand('vscode.open', file('shop.lvs.yaml'))
  await eventually('the extension is active', () => extension().isActive || undefined)
  const input = await eventually('a custom editor is open', () => {
    const tab = window.tabGroups.activeTabGroup.activeTab
    return tab?.input instanceof TabInputCustom ? tab.input : undefined
  })
  equal(input.viewType, 'lvsDesigner.topology')
  equal(
    workspace.textDocuments.find(({ uri }) => uri.path.endsWith('shop.lvs.yaml'))?.languageId,
    'lvs-topology',
  )
})

test('every command it offers is there', async () => {
  await extension().activate()
  const there = new Set(await commands.getCommands(true))
  const { contributes } = extension().packageJSON as Manifest
  deepEqual(
    contributes.commands.map(({ command }) => command).filter((command) => !there.has(command)),
    [],
  )
})

test('opening changed nothing', async () => {
  const uri = file('shop.lvs.yaml')
  const document = await workspace.openTextDocument(uri)
  equal(document.isDirty, false)
  equal(document.getText(), new TextDecoder().decode(await workspace.fs.readFile(uri)))
})
