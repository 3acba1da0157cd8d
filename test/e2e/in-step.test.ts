import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseTopology } from '../../src/core/topology/parse.js'
import { randomOf } from '../differential/random.js'
import { pointAt, pointAway } from './text-editor.js'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'
import { attributesOf } from './workbench.js'

/** What VS Code itself has a part in: undo, dirty marks, diffs, read-only views, problems, fixes and hovers in the text. */
describe('canvas and text in a real VS Code', () => {
  let code: VsCode
  let nat = ''
  beforeAll(async () => {
    nat = await readFile('samples/nat.lvs.yaml', 'utf8')
    code = await openVsCode({
      theme: 'dark',
      files: { 'shop.lvs.yaml': nat },
    })
    await code.openFile('shop.lvs.yaml')
    await settled()
    await code.command('LVS: Open Text to the Side')
  })
  afterAll(() => code.close())
  const node = (id: string) => code.designer().locator(`.react-flow__node[data-id="${id}"]`)
  const settled = async () => {
    // At first in a VS Code that is only just up.
    await code.designer().locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
    await code.page.waitForTimeout(500)
  }

  describe('of one topology', () => {
    // Whatever a case before has left: its failure is its own.
    beforeEach(async () => {
      await code.page.keyboard.press('Escape')
      if ((await code.editorText('shop.lvs.yaml')) !== nat) await code.replaceEditorText('shop.lvs.yaml', nat)
      if (!(await code.isDirty('shop.lvs.yaml'))) return
      await code.command('File: Save')
      await expect.poll(() => code.isDirty('shop.lvs.yaml')).toBe(false)
    })

    it('what is typed is drawn; what cannot be read leaves the last drawing under a banner', async () => {
      await code.replaceEditorText('shop.lvs.yaml', nat.replaceAll('alice', 'bob'))
      await expect.poll(() => node('host:bob').count()).toBe(1)
      await code.replaceEditorText('shop.lvs.yaml', nat.replace('hosts:', 'hosts: ]'))
      await expect.poll(() => code.designer().locator('.banner').textContent()).toContain('cannot be read')
      expect(await node('host:bob').count()).toBe(1)
      await code.screenshot('unreadable')
      await code.replaceEditorText('shop.lvs.yaml', nat)
      await expect.poll(() => code.designer().locator('.banner').count()).toBe(0)
      await expect.poll(() => node('host:alice').count()).toBe(1)
    })

    it('a click on the canvas shows the place in the text, a click in the text selects on the canvas', async () => {
      await settled()
      await node('host:rs2').click()
      const line = code.page.locator('.monaco-editor .line-numbers.active-line-number')
      const lines = nat.split('\n')
      await expect.poll(() => line.textContent()).toBe(String(lines.indexOf('  rs2:') + 1))
      // The text has the focus and the caret goes up to another host, as by a person's hand.
      await code.page.locator('.monaco-editor .view-lines').click()
      await code.page.keyboard.press('Control+Home')
      const down = lines.indexOf('  lb1:') + 1
      for (let line = 0; line < down; line++) await code.page.keyboard.press('ArrowDown')
      await expect.poll(() => code.designer().locator('.panel-rename input').inputValue()).toBe('lb1')
      // And the caret stays where the person has put it.
      await code.page.waitForTimeout(500)
      expect(await line.textContent()).toBe(String(down + 1))
    })

    it('Ctrl+Z in a field of the panel is one step of VS Code’s undo', async () => {
      await node('service:web').click()
      const port = code.designer().locator('.property', { hasText: /^port/ }).locator('input').first()
      await port.fill('81')
      await port.press('Enter')
      await expect.poll(() => code.editorText('shop.lvs.yaml')).toContain('    port: 81\n')
      await node('service:web').click()
      await port.click()
      await port.press('Control+Z')
      // While it has the focus: to read the text takes that away.
      await expect.poll(() => port.inputValue()).toBe('80')
      expect(await port.and(code.designer().locator(':focus')).count()).toBe(1)
      await expect.poll(() => code.editorText('shop.lvs.yaml')).toBe(nat)
    })

    it('a finding is at its exact place in the text, with its reason and its fix', async () => {
      await code.replaceEditorText('shop.lvs.yaml', nat.replace('scheduler: rr', 'scheduler: wrrr'))
      const squiggle = code.page.locator('.monaco-editor .squiggly-error')
      await expect.poll(() => squiggle.count()).toBeGreaterThan(0)
      await expect
        .poll(() => pointAt(code.page, squiggle.first()), { timeout: 60_000 })
        .toContain('SCHED-UNKNOWN')
      await code.screenshot('hover')
      await pointAway(code.page)
      await code.page.locator('.monaco-editor .view-line').getByText('wrrr', { exact: true }).click()
      const fixes = code.page.locator('.action-widget')
      const offered = async () => {
        if ((await fixes.count()) === 0) await code.page.keyboard.press('Control+.')
        return (await fixes.allTextContents()).join('\n')
      }
      await expect.poll(offered, { interval: 1000 }).toContain('Change to wrr')
      // The likeliest comes first.
      await code.page.keyboard.press('Enter')
      await expect
        .poll(() => code.editorText('shop.lvs.yaml'))
        .toBe(nat.replace('scheduler: rr', 'scheduler: wrr'))
      await expect.poll(() => squiggle.count()).toBe(0)
    })

    it('a change from outside is drawn', async () => {
      // Written anew with each look: a watcher that is still starting misses what was written before.
      const written = async (text: string, id: string) => {
        await code.writeFile('shop.lvs.yaml', text)
        return node(id).count()
      }
      const green = nat.replaceAll('rs1:', 'green:')
      await expect.poll(() => written(green, 'host:green'), { interval: 1000 }).toBe(1)
      await expect.poll(() => written(nat, 'host:rs1'), { interval: 1000 }).toBe(1)
    })

    it('a canvas that is split is two of the same drawing', async () => {
      await settled()
      // The focus of an element in a page makes no group the active one, which is what is split.
      await code.command('View: Focus First Editor Group')
      await code.command('View: Split Editor Down')
      const both = async (id: string) => [
        await code.designer(0).locator(`.react-flow__node[data-id="${id}"]`).count(),
        await code.designer(1).locator(`.react-flow__node[data-id="${id}"]`).count(),
      ]
      await expect.poll(() => both('host:rs2')).toEqual([1, 1])
      await code.designer(1).locator('.palette-item[data-item="client"]').press('Enter')
      await expect.poll(() => both('host:client1')).toEqual([1, 1])
      // One text, and so one undo.
      await code.designer(1).locator('.canvas').focus()
      await code.page.keyboard.press('Control+z')
      await expect.poll(() => both('host:client1')).toEqual([0, 0])
      await code.screenshot('split')
      await code.command('View: Close Editor')
      await code.page.locator('iframe.webview.ready').nth(1).waitFor({ state: 'detached' })
    })

    // 400 of them, as for a change of how canvas and text keep in step, are some minutes: LVS_EDITS=400.
    const edits = Number(process.env['LVS_EDITS'] ?? 24)
    it(
      `${edits} changes of canvas and text at once leave both with the same`,
      { timeout: 60_000 + edits * 5_000 },
      async () => {
        await settled()
        const random = randomOf(edits)
        const canvas = code.designer().locator('.canvas')
        const press = async (key: string) => {
          await canvas.focus()
          await code.page.keyboard.press(key)
        }
        const add = () => code.designer().locator('.palette-item[data-item="real-server"]').press('Enter')
        const retype = async (change: (text: string) => string) => {
          await code.replaceEditorText('shop.lvs.yaml', change(await code.editorText('shop.lvs.yaml')))
        }
        // None waits for what the one before has come to.
        const doings: readonly (() => Promise<void>)[] = [
          add,
          () => press('Control+d'),
          () => press('Alt+Shift+ArrowDown'),
          () => press('ArrowDown'),
          () => press('Delete'),
          () => press('Control+z'),
          () => press('Control+y'),
          () => retype((text) => `${text}# a line more\n`),
          () => retype((text) => text.replace(/weight: \d+|port: 8080/, 'weight: 3')),
          // Half of a change: the text cannot be read, and then can again.
          async () => {
            await retype((text) => text.replace('hosts:', 'hosts: ]'))
            await retype((text) => text.replace('hosts: ]', 'hosts:'))
          },
        ]
        const drawn = code.designer().locator('.react-flow__node[data-id^="host:"]')
        for (let turn = 0; turn < edits; turn += 1) {
          // Of more than these not all would be on the canvas at once.
          if ((await drawn.count()) > 20) await code.replaceEditorText('shop.lvs.yaml', nat)
          await random.pick(doings)()
        }
        // Undo goes back into half a change too, and one more may have been begun in it.
        await retype((text) => text.replace(/hosts:(?: \])+/, 'hosts:'))
        const labelled = async () => {
          const labels = code
            .designer()
            .locator('.react-flow__node:not(.react-flow__node-farm) [role="group"][aria-label]')
          return [...(await attributesOf(labels, 'aria-label'))].sort()
        }
        const meant = async () => {
          const { topology, problems } = parseTopology(await code.editorText('shop.lvs.yaml'))
          expect(problems).toEqual([])
          return [
            ...[...topology.hosts].map(([name, { interfaces }]) =>
              [name, ...[...interfaces.values()].flatMap(({ addresses }) => addresses)].join(', '),
            ),
            ...topology.networks.keys(),
            ...topology.services.keys(),
          ]
        }
        // What a thing is called begins with what it is; what it has follows.
        const inStep = async () => {
          const [shown, text] = [await labelled(), await meant()]
          const missing = text.filter((each) => !shown.some((label) => ` ${label},`.includes(` ${each},`)))
          return { count: shown.length - text.length, missing }
        }
        await expect.poll(inStep).toEqual({ count: 0, missing: [] })
        expect(await code.designer().locator('.banner').count()).toBe(0)
        expect(code.faults()).toEqual([])
      },
    )
  })

  it('a new topology is opened in the designer, checks clean, and nothing is written before it is saved', async () => {
    await code.command('LVS: New Topology…')
    await code.pick('DR')
    await code.tab('shop-dr.lvs.yaml').waitFor()
    const canvas = code.designer(1)
    await canvas.locator('.react-flow__node[data-id="host:edge"]').waitFor()
    await expect.poll(() => canvas.locator('.all-well').count()).toBe(1)
    await expect(code.fileText('shop-dr.lvs.yaml')).rejects.toThrow()
    await code.command('File: Save')
    await expect
      .poll(() => code.fileText('shop-dr.lvs.yaml').catch(() => ''))
      .toBe(await readFile('samples/dr.lvs.yaml', 'utf8'))
  })

  it('has nothing to complain about', () => {
    expect(code.faults()).toEqual([])
  })
})

describe('a workspace nobody trusts', () => {
  let code: VsCode
  beforeAll(async () => {
    code = await openVsCode({
      files: { 'shop.lvs.yaml': { copy: 'samples/nat.lvs.yaml' } },
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.emptyWindow': false,
      },
    })
  })
  afterAll(() => code.close())

  /** Of more than three within 0.8 s VS Code shows the last in its centre alone (notificationsToasts.ts, SPAM_PROTECTION). */
  const refused = async (ask: () => Promise<void>) => {
    await ask()
    await code.command('Notifications: Show Notifications')
    await code.page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: 'needs a trusted workspace' })
      .waitFor()
  }

  it('is drawn and checked, and no host is reached from it, however a command is called', async () => {
    await code.openFile('shop.lvs.yaml')
    await code.designer().locator('[data-arranging="false"]').waitFor()
    const reaching = [
      'Plan',
      'Deploy…',
      'Verify',
      'Remove from Hosts…',
      'Import from Running Hosts…',
      'Open Terminal on Host…',
      'Start Lab',
      'Stop Lab',
    ]
    for (const title of reaching) {
      await refused(() => code.command(`LVS: ${title}`))
      await code.dismissNotifications()
    }
    // From the canvas as well.
    await refused(() => code.designer().getByText('Deploy…').click())
    await code.screenshot('untrusted')
    const log = await code.log()
    expect(log.match(/refused, the workspace is not trusted/g)).toHaveLength(reaching.length + 1)
    expect(log).not.toContain('engine')
  })
})
