import { ok } from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Range, Uri, commands, languages, window, workspace } from 'vscode'
import type { TextEditor } from 'vscode'
import { eventually, test } from './cases.js'

/*
 * No test: what `npm run bench` measures in a real extension host. Each case gives lists of milliseconds by name.
 */

const KEYS = 24
/** So long after a key the host is watched: everything that follows from it has happened by then. */
const WATCHED_MS = 1_200

async function open(name: string): Promise<TextEditor> {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  const uri = Uri.joinPath(folder.uri, name)
  await commands.executeCommand('vscode.openWith', uri, 'default')
  return eventually('a text editor is open', () =>
    window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString()),
  )
}

/** Types and takes back one letter of the scheduler; the time the host was busy for it, beyond what it is by itself. */
async function keystrokes(
  editor: TextEditor,
  arrived: (changed: boolean) => boolean,
): Promise<{ readonly busy: number[]; readonly waited: number[] }> {
  const { document } = editor
  const at = document.positionAt(document.getText().indexOf('scheduler: wlc') + 'scheduler: wl'.length)
  const busy: number[] = []
  const waited: number[] = []
  for (let key = -4; key < KEYS; key += 1) {
    const typed = key % 2 === 0
    const before = performance.eventLoopUtilization()
    const begun = performance.now()
    await editor.edit((edit) => {
      if (typed) edit.insert(at, 'x')
      else edit.delete(new Range(at, at.translate(0, 1)))
    })
    const edited = performance.now()
    let seen: number | undefined
    while (performance.now() - begun < WATCHED_MS) {
      if (seen === undefined && arrived(typed)) seen = performance.now() - edited
      await sleep(10)
    }
    const { active } = performance.eventLoopUtilization(before)
    if (key < 0) continue
    busy.push(active)
    if (seen === undefined) throw new Error(`no findings within ${WATCHED_MS} ms of a key`)
    waited.push(seen)
  }
  return { busy, waited }
}

test('a keystroke in plain YAML', async () => {
  const { busy } = await keystrokes(await open('peer.yaml'), () => true)
  return { 'a keystroke without us': busy }
})

test('a keystroke in a topology', async () => {
  const editor = await open('bench.lvs.yaml')
  await sleep(3_000)
  const { busy, waited } = await keystrokes(editor, (typed) => {
    const found = languages.getDiagnostics(editor.document.uri)
    return found.some(({ message }) => message.includes('wlxc')) === typed
  })
  return { 'a keystroke in a topology, host busy': busy, 'key → findings': waited }
})
