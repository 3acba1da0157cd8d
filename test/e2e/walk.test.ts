import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

/** The packet walk in a real VS Code: the reader's thread walks, keys reach the page, and the file stays as it is. */
describe('the packet walk', () => {
  let code: VsCode
  let tun = ''
  beforeAll(async () => {
    tun = await readFile('samples/tun.lvs.yaml', 'utf8')
    code = await openVsCode({ theme: 'dark', files: { 'shop.lvs.yaml': tun } })
    await code.openFile('shop.lvs.yaml')
    await code.designer().locator('[data-arranging="false"]').waitFor()
  })
  afterAll(() => code.close())
  const walk = (selector: string) => code.designer().locator(`.walk ${selector}`)
  const verdict = () => walk('.walk-verdict code').textContent()

  it('goes hop by hop with the keyboard', async () => {
    await code.designer().locator('.react-flow__node[data-id="service:web"]').click()
    await code.designer().locator('.panel-trace vscode-button').click()
    await expect.poll(verdict).toBe('SERVED')
    await code.page.keyboard.press('ArrowRight')
    await expect.poll(() => walk('.walk-progress').textContent()).toContain('Hop 2 of 7: lb1')
    await expect.poll(() => walk('.walk-headers').textContent()).toContain('Outer header')
    await code.page.keyboard.press('End')
    await expect.poll(() => walk('.walk-progress').textContent()).toContain('Hop 7 of 7: alice')
    await code.screenshot('walk')
  })

  it('of what is broken on purpose fails, leads to the text, and leaves the file alone', async () => {
    await walk('[role="tab"]').filter({ hasText: 'Break it' }).click()
    await walk('vscode-checkbox').filter({ hasText: 'Strict reverse-path filter' }).click()
    await expect.poll(verdict).toBe('RP_FILTER_DROP')
    await expect.poll(() => walk('.walk-what-if').count()).toBe(1)
    await code.screenshot('walk-broken')
    await walk('.walk-causes button').first().click()
    await expect.poll(() => code.editorText('shop.lvs.yaml')).toBe(tun)
    expect(await code.isDirty('shop.lvs.yaml')).toBe(false)
    await walk('.walk-what-if vscode-button').click()
    await expect.poll(verdict).toBe('SERVED')
  })

  it('is walked again when the text is changed, and shows that it is what the file says', async () => {
    const pinned = tun.replace(
      '  rs1:\n    role: real-server\n',
      '  rs1:\n    role: real-server\n    sysctls: { net.ipv4.conf.tunl0.rp_filter: 1 }\n',
    )
    expect(pinned).not.toBe(tun)
    await code.replaceEditorText('shop.lvs.yaml', pinned)
    await expect.poll(verdict).toBe('RP_FILTER_DROP')
    expect(await walk('.walk-what-if').count()).toBe(0)
    await code.replaceEditorText('shop.lvs.yaml', tun)
    await expect.poll(verdict).toBe('SERVED')
  })

  it('is opened by its command from the text, though the canvas is in the background', async () => {
    await code.command('File: Save')
    // Closed while it is being saved, VS Code asks what to do with the changes.
    await expect.poll(() => code.isDirty('shop.lvs.yaml')).toBe(false)
    await code.command('View: Close All Editors')
    await code.openFile('shop.lvs.yaml')
    await code.designer().locator('[data-arranging="false"]').waitFor()
    // In the same group: the page of the canvas is gone, and comes back when it is shown.
    await code.command('LVS: Open as Text')
    await code.page.locator('.monaco-editor .view-line').first().waitFor()
    await code.command('LVS: Trace a Request…')
    await code.pick('web6')
    await expect.poll(verdict).toBe('SERVED')
    await expect.poll(() => walk('.walk-headers').textContent()).toContain('IPv6')
    await code.designer().locator('[data-arranging="false"]').waitFor()
    for (const theme of ['light', 'high-contrast'] as const) {
      await code.theme(theme)
      await code.screenshot(`walk-${theme}`)
    }
  })

  it('has nothing to complain about, and Escape closes it', async () => {
    await walk('.walk-side').focus()
    await code.page.keyboard.press('Escape')
    await expect.poll(() => code.designer().locator('.walk').count()).toBe(0)
    expect(code.faults()).toEqual([])
  })

  it('of each method is counted in a document beside the canvas, by Compare Modes', async () => {
    await code.command('LVS: Compare Modes…')
    await code.pick('web')
    // Where VS Code puts the page of the document, and when it draws it anew, is its own affair.
    const columns = async () => {
      for (const frame of code.page.frames()) {
        const titles = await frame.locator('h1').allTextContents()
        if (titles.includes('NAT, TUN and DR for "web"')) return frame.locator('th').allTextContents()
      }
      return undefined
    }
    await expect.poll(columns).toEqual(['', 'NAT', 'TUN (drawn)', 'DR'])
    await code.screenshot('modes')
    expect(code.faults()).toEqual([])
  })
})
