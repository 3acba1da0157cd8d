import { equal, ok } from 'node:assert/strict'
import { commands, TabInputTextDiff, Uri, window, workspace } from 'vscode'
import { eventually, test } from './cases.js'

/** As version control shows a change: what was there, beside what is there. A canvas of each would hide it. */
function shown(): string | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input
  if (input === undefined || input === null) return undefined
  return input instanceof TabInputTextDiff ? 'text' : input.constructor.name
}

function file(name: string): Uri {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  return Uri.joinPath(folder.uri, name)
}

for (const scheme of ['git', 'gitlens', 'review']) {
  test(`a difference of ${scheme}: and the file is shown as text`, async () => {
    await commands.executeCommand('workbench.action.closeAllEditors')
    const now = file('shop.lvs.yaml')
    const before = now.with({ scheme, query: 'HEAD' })
    if (scheme !== 'git') {
      workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: () => 'lvs: 1\n' })
    }
    await commands.executeCommand('vscode.diff', before, now, 'a change')
    equal(await eventually('a difference is open', shown), 'text')
  })
}
