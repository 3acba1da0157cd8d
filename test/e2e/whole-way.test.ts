import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FrameLocator, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labDown, labStatus } from '../../src/lab/index.js'
import { finish } from '../lab/lab-kit.js'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

const LAB = 'e2e-screen'

/** DR's drawing, with a service by NAT to another port: it can work, and in DR its ports could not. */
async function drawing(): Promise<string> {
  const text = await readFile('samples/dr.lvs.yaml', 'utf8')
  return text
    .replace('name: shop-dr', `name: ${LAB}`)
    .replace('    mode: dr\n', '    mode: nat\n')
    .replace('      rs1: {}\n      rs2: {}\n', '      rs1: { port: 8080 }\n      rs2: { port: 8080 }\n')
    .replace(/ {2}web6:\n[^]*$/, '')
}

/**
 * The whole way on the screen, as a person goes it: a real server is dragged onto the canvas, undone, the mode is
 * changed, a finding appears and is mended, the cluster is deployed to virtual hosts with a real kernel, and the
 * kernel balances requests.
 */
describe('the whole way, in a real VS Code', () => {
  let code: VsCode
  let canvas: FrameLocator
  let original = ''
  let folder = ''

  beforeAll(async () => {
    await labDown(LAB)
    original = await drawing()
    folder = await mkdtemp(join(tmpdir(), 'lvs-e2e-'))
    code = await openVsCode({ files: { 'shop.lvs.yaml': original } })
  })
  afterAll(async () => {
    await code.close()
    await labDown(LAB)
    await rm(folder, { recursive: true, force: true })
  })

  const node = (id: string): Locator => canvas.locator(`.react-flow__node[data-id="${id}"]`)
  const middle = async (what: Locator) => {
    const box = await what.boundingBox()
    if (box === null) throw new Error('it is not on the screen')
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  /** Nothing moves by itself any more: what is clicked is where it was seen. */
  const settled = async () => {
    await canvas.locator('[data-arranging="false"]').waitFor()
    await code.page.waitForTimeout(500)
  }
  const text = () => code.editorText('shop.lvs.yaml')

  it('opens in the designer, with the text beside it, and nothing has changed', async () => {
    await code.openFile('shop.lvs.yaml')
    canvas = code.designer()
    await canvas.locator('[data-arranging="false"]').waitFor()
    expect(await node('host:lb1').count()).toBe(1)
    await code.screenshot('designer-alone')
    await code.titleButton('Open Text to the Side').click()
    await expect.poll(text).toBe(original)
    expect(await code.isDirty('shop.lvs.yaml')).toBe(false)
    // The canvas is half as wide now.
    await canvas.getByRole('button', { name: 'Zoom to fit' }).click()
  })

  it('a real server dragged onto the canvas is in the text, and one undo takes it back', async () => {
    const item = await middle(canvas.locator('.palette-item[data-item="real-server"]'))
    const area = await canvas.locator('.canvas').boundingBox()
    if (area === null) throw new Error('there is no canvas')
    const { mouse } = code.page
    await mouse.move(item.x, item.y)
    await mouse.down()
    await mouse.move(area.x + 200, area.y + area.height - 220, { steps: 8 })
    await code.screenshot('dragging')
    await mouse.up()
    await expect.poll(text).toContain('  rs3:\n    role: real-server\n')
    expect(await code.isDirty('shop.lvs.yaml')).toBe(true)
    await expect.poll(() => node('host:rs3').count()).toBe(1)
    await code.screenshot('dropped')
    // On the canvas, not in the text: VS Code's own undo must reach the document from here.
    await canvas.locator('.canvas').click({ position: { x: 12, y: 12 } })
    await code.page.waitForTimeout(1000)
    await canvas.locator('.canvas').press('Control+Z')
    await expect.poll(() => node('host:rs3').count()).toBe(0)
    await expect.poll(text).toBe(original)
    expect(await code.isDirty('shop.lvs.yaml')).toBe(false)
  })

  it('in another mode a finding appears, on the canvas and in the Problems panel', async () => {
    await settled()
    await node('service:web').click()
    const dr = canvas.locator('.mode-card.mode-dr')
    await expect.poll(() => dr.textContent()).toContain('DR-PORT')
    await code.screenshot('mode-picker')
    await dr.getByRole('radio').click()
    await expect.poll(text).toContain('  web:\n    mode: dr\n')
    await expect.poll(() => node('host:rs1').locator('.badge-error').count()).toBe(1)
    await code.command('Problems: Focus on Problems View')
    await expect
      .poll(() => code.page.locator('.markers-panel').textContent(), { timeout: 15_000 })
      .toContain('DR-PORT')
    await code.screenshot('findings')
    await code.command('View: Hide Panel')
  })

  it('its fixes mend it', async () => {
    const fixes = canvas.locator('vscode-button', { hasText: 'Change the port to 80' })
    await expect.poll(() => fixes.count()).toBe(2)
    await fixes.first().click()
    await expect.poll(() => fixes.count()).toBe(1)
    await fixes.first().click()
    await expect.poll(() => fixes.count()).toBe(0)
    await expect.poll(() => node('host:rs1').locator('.badge').count()).toBe(0)
    await expect.poll(text).not.toContain('8080')
    await code.command('File: Save')
    await expect.poll(() => code.isDirty('shop.lvs.yaml')).toBe(false)
    // Nothing else has changed: two ports and a mode.
    const changed = original.replace('    mode: nat\n', '    mode: dr\n').split('\n')
    const now = (await code.fileText('shop.lvs.yaml')).split('\n')
    expect(
      now.filter((line, index) => line !== changed[index]).every((line) => /^ {6}rs[12]:/.test(line)),
    ).toBe(true)
  })

  it('is deployed to the lab, after a question that names the hosts', async () => {
    await code.command('LVS: Start Lab')
    await code.notification(/The lab .* is running: /).waitFor({ timeout: 240_000 })
    await code.screenshot('lab-up')
    await code.dismissNotifications()
    await code.command('LVS: Deploy…')
    await code.pick(/Lab/)
    const { text: question, buttons } = await code.dialog()
    for (const host of ['lb1', 'rs1', 'rs2']) expect(question).toContain(host)
    expect(question).toMatch(/[Pp]lan [0-9a-f]{6,}/)
    expect(buttons).toContain('Show Changes')
    await code.screenshot('deploy-question')
    await code.pressInDialog('Deploy')
    await expect
      .poll(() => node('host:lb1').locator('.outcome').textContent(), { timeout: 120_000 })
      .toContain('committed')
    await code.screenshot('deployed')
    expect(code.faults()).toEqual([])
  })

  it('and the kernel balances requests', async () => {
    const [status] = await labStatus(LAB)
    if (status?.state !== 'running') throw new Error('the lab is not running')
    const on = async (host: string, command: string) => {
      const {
        stdout,
        stderr,
        status: ended,
      } = await finish('ssh', ['-F', status.lab.sshConfig, host, command])
      if (ended !== 0) throw new Error(`${host}: ${stderr}`)
      return stdout
    }
    const answers = await on('alice', 'for i in 1 2 3 4 5 6; do curl -sS -m 10 http://192.0.2.100/; done')
    const count = (name: string) => answers.split('\n').filter((line) => line.startsWith(`${name} `)).length
    expect([count('rs1'), count('rs2')]).toEqual([3, 3])
    // A reply alone is no proof that the director was passed: its own table is.
    const connections = await on('lb1', 'ipvsadm -L -n -c')
    expect(connections.match(/192\.0\.2\.100:80/g)?.length).toBeGreaterThanOrEqual(6)
  })

  it('is operated: drift is marked at its host, a real server is drained and back, and the last step rolled back', async () => {
    const [status] = await labStatus(LAB)
    if (status?.state !== 'running') throw new Error('the lab is not running')
    const { sshConfig } = status.lab
    const weight = async () => {
      const { stdout } = await finish('ssh', ['-F', sshConfig, 'lb1', 'ipvsadm -S -n'])
      return / -r 192\.0\.2\.11:80 -g -w (\d+)/.exec(stdout)?.[1]
    }
    await finish('ssh', ['-F', sshConfig, 'lb1', 'ipvsadm -e -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 9'])
    await code.dismissNotifications()
    await code.command('LVS: Show Drift')
    await code.pick(/Lab/)
    await expect
      .poll(() => node('host:lb1').locator('.outcome').textContent(), { timeout: 60_000 })
      .toContain('drifted')
    await code.screenshot('drift')
    const change = async (command: string, verb: string, picks: readonly RegExp[]) => {
      await code.dismissNotifications()
      await code.command(command)
      for (const each of picks) await code.pick(each)
      const { text: question } = await code.dialog()
      expect(question).toMatch(/lb1: 1 change/)
      await code.pressInDialog(verb)
    }
    await change('LVS: Drain a Real Server…', 'Drain', [/rs1/, /Lab/])
    await code.notification(/rs1 gets no new connections of web/).waitFor({ timeout: 120_000 })
    expect(await weight()).toBe('0')
    await code.screenshot('drained')
    await change('LVS: Undrain a Real Server…', 'Undrain', [/rs1/, /Lab/])
    await code.notification(/has the weight of the drawing again/).waitFor({ timeout: 120_000 })
    expect(await weight()).toBe('1')
    await change('LVS: Roll Back…', 'Roll Back', [/Lab/])
    await code.notification(/is as it was before the last deployment/).waitFor({ timeout: 120_000 })
    expect(await weight()).toBe('0')
    expect(code.faults()).toEqual([])
  })

  it('verifies, plans nothing more, and is removed again', async () => {
    await code.dismissNotifications()
    await code.command('LVS: Plan')
    await code.pick(/Lab/)
    await code.notification(/[Nn]othing to change/).waitFor({ timeout: 60_000 })
    await code.dismissNotifications()
    await code.command('LVS: Remove from Hosts…')
    await code.pick(/Lab/)
    await code.pressInDialog('Remove')
    await code.notification(/[Rr]emove/).waitFor({ timeout: 120_000 })
    await code.command('LVS: Plan')
    await code.pick(/Lab/)
    await code.page.locator('.monaco-diff-editor').first().waitFor({ timeout: 60_000 })
    await code.screenshot('plan')
    await code.command('LVS: Stop Lab')
    await expect.poll(async () => (await labStatus(LAB))[0]?.state, { timeout: 60_000 }).toBe('stopped')
  })

  it('is rehearsed: deployed, asked and held against the walk in a lab of which nothing is left', async () => {
    await code.dismissNotifications()
    await code.openFile('shop.lvs.yaml')
    await code.command('LVS: Rehearse in Lab')
    await code.notification(/Served: .*the kernel did just what the walk says/).waitFor({ timeout: 300_000 })
    await code.page
      .locator('.tab', { hasText: `${LAB} in the lab` })
      .first()
      .waitFor()
    await code.screenshot('rehearsed')
    expect((await labStatus(LAB))[0]?.state).toBe('stopped')
    expect(code.faults()).toEqual([])
  })
})
