import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

let code: VsCode
beforeAll(async () => {
  code = await openVsCode({ beside: [resolve('test/e2e/read-only-files')] })
})
afterAll(() => code.close())

it('a document that cannot be written is a canvas that cannot be changed', async () => {
  await code.command('Read-Only: Open')
  const canvas = code.designer()
  await canvas.locator('.react-flow__node[data-id="host:lb1"]').click()
  await expect.poll(() => canvas.locator('.banner-quiet').textContent()).toContain('read-only')
  expect(await canvas.locator('.palette-item').first().isDisabled()).toBe(true)
  await canvas.locator('.canvas').press('Delete')
  expect(await canvas.locator('.react-flow__node[data-id="host:lb1"]').count()).toBe(1)
  expect(code.faults()).toEqual([])
})
