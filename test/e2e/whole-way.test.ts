import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FrameLocator, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labDown, labStatus } from '../../src/lab/index.js'
import { finish } from '../lab/lab-kit.js'
import { byKeys } from './by-keys.js'
import type { Focusable, Keys } from './by-keys.js'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

const LAB = 'e2e-screen'
const DRAWN = 'cluster.lvs.yaml'
const VIP = '10.0.1.3'
const RS1 = '10.0.1.4'

/** What comes of keys alone. */
const BY_KEYS = `lvs: 1
name: ${LAB}
networks:
  net1: { subnet: 10.0.0.0/24, gateway: 10.0.0.2 }
  net2: { subnet: 10.0.1.0/24, gateway: 10.0.1.1 }
hosts:
  client1:
    role: client
    interfaces:
      eth0: { network: net1, address: 10.0.0.1 }
  router1:
    role: router
    interfaces:
      eth0: { network: net1, address: 10.0.0.2 }
      eth1: { network: net2, address: 10.0.1.1 }
  lb1:
    role: director
    interfaces:
      eth0: { network: net2, address: 10.0.1.2 }
  rs1:
    role: real-server
    interfaces:
      eth0: { network: net2, address: ${RS1} }
  rs2:
    role: real-server
    interfaces:
      eth0: { network: net2, address: 10.0.1.5 }
services:
  web:
    mode: dr
    director: lb1
    vip: ${VIP}
    port: 80
    real-servers:
      rs1: { port: 80 }
      rs2: {}
    scheduler: rr
`

/** What a removal would change, and whether somebody holds the host. */
const STATE =
  'ipvsadm -S -n; ip -o address | sed "s/valid_lft.*//"; ip route; sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce; [ ! -e /run/lvs-designer/lock ] || echo locked; ls /var/lib/lvs-designer/*'
/** Changes of the table wait for /tmp/go, and say in /tmp/held that they do. */
const HELD_IPVSADM = `rm -rf /tmp/held /tmp/go; cat >/usr/local/sbin/ipvsadm <<'END'
#!/bin/sh
case "$1" in
  -e | -d | -D) mkdir /tmp/held 2>/dev/null && for i in $(seq 500); do [ -e /tmp/go ] && break; sleep 0.1; done ;;
esac
exec /usr/sbin/ipvsadm "$@"
END
chmod +x /usr/local/sbin/ipvsadm`

/** The engines of this checkout's extension. */
function engines(): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return (
        /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(resolve('dist/engine.js'))
      )
    } catch {
      // It has ended meanwhile.
      return false
    }
  })
}

/** DR's drawing, with a service by NAT to another port: it can work, and in DR its ports could not. */
async function drawing(): Promise<string> {
  const text = await readFile('samples/dr.lvs.yaml', 'utf8')
  return text
    .replace('    mode: dr\n', '    mode: nat\n')
    .replace('      rs1: {}\n      rs2: {}\n', '      rs1: { port: 8080 }\n      rs2: { port: 8080 }\n')
    .replace(/ {2}web6:\n[^]*$/, '')
}

/**
 * The whole way on the screen, as a person goes it: with the mouse, a real server is dragged onto the canvas, undone,
 * the mode is changed, a finding appears and is mended; by keyboard alone, another cluster is drawn from nothing, checked
 * and deployed to virtual hosts with a real kernel, and the kernel balances requests.
 */
describe('the whole way, in a real VS Code', () => {
  let code: VsCode
  let canvas: FrameLocator
  let original = ''
  let folder = ''
  /** Of a mouse. */
  let presses = 0

  beforeAll(async () => {
    await labDown(LAB)
    original = await drawing()
    folder = await mkdtemp(join(tmpdir(), 'lvs-e2e-'))
    code = await openVsCode({
      files: { 'shop.lvs.yaml': original },
      // What is in a terminal is drawn as text, which can be read.
      settings: { 'terminal.integrated.gpuAcceleration': 'off' },
      // Wherever a person presses a button of a mouse, in the workbench and in pages within it.
      prepare: async (page) => {
        await page.exposeFunction('pressed', () => {
          presses += 1
        })
        await page.addInitScript("addEventListener('pointerdown', () => window.pressed(), true)")
      },
    })
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
    // The first thing in a VS Code that is only just up.
    await canvas.locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
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
    await expect.poll(() => code.page.locator('.markers-panel').textContent()).toContain('DR-PORT')
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

  describe('by keyboard alone', () => {
    let keys: Keys
    beforeAll(async () => {
      await code.command('View: Close All Editors')
      await code.page.locator('iframe.webview').first().waitFor({ state: 'detached' })
      presses = 0
      keys = byKeys(code)
    })
    const selected = () => canvas.locator('.panel-rename input').inputValue()
    const heard = () => canvas.locator('.notice').last().textContent()
    /** Of what is selected, to something by its name. */
    const connect = async (to: string) => {
      await keys.press('Alt+Shift+c')
      await keys.type(to, canvas.locator('.chooser-input'))
      await keys.press('Enter')
      await expect.poll(heard).toMatch(new RegExp(`^Connected .* to ${to}$`))
    }
    const find = async (name: string) => {
      await keys.press('Control+f')
      await keys.type(name, canvas.locator('.chooser-input'))
      await keys.press('Enter')
      await expect.poll(selected).toBe(name)
    }
    const field = (name: string, within: Locator = canvas.locator('.panel')) =>
      within
        .locator('.property')
        .filter({ has: canvas.getByText(new RegExp(`^${name}( \\*)?$`)) })
        .locator('input')
        .first()
    /** Of what the properties show: Tab comes to it from the canvas. */
    const fill = async (what: Locator, value: string) => {
      await keys.goTo(what)
      await keys.overwrite(value, what)
      await keys.press('Enter')
    }

    it('a cluster is drawn: networks, hosts, a service, and what connects them', async () => {
      await code.command('LVS: New Topology…')
      await code.pick('Empty')
      await canvas.locator('.canvas').waitFor()
      // Tab goes on from where the keys are: in the new drawing, once VS Code has given them to it.
      await expect
        .poll(() => canvas.locator('body').evaluate((body: Focusable) => body.ownerDocument.hasFocus()))
        .toBe(true)
      const inPalette = (item: string) => canvas.locator(`.palette-item[data-item="${item}"]`)
      await keys.goTo(inPalette('client'))
      await keys.press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter')
      await node('network:net1').waitFor()
      await keys.press('Enter')
      await node('network:net2').waitFor()
      await keys.press('Home', 'Enter')
      await expect.poll(selected).toBe('client1')
      await keys.goTo(canvas.locator('.canvas'))
      await connect('net1')
      await code.command('LVS: Add Router')
      await expect.poll(selected).toBe('router1')
      await connect('net1')
      await connect('net2')
      await code.command('LVS: Add Director')
      await expect.poll(selected).toBe('lb1')
      await connect('net2')
      await code.command('LVS: Add Service')
      await expect.poll(selected).toBe('web')
      await keys.press('Alt+Shift+r')
      await keys.overwrite('2', canvas.locator('.many-form input').first())
      await keys.press('Enter')
      await node('host:rs2').waitFor()
      await code.screenshot('keyboard-drawn')
    })

    it('its mode is chosen, what is found is told and mended, and it is saved under its name', async () => {
      await find('web')
      await keys.press('Enter')
      // All modes are one stop, and arrow keys go from one to the next.
      await keys.goTo(canvas.locator('.mode-choice[tabindex="0"]'))
      const direct = canvas.locator('.mode-dr .mode-choice')
      while ((await direct.and(canvas.locator(':focus')).count()) === 0) await keys.press('ArrowDown')
      await keys.press('Enter')
      await expect.poll(heard).toBe('web is now forwarded by DR')
      const scheduler = canvas.locator('.panel vscode-dropdown[aria-label="scheduler"]')
      await keys.goTo(scheduler)
      await keys.press('ArrowDown')
      await expect
        .poll(() => scheduler.evaluate((field: { readonly value: string }) => field.value))
        .toBe('rr')
      const ofRs1 = canvas
        .locator('details.section')
        .filter({ has: canvas.locator('> summary', { hasText: 'rs1' }) })
      await fill(field('port', ofRs1.last()), '8080')
      const mending = canvas.locator('vscode-button', { hasText: 'Change the port to 80' })
      await mending.waitFor()
      await code.screenshot('keyboard-finding')
      await keys.goBack(canvas.locator('.canvas'))
      await keys.press('Enter')
      await keys.goTo(mending)
      await keys.press('Enter')
      await mending.waitFor({ state: 'detached' })
      // What is left says what is missing: where each network leads to.
      await keys.press('F8')
      await expect.poll(heard).toMatch(/has no route/)
      for (const [network, gateway] of [
        ['net1', '10.0.0.2'],
        ['net2', '10.0.1.1'],
      ] as const) {
        await find(network)
        await keys.press('Enter')
        await fill(field('gateway'), gateway)
        await expect.poll(() => field('gateway').inputValue()).toBe(gateway)
        await keys.goBack(canvas.locator('.canvas'))
      }
      await keys.press('Escape')
      await canvas.locator('.all-well').waitFor()
      await keys.press('Enter')
      await fill(field('name'), LAB)
      await expect.poll(() => canvas.locator('.panel-title').textContent()).toBe(LAB)
      await keys.press('Control+s')
      await expect.poll(() => code.fileText(DRAWN).catch(() => '')).toBe(BY_KEYS)
      await code.screenshot('keyboard-mended')
    })

    it('is planned and deployed to the lab, after a question that names the hosts', async () => {
      await code.command('LVS: Start Lab')
      await code.notification(/The lab .* is running: /).waitFor({ timeout: 240_000 })
      await code.screenshot('lab-up')
      await code.dismissNotifications()
      await code.command('LVS: Plan')
      await code.pick(/Lab/)
      await code.page.locator('.monaco-diff-editor').first().waitFor({ timeout: 60_000 })
      await code.screenshot('plan')
      await code.command('View: Close Editor')
      await code.command('LVS: Deploy…')
      await code.pick(/Lab/)
      const { text: question, buttons } = await code.dialog()
      for (const host of ['lb1', 'rs1', 'rs2']) expect(question).toContain(host)
      expect(question).toMatch(/[Pp]lan [0-9a-f]{6,}/)
      expect(buttons).toContain('Show Changes')
      await code.screenshot('deploy-question')
      await keys.goTo(code.page.locator('.monaco-dialog-box .monaco-button', { hasText: /^Deploy$/ }))
      await keys.press('Enter')
      await expect
        .poll(() => node('host:lb1').locator('.outcome').textContent(), { timeout: 120_000 })
        .toContain('committed')
      await code.screenshot('deployed')
      expect(presses, 'the mouse was not used').toBe(0)
      expect(code.faults()).toEqual([])
    })
  })

  const on = async (host: string, command: string) => {
    const [status] = await labStatus(LAB)
    if (status?.state !== 'running') throw new Error('the lab is not running')
    const ended = await finish('ssh', ['-F', status.lab.sshConfig, host, command])
    if (ended.status !== 0) throw new Error(`${host}: ${ended.stderr}`)
    return ended.stdout
  }
  const stateOfHosts = () => Promise.all(['lb1', 'rs1', 'rs2'].map((host) => on(host, STATE)))

  it('and the kernel balances requests', async () => {
    const answers = await on('client1', `for i in 1 2 3 4 5 6; do curl -sS -m 10 http://${VIP}/; done`)
    const count = (name: string) => answers.split('\n').filter((line) => line.startsWith(`${name} `)).length
    expect([count('rs1'), count('rs2')]).toEqual([3, 3])
    // A reply alone is no proof that the director was passed: its own table is.
    const connections = await on('lb1', 'ipvsadm -L -n -c')
    expect(connections.split(`${VIP}:80 `).length - 1).toBeGreaterThanOrEqual(6)
  })

  it('a host is logged in to from its menu, in a terminal', async () => {
    await node('host:lb1').click({ button: 'right' })
    await code.chooseInMenu('Open Terminal on Host')
    await code.pick(/Lab/)
    const screen = code.page.locator('.terminal-wrapper.active .xterm-rows')
    await expect.poll(() => screen.textContent(), { timeout: 60_000 }).toMatch(/[#$]/)
    await code.page.locator('.terminal-wrapper.active textarea').focus()
    await code.page.keyboard.type('echo $(hostname)-$((40+2))\n')
    await expect.poll(() => screen.textContent()).toContain('lb1-42')
    await code.screenshot('terminal')
    await code.page.keyboard.type('exit\n')
    await screen.waitFor({ state: 'hidden' })
    expect(code.faults()).toEqual([])
  })

  /** A removal that stands still in the middle, at its first change of the director's table. */
  const beginRemoval = async () => {
    await on('lb1', HELD_IPVSADM)
    await code.dismissNotifications()
    await code.command('LVS: Remove from Hosts…')
    await code.pick(/Lab/)
    // Hosts are asked before.
    await code.page.locator('.monaco-dialog-box').waitFor({ timeout: 120_000 })
    await code.pressInDialog('Remove')
    await on('lb1', 'for i in $(seq 900); do [ -e /tmp/held ] && exit 0; sleep 0.1; done; exit 1')
  }
  const goOn = () => on('lb1', 'rm /usr/local/sbin/ipvsadm; touch /tmp/go')

  it('cancelled half-way, every host is as it was', async () => {
    const before = await stateOfHosts()
    await beginRemoval()
    await code.pressInNotification(/Remov/, 'Cancel')
    // What shows the progress is gone with that.
    await expect.poll(code.log).toContain('cancelling; what has been changed is undone')
    await goOn()
    const outcome = code.notification(/was cancelled\. Everything was undone on lb1/)
    await outcome.waitFor({ timeout: 120_000 })
    await expect.poll(() => node('host:lb1').locator('.outcome').textContent()).toContain('reverted')
    await code.screenshot('cancelled')
    expect(await stateOfHosts()).toEqual(before)
    expect(code.faults()).toEqual([])
  })

  it('its window closed half-way, every host goes back to what it was, and there is nothing to mend for whoever opens it next', async () => {
    const before = await stateOfHosts()
    await beginRemoval()
    expect(engines()).toHaveLength(1)
    await code.closeWindow()
    await goOn()
    // What was begun is brought to an end by the engine, which outlives the window for that, and then ends itself.
    await expect.poll(engines, { timeout: 180_000 }).toEqual([])
    expect(await stateOfHosts()).toEqual(before)
    await code.openWindow()
    await code.openFile(DRAWN)
    await canvas.locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
    await code.command('LVS: Plan')
    await code.pick(/Lab/)
    await code.notification(/[Nn]othing to change/).waitFor({ timeout: 120_000 })
    await code.screenshot('window-opened-again')
  })

  it('is operated: drift is marked at its host, a real server is drained and back, and the last step rolled back', async () => {
    const weight = async () => / -r 10\.0\.1\.4:80 -g -w (\d+)/.exec(await on('lb1', 'ipvsadm -S -n'))?.[1]
    await on('lb1', `ipvsadm -e -t ${VIP}:80 -r ${RS1}:80 -g -w 9`)
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
    await code.openFile(DRAWN)
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
