import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'
import { serveWebExtension } from './web-extension.js'

let code: VsCode
let fetched: () => readonly string[]
beforeAll(async () => {
  code = await openVsCode({
    version: '1.139',
    extension: 'none',
    files: {
      'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' },
    },
    prepare: async (page) => {
      fetched = await serveWebExtension(page)
    },
  })
  await code.ready('LVS: New Topology…')
})
afterAll(() => code.close())

it('draws a topology in the extension host of a browser', async () => {
  await code.openFile('shop.lvs.yaml')
  await code.designer().locator('[data-arranging="false"]').waitFor()
  await code.designer().locator('.react-flow__node[data-id="host:rs1"]').waitFor()
  expect(fetched()).toEqual(expect.arrayContaining(['dist/web/extension.js', 'dist/web/reader.js']))
  expect(fetched()).not.toContain('dist/extension.js')
  await code.screenshot('web-designer')
})

it('checks, walks and exports', async () => {
  await code.command('LVS: Check')
  await code.notification('nothing to mend in 5 hosts and 2 services').waitFor()
  await code.dismissNotifications()
  await code.command('LVS: Export Drawing…')
  await code.pick('SVG, light')
  const input = code.page.locator('.quick-input-widget input[type="text"]')
  await expect.poll(() => input.inputValue()).toContain('shop.svg')
  await code.answerInput(join(code.folder, 'shop.svg'))
  await code.notification('the drawing is in').waitFor()
  expect(await code.fileText('shop.svg')).toContain('</svg>')
  await code.dismissNotifications()
  await code.command('LVS: Trace a Request…')
  await code.pick('web')
  await expect.poll(() => code.designer().locator('.walk').first().textContent()).toContain('SERVED')
})

it('says of what needs SSH that a browser cannot do it', async () => {
  await code.command('LVS: Deploy…')
  await code.notification('over SSH, which VS Code in a browser cannot do').waitFor()
  await code.screenshot('web-deploy')
})

it('has nothing to complain about', () => {
  expect(code.faults()).toEqual([])
})
