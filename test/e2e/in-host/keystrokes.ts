import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Range, Uri, commands, languages, window, workspace } from 'vscode'
import type { TextEditor } from 'vscode'
import { eventually, test } from './cases.js'

/*
 * No test: what `npm run bench` measures in a real extension host. Each case gives lists of milliseconds by name.
 */

/** Both files in turn, so that what else the machine does hits both. */
const ROUNDS = 2
const KEYS = 6
/** So long after a key the host is watched: everything that follows from it has happened by then. */
const WATCHED_MS = 3_500
/** A person who types without looking up. */
const BURSTS = 2
const KEYS_IN_BURST = 12
const BETWEEN_KEYS_MS = 150

async function open(name: string): Promise<TextEditor> {
  const [folder] = workspace.workspaceFolders ?? []
  ok(folder, 'no folder is open')
  const uri = Uri.joinPath(folder.uri, name)
  await commands.executeCommand('vscode.openWith', uri, 'default')
  const editor = await eventually('a text editor is open', () =>
    window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString()),
  )
  await sleep(3_000)
  return editor
}

/** Milliseconds of processor this thread has used, whatever else the machine is doing; elsewhere those it was busy. */
function used(): number {
  return process.platform === 'linux'
    ? Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
    : performance.eventLoopUtilization().active
}

/** Types one letter into the scheduler, or takes it back. */
async function key(editor: TextEditor, typed: boolean): Promise<void> {
  const { document } = editor
  const at = document.positionAt(document.getText().indexOf('scheduler: wl') + 'scheduler: wl'.length)
  await editor.edit((edit) => {
    if (typed) edit.insert(at, 'x')
    else edit.delete(new Range(at, at.translate(0, 1)))
  })
}

/**
 * One key at a time, each with all that follows from it. What was waited for has 50 ms in it for which VS Code gathers
 * changes before it tells extensions of them; what a person sees changes sooner.
 */
async function singleKeys(
  editor: TextEditor,
): Promise<{ readonly busy: readonly number[]; readonly waited: readonly number[] }> {
  const { uri } = editor.document
  const busy: number[] = []
  const waited: number[] = []
  for (let count = -2; count < KEYS; count += 1) {
    const typed = count % 2 === 0
    const before = used()
    let edited = 0
    const seen: number[] = []
    const listening = languages.onDidChangeDiagnostics(() => {
      const found = languages.getDiagnostics(uri).some(({ message }) => message.includes('wlxc'))
      if (found === typed) seen.push(performance.now() - edited)
    })
    await key(editor, typed)
    edited = performance.now()
    await sleep(WATCHED_MS)
    listening.dispose()
    if (count < 0) continue
    busy.push(used() - before)
    waited.push(...seen.slice(0, 1))
  }
  return { busy, waited }
}

/** Many keys in a row; what they cost and what follows, for each of them. */
async function typing(editor: TextEditor): Promise<readonly number[]> {
  const busy: number[] = []
  for (let burst = -1; burst < BURSTS; burst += 1) {
    const before = used()
    for (let count = 0; count < KEYS_IN_BURST; count += 1) {
      await key(editor, count % 2 === 0)
      await sleep(BETWEEN_KEYS_MS)
    }
    await sleep(WATCHED_MS)
    if (burst >= 0) busy.push((used() - before) / KEYS_IN_BURST)
  }
  return busy
}

test('keystrokes', async () => {
  const busy = { plain: [] as number[], ours: [] as number[] }
  const typed = { plain: [] as number[], ours: [] as number[] }
  const findings: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [whose, name] of [
      ['plain', 'peer.yaml'],
      ['ours', 'bench.lvs.yaml'],
    ] as const) {
      const editor = await open(name)
      const single = await singleKeys(editor)
      busy[whose].push(...single.busy)
      if (whose === 'ours') findings.push(...single.waited)
      typed[whose].push(...(await typing(editor)))
    }
  }
  ok(findings.length === ROUNDS * KEYS, `only ${findings.length} of ${ROUNDS * KEYS} keys led to findings`)
  return {
    'a keystroke without us': busy.plain,
    'a keystroke in a topology': busy.ours,
    'one of many keystrokes without us': typed.plain,
    'one of many keystrokes in a topology': typed.ours,
    'key → findings': findings,
  }
})
