import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VSCODE_VERSIONS } from '../../scripts/vscode.mjs'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

/** The ground the other tests stand on, without the extension: when this is red, the others prove nothing. */
describe.each(VSCODE_VERSIONS)('VS Code %s without the extension', (version) => {
  let code: VsCode
  beforeAll(async () => {
    code = await openVsCode({ version, extension: 'none', files: { 'note.txt': 'one\ntwo\n' } })
  })
  afterAll(() => code.close())

  it('opens a file, edits it as a person would, undoes and saves', async () => {
    await code.openFile('note.txt')
    expect(await code.editorText('note.txt')).toBe('one\ntwo\n')
    const long = Array.from({ length: 300 }, (_, line) => `  line ${line}: { a: [1] }`).join('\n')
    await code.replaceEditorText('note.txt', long)
    expect(await code.editorText('note.txt')).toBe(long)
    await expect.poll(() => code.isDirty('note.txt')).toBe(true)
    await code.page.keyboard.press('Control+Z')
    expect(await code.editorText('note.txt')).toBe('one\ntwo\n')
    await code.replaceEditorText('note.txt', 'three\n')
    await code.command('File: Save')
    await expect.poll(() => code.fileText('note.txt')).toBe('three\n')
    await expect.poll(() => code.isDirty('note.txt')).toBe(false)
  })

  it('shows a change from outside', async () => {
    // Written anew with each look: a watcher that is still starting misses what was written before.
    const written = async () => {
      await code.writeFile('note.txt', 'outside\n')
      return code.editorText('note.txt')
    }
    await expect.poll(written, { interval: 1000 }).toBe('outside\n')
  })

  it('shows dialogs and takes an answer', async () => {
    await code.replaceEditorText('note.txt', 'unsaved\n')
    await code.command('View: Close Editor')
    const { text, buttons } = await code.dialog()
    expect(text).toContain('note.txt')
    expect(buttons).toContain("Don't Save")
    await code.pressInDialog("Don't Save")
    await expect.poll(() => code.tab('note.txt').count()).toBe(0)
  })

  it.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)(
    'has a %s theme',
    async (theme) => {
      await code.theme(theme)
      await code.screenshot(`vscode-${version}-${theme}`)
    },
  )

  it('has nothing of ours to complain about', async () => {
    expect(code.faults()).toEqual([])
    expect(await code.log()).toBe('')
  })
})
