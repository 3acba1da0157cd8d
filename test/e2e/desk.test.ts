import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPng } from './png-pixels.js'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

/** What stands around the canvas and the text: export, the tree of clusters, the status bar, the first steps. */
const WRONG = `lvs: 1
name: second
networks:
  farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.11 } } }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, scheduler: rr, real-servers: { rs1: { port: 8080 } } }
`

let code: VsCode
beforeAll(async () => {
  code = await openVsCode({
    theme: 'dark',
    files: {
      'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' },
      'note.txt': 'nothing of ours\n',
    },
  })
})
afterAll(() => code.close())

/** As a person does it, up to the file that is there. */
async function exportAs(kind: string, name: string): Promise<Buffer> {
  await code.command('LVS: Export Drawing…')
  await code.pick(kind)
  await nameFile(name)
  await code.notification(`the drawing is in ${join(code.folder, name)}`).waitFor()
  await code.dismissNotifications()
  return readFile(join(code.folder, name))
}

/** In VS Code's own dialog, once it is there: it comes in the place of the list before it, and offers a name. */
async function nameFile(name: string): Promise<void> {
  const input = code.page.locator('.quick-input-widget input[type="text"]')
  await expect
    .poll(() => input.inputValue())
    .toMatch(new RegExp(`^${code.folder}/.*\\.${name.replace(/.*\./, '')}$`))
  await code.answerInput(join(code.folder, name))
}

describe('Export Drawing', () => {
  it('opens the designer where none is open, and draws what is in it', async () => {
    await code.openFile('shop.lvs.yaml')
    // The first thing in a VS Code that is only just up.
    await code.designer().locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
    await code.command('LVS: Open as Text')
    await code.page.locator('.monaco-editor .view-line').first().waitFor()
    const svg = (await exportAs('SVG', 'auto.svg')).toString()
    expect(svg).toMatch(/^<\?xml[^>]*\?>\n<svg [\s\S]*<\/svg>\n$/)
    expect(svg).toContain('prefers-color-scheme')
    for (const name of ['alice', 'edge', 'lb1', 'rs1', 'rs2', '192.0.2.100']) expect(svg).toContain(name)
  })

  it('SVG, always light or always dark', async () => {
    const light = (await exportAs('SVG, light', 'light.svg')).toString()
    const dark = (await exportAs('SVG, dark', 'dark.svg')).toString()
    for (const svg of [light, dark]) expect(svg).not.toContain('prefers-color-scheme')
    expect(light).not.toBe(dark)
  })

  it('PNG in the size of the drawing and in twice of it, with something on it', async () => {
    const svg = / width="(\d+)" height="(\d+)"/.exec(await code.fileText('light.svg'))
    const [width, height] = [Number(svg?.[1]), Number(svg?.[2])]
    expect(width).toBeGreaterThan(300)
    const once = readPng(await exportAs('PNG, light', 'once.png'))
    expect(once).toMatchObject({ width, height })
    const twice = readPng(await exportAs('PNG, dark, twice the size', 'twice.png'))
    expect(twice).toMatchObject({ width: 2 * width, height: 2 * height })
    for (const { different } of [once, twice]) expect(different).toBeGreaterThan(50)
  })

  it('Markdown with its drawing beside it, which is not replaced without a question', async () => {
    const page = (await exportAs('Markdown', 'shop.md')).toString()
    expect(page).toContain('![Drawing of shop-dr](<shop.svg>)')
    expect(page).toContain('## What the rules say')
    expect(await code.fileText('shop.svg')).toContain('</svg>')
    await code.writeFile('other.svg', 'mine')
    await code.command('LVS: Export Drawing…')
    await code.pick('Markdown')
    await nameFile('other.md')
    expect((await code.dialog()).text).toContain('other.svg')
    await code.pressInDialog('Cancel')
    expect(await code.fileText('other.svg')).toBe('mine')
  })
})

describe('the tree of clusters', () => {
  const row = (label: string | RegExp) =>
    code.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row').filter({ hasText: label }).first()

  it('shows what is in every topology of the folder, with what is wrong', async () => {
    await code.writeFile('second.lvs.yaml', WRONG)
    await code.command('LVS Designer: Focus on Clusters View')
    await row('second.lvs.yaml').click()
    await code.designer().locator('[data-arranging="false"]').waitFor()
    // A click on an entry shows it, one on its arrow opens it.
    await row('second.lvs.yaml').locator('.monaco-tl-twistie').click()
    await row('web').locator('.monaco-tl-twistie').click()
    const spoken = await row('rs1').getAttribute('aria-label')
    expect(spoken).toMatch(/^Real server rs1, 192\.0\.2\.11:8080, weight 1, 1 error/)
    await code.screenshot('tree-dark')
    await code.theme('light')
    await code.screenshot('tree-light')
    await code.theme('dark')
  })

  it('selects on the canvas what is clicked', async () => {
    await row('rs1').click()
    const node = code.designer().locator('.react-flow__node[data-id="host:rs1"]')
    await expect.poll(() => node.getAttribute('class')).toContain('selected')
  })

  it('goes with the text as it changes', async () => {
    await code.writeFile('second.lvs.yaml', WRONG.replaceAll('rs1', 'rs9'))
    await row('rs9').waitFor()
  })
})

describe('the status bar', () => {
  const item = () => code.page.locator('[id="lvs-designer.lvs-designer.lvsDesigner.status"]')

  it('says what the cluster is and what is wrong with it, and leads to the problems', async () => {
    await expect.poll(() => item().textContent()).toMatch(/DR · 1 service\s+\d/)
    await item().click()
    await code.page.locator('.markers-panel').getByText('DR-PORT').first().waitFor()
  })

  it('is gone where no topology is', async () => {
    await code.openFile('note.txt')
    await item().waitFor({ state: 'hidden' })
  })
})

describe('the first steps', () => {
  it('a walkthrough, whose pictures are there', async () => {
    await code.command('LVS: Get Started')
    const page = code.page.locator('.gettingStartedContainer')
    await page.getByText('First Steps with LVS Designer').first().waitFor()
    for (const [step, theme] of [
      ['Draw a cluster', 'dark'],
      ['See what cannot work, and why', 'light'],
      ['Follow a packet', 'dark'],
      ['Rehearse on virtual hosts', 'dark'],
      ['Deploy', 'light'],
    ] as const) {
      await code.theme(theme)
      await page.locator('.getting-started-step').filter({ hasText: step }).first().click()
      // A picture, or a page of its own for what follows the theme.
      await code.page.waitForTimeout(1500)
      await code.screenshot(`walkthrough-${step.toLowerCase().replace(/\W+/g, '-')}`)
    }
  })

  it('the shortcuts, with their keys', async () => {
    await code.openFile('shop.lvs.yaml')
    await code.command('LVS: Keyboard Shortcuts')
    const rows = code.page.locator('.quick-input-widget .monaco-list-row')
    await rows.filter({ hasText: 'Zoom to Fit' }).getByText('Alt+Shift+0').waitFor()
    await code.screenshot('shortcuts')
    await code.page.keyboard.press('Escape')
  })

  it('a sample of a pair, which opens in the designer', async () => {
    await code.command('LVS: New Topology…')
    await code.pick('Active/Backup Pair')
    await code.designer().locator('.react-flow__node[data-id="host:lb2"]').waitFor()
  })
})

it('has nothing to complain about', async () => {
  expect(code.faults()).toEqual([])
  expect(await code.log()).not.toMatch(/\[error\]/)
})
