import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openVsCode, packagedExtension } from './vscode-kit.js'
import type { ExtensionUnderTest, VsCode } from './vscode-kit.js'

/** In the oldest VS Code as it is developed, and in a current one as users get it. */
describe.each<[string, string, () => ExtensionUnderTest]>([
  ['as it is developed', '1.100', () => 'development'],
  ['as it is packaged', '1.139', packagedExtension],
])('the extension %s in VS Code %s', (_, version, extension) => {
  let code: VsCode
  beforeAll(async () => {
    code = await openVsCode({
      version,
      extension: extension(),
      theme: 'dark',
      files: { 'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' } },
    })
  })
  afterAll(() => code.close())

  it('opens a topology in the designer and changes nothing', async () => {
    await code.openFile('shop.lvs.yaml')
    await code.designer().getByText('rs1').first().waitFor()
    expect(await code.isDirty('shop.lvs.yaml')).toBe(false)
    await code.screenshot(`designer-${version}`)
  })

  it('opens the text beside it, from the canvas by the command palette', async () => {
    await code.designer().locator('body').press('F1')
    await code.page.locator('.quick-input-widget input[type="text"]').waitFor()
    await code.page.keyboard.press('Escape')
    await code.command('LVS: Open Text to the Side')
    const text = await code.fileText('shop.lvs.yaml')
    await expect.poll(() => code.editorText('shop.lvs.yaml')).toBe(text)
    await code.screenshot(`designer-and-text-${version}`)
  })

  it('makes one edit of one gesture, and VS Code’s undo takes it back', async () => {
    const text = await code.fileText('shop.lvs.yaml')
    const canvas = code.designer()
    await canvas.locator('[data-arranging="false"]').waitFor()
    await canvas.locator('.palette-item[data-item="client"]').click()
    await canvas.locator('.react-flow__node[data-id="host:client1"]').waitFor()
    await expect.poll(() => code.editorText('shop.lvs.yaml')).toContain('  client1:\n    role: client\n')
    expect(await code.isDirty('shop.lvs.yaml')).toBe(true)
    // As a person does: a click on the canvas, and VS Code has moved its focus there before the key comes.
    await canvas.locator('.canvas').click({ position: { x: 12, y: 12 } })
    await code.page.waitForTimeout(1000)
    await canvas.locator('.canvas').press('Control+Z')
    await expect.poll(() => code.editorText('shop.lvs.yaml')).toBe(text)
    await expect.poll(() => code.isDirty('shop.lvs.yaml')).toBe(false)
  })

  it('has nothing to complain about', async () => {
    expect(code.faults()).toEqual([])
    expect(await code.log()).not.toMatch(/\[error\]/)
  })
})
