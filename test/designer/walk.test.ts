import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage, Theme } from './page-kit.js'

afterAll(closeBrowser)

const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')

const LAN = `lvs: 1
name: lan
networks:
  lan: { subnet: 192.0.2.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: lan, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.11 } } }
  rs2: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.12 } } }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: {}, rs2: {} } }
`

type Options = Parameters<typeof openDesigner>[1]

/** The designer with the packet walk of web open, at its first hop. */
async function openWalk(text: string, options: Options = {}): Promise<DesignerPage> {
  const designer = await openDesigner(text, options)
  await designer.settled()
  await designer.send({ kind: 'walk', service: 'web' })
  await designer.page.locator('.walk-summary').waitFor()
  return designer
}

const progress = ({ page }: DesignerPage) => page.locator('.walk-progress').textContent()
const verdict = ({ page }: DesignerPage) => page.locator('.walk-verdict code').textContent()
const said = ({ page }: DesignerPage) => page.locator('.walk [role="status"]').textContent()
const flip = async ({ page }: DesignerPage, title: string) => {
  await page.getByRole('tab', { name: 'Break it' }).click()
  await page.locator('vscode-checkbox', { hasText: title }).first().click()
}
const end = async (designer: DesignerPage) => {
  await designer.page.locator('.walk-bar [aria-label^="Pause"], .walk-bar [aria-label^="Play"]').focus()
  await designer.page.keyboard.press('End')
}

describe('a packet walk', () => {
  it('is opened from the service, goes hop by hop by keys, and Escape gives the keys back to the canvas', async () => {
    const designer = await openDesigner(sample('nat'))
    await designer.settled()
    await designer.node('service:web').click()
    await designer.page.locator('.panel-trace vscode-button').click()
    await expect.poll(() => verdict(designer)).toBe('SERVED')
    expect(await progress(designer)).toContain('Hop 1 of 6: alice')
    const press = (key: string) => designer.page.keyboard.press(key)
    await press('ArrowRight')
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6: lb1')
    await press('ArrowDown')
    await expect.poll(() => progress(designer)).toContain('Hop 3 of 6: rs1')
    await press('ArrowLeft')
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6: lb1')
    await press('End')
    await expect.poll(() => progress(designer)).toContain('Hop 6 of 6: alice')
    await press('ArrowRight')
    expect(await progress(designer)).toContain('Hop 6 of 6')
    await press('Home')
    await expect.poll(() => progress(designer)).toContain('Hop 1 of 6')
    // The same keys on the canvas, which otherwise walk the drawing.
    await designer.page.locator('.canvas').focus()
    await press('ArrowRight')
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6')
    await press('Escape')
    await expect.poll(() => designer.page.locator('.walk').count()).toBe(0)
    expect(await designer.page.evaluate<string>('document.activeElement.className')).toContain('canvas')
    expect(await designer.page.locator('.panel-trace').count()).toBe(1)
    expect(designer.text()).toBe(sample('nat'))
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('plays by itself to the end, at the speed that is chosen, and pauses', async () => {
    const designer = await openWalk(sample('nat'))
    await designer.page.locator('.walk-speed select').selectOption('4')
    await designer.page.locator('.walk-side').focus()
    await designer.page.keyboard.press(' ')
    await designer.page.locator('.walk-bar [aria-label^="Pause"]').waitFor()
    await designer.page.keyboard.press(' ')
    await designer.page.locator('.walk-bar [aria-label^="Play"]').waitFor()
    await designer.page.keyboard.press(' ')
    await expect.poll(() => progress(designer), { timeout: 20_000 }).toContain('Hop 6 of 6')
    await designer.page.locator('.walk-bar [aria-label^="Play"]').waitFor()
    await designer.close()
  })

  it('travels along the drawn links, request and reply told apart by their form', async () => {
    const designer = await openWalk(sample('dr'))
    await designer.page.locator('.walk-bar [aria-label^="Step ("]').click()
    // On its way: between where it was and where it goes.
    const moving = await designer.page.evaluate<number>(
      "document.querySelector('.walk-token-place').getAnimations().length",
    )
    expect(moving).toBe(1)
    await end(designer)
    const requests = designer.page.locator('.walk-ways .walk-wire-request')
    const replies = designer.page.locator('.walk-ways .walk-wire-reply')
    await expect.poll(() => replies.count()).toBe(2)
    expect(await requests.count()).toBe(3)
    const dashes = (leg: string) =>
      designer.page.evaluate<string>(
        `getComputedStyle(document.querySelector('.walk-ways .walk-wire-${leg}')).strokeDasharray`,
      )
    expect(await dashes('request')).toBe('none')
    expect(await dashes('reply')).not.toBe('none')
    await designer.close()
  })

  it('shows headers in and out as a table with headings, the changed ones marked in words too', async () => {
    const designer = await openWalk(sample('nat'))
    await designer.page.locator('.walk-hop-head').nth(1).click()
    const table = designer.page.locator('table.walk-headers')
    expect(await table.locator('caption').textContent()).toMatch(/The packet at lb1: \d changed/)
    expect(await table.locator('thead th[scope="col"]').allTextContents()).toEqual([
      'Header',
      'In by eth0',
      'Out by eth1',
    ])
    const row = table.locator('tr', { has: designer.page.locator('th', { hasText: 'destination port' }) })
    expect(await row.locator('td').allTextContents()).toEqual(['80', '≠changed: 8080'])
    const same = table.locator('tr', { has: designer.page.locator('th', { hasText: 'flags' }) })
    expect(await same.locator('td').allTextContents()).toEqual(['SYN', 'SYN'])
    const knows = designer.page.locator('.walk-knowledge section').first()
    expect(await knows.getAttribute('aria-label')).toBe('What lb1 knows')
    expect(await knows.textContent()).toContain('10.0.0.11:8080 (nat)')
    await designer.close()
  })

  it('steps back by its button, and knows at each hop no more than was learnt by then', async () => {
    const designer = await openWalk(sample('nat'))
    const { page } = designer
    const back = page.getByTitle('Step back (Left arrow)')
    const known = page.getByRole('region', { name: 'What lb1 knows' })
    const connections = known.getByRole('table', { name: 'IPVS connections' })
    expect(await back.getAttribute('aria-disabled')).toBe('true')
    await page.getByTitle('Step (Right arrow)').click()
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6: lb1')
    expect(await connections.locator('thead th').allTextContents()).toEqual([
      'Client',
      'Service',
      'Destination',
    ])
    expect(await connections.locator('tbody td').allTextContents()).toEqual([
      '192.0.2.50:40000new',
      'tcp 192.0.2.100:80',
      '10.0.0.11:8080 (nat)',
    ])
    const neighbours = known.getByRole('table', { name: 'Neighbours' })
    expect(await neighbours.locator('thead th').allTextContents()).toEqual([
      'Address',
      'MAC',
      'By',
      'Who answered',
    ])
    const rows = await neighbours.locator('tbody tr').all()
    expect(await Promise.all(rows.map((row) => row.locator('td').allTextContents()))).toEqual([
      ['192.0.2.50new', '02:1a:b0:00:00:01', 'eth0', 'alice'],
      ['10.0.0.11new', '02:1a:b0:00:00:04', 'eth1', 'rs1'],
    ])
    await back.click()
    await expect.poll(() => progress(designer)).toContain('Hop 1 of 6: alice')
    expect(await known.count()).toBe(0)
    expect(await page.getByRole('table', { name: 'Neighbours' }).count()).toBe(1)
    // Nothing comes before the first hop; the button keeps the focus all the same.
    await back.click({ force: true })
    expect(await progress(designer)).toContain('Hop 1 of 6')
    expect(await page.evaluate<string>('document.activeElement.title')).toBe('Step back (Left arrow)')
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('is told hop by hop to who does not see it, and its list has one stop for the Tab key', async () => {
    const designer = await openWalk(sample('tun'))
    await expect
      .poll(() => said(designer))
      .toMatch(/web asked by alice, real server rs1: Served\..*Hop 1 of 7/)
    await designer.page.locator('.walk-side').focus()
    await designer.page.keyboard.press('ArrowRight')
    await expect
      .poll(() => said(designer))
      .toMatch(/^Hop 2 of 7, request, at lb1, comes in by eth0\. .*tunnel in:/)
    const current = designer.page.locator('.walk-hops > [aria-current="step"]')
    expect(await current.locator('.walk-host').textContent()).toBe('lb1')
    expect(await designer.page.locator('.walk-hops button[tabindex="0"]').count()).toBe(1)
    // The focus goes along with the hop.
    await current.locator('button').focus()
    await designer.page.keyboard.press('ArrowDown')
    await expect
      .poll(() =>
        designer.page.evaluate<string>(
          "document.activeElement.querySelector('.walk-host')?.textContent ?? ''",
        ),
      )
      .toBe('core')
    await designer.close()
  })

  it('does not move for those who asked for no movement: the packet is at the host, the way is shown', async () => {
    const designer = await openWalk(sample('nat'), { reducedMotion: true })
    await designer.page.keyboard.press('ArrowRight')
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6')
    expect(
      await designer.page.evaluate<number>(
        "document.querySelector('.walk-token-place').getAnimations().length",
      ),
    ).toBe(0)
    expect(await designer.page.locator('.walk-ways .walk-wire-request').count()).toBe(1)
    const [token, host] = [
      await designer.page.locator('.walk-token').boundingBox(),
      await designer.node('host:lb1').boundingBox(),
    ]
    if (token === null || host === null) throw new Error('both are drawn')
    expect(Math.abs(token.x + token.width / 2 - (host.x + host.width / 2))).toBeLessThan(2)
    await designer.close()
  })

  it('prints the same as trace beside it, the lines of the hop marked', async () => {
    const designer = await openWalk(sample('nat'))
    await designer.page.getByRole('tab', { name: 'Text' }).click()
    const text = await designer.page.locator('.walk-text').innerText()
    expect(text).toMatch(/^web: alice → rs1: served; the client gets the reply/)
    expect(text).toMatch(/\n *2 {2}lb1 {2}eth0 → eth1 on back\n/)
    expect(await designer.page.locator('.walk-text > .current').innerText()).toMatch(/^ *1 {2}alice/)
    await designer.close()
  })
})

describe('what is broken on purpose', () => {
  it('fails where it should with the rule that names the cause, leaves the text alone, and can be reset', async () => {
    const designer = await openWalk(sample('tun'))
    await flip(designer, 'Strict reverse-path filter')
    await expect.poll(() => verdict(designer)).toBe('RP_FILTER_DROP')
    await expect
      .poll(() => designer.page.locator('.walk-what-if').textContent())
      .toContain('Strict reverse-path')
    expect(await designer.page.locator('.walk-causes').textContent()).toContain('TUN-RPF')
    await end(designer)
    expect(await progress(designer)).toContain('rs1')
    expect(await designer.page.locator('.walk-token').textContent()).toBe('RP_FILTER_DROP')
    expect(await designer.page.locator('.walk-token .tone-bad').count()).toBe(1)
    // From the rule to the text.
    await designer.page.locator('.walk-causes button').first().click()
    await expect.poll(() => designer.received.some((message) => message?.kind === 'show')).toBe(true)
    expect(designer.text()).toBe(sample('tun'))
    expect(designer.received.filter((message) => message?.kind === 'edit')).toEqual([])
    await designer.page.locator('.walk-what-if vscode-button').click()
    await expect.poll(() => verdict(designer)).toBe('SERVED')
    expect(await designer.page.locator('.walk-what-if').count()).toBe(0)
    await designer.close()
  })

  it('lets the kernel’s choices be chosen: who answers ARP', async () => {
    const designer = await openWalk(LAN)
    await flip(designer, 'Answers ARP for the VIP')
    const chance = designer.page.getByLabel('Left to chance')
    await expect.poll(() => chance.locator('option').allTextContents()).toHaveLength(2)
    const past = (await chance.locator('option').allTextContents()).find((text) => text.startsWith('rs1'))
    expect(past).toBe('rs1 answers ARP: not served')
    await chance.selectOption({ label: past ?? '' })
    await expect.poll(() => designer.page.locator('.walk-summary').textContent()).toContain('Not served')
    expect(await designer.page.locator('.walk-hops .walk-host').allTextContents()).not.toContain('lb1')
    await designer.close()
  })

  it('of weight 0 is not chosen any more', async () => {
    const designer = await openWalk(sample('nat'))
    await flip(designer, 'Its weight is 0')
    await expect
      .poll(() => designer.page.locator('.walk-hops, .walk-summary').first().textContent())
      .toContain('rs2')
    await designer.close()
  })
})

describe('a walk and the text', () => {
  it('is walked again when the text changes, and stays at its hop and choice', async () => {
    const designer = await openWalk(sample('nat'))
    await designer.page.getByLabel('Real server', { exact: true }).selectOption('rs2')
    await expect.poll(() => designer.page.locator('.walk-hops').textContent()).toContain('rs2')
    await designer.page.locator('.walk-hop-head').nth(1).click()
    await designer.type(sample('nat').replace('10.0.0.12', '10.0.0.77'))
    await expect.poll(() => designer.page.locator('.walk-headers').textContent()).toContain('10.0.0.77')
    expect(await progress(designer)).toContain('Hop 2 of 6')
    expect(await designer.page.getByLabel('Real server', { exact: true }).inputValue()).toBe('rs2')
    // Text that cannot be read leaves the walk of what could.
    await designer.type(sample('nat').replace('hosts:', 'hosts: ]'))
    await designer.page.locator('.banner').waitFor()
    expect(await designer.page.locator('.walk-headers').textContent()).toContain('10.0.0.77')
    // A service that is gone is gone.
    await designer.type(sample('nat').replaceAll(/^ {2}web:/gm, '  shop:'))
    await expect
      .poll(() => designer.page.locator('.walk-side').textContent())
      .toContain('There is no service web')
    await designer.page.getByLabel('Service', { exact: true }).selectOption('shop')
    await expect.poll(() => verdict(designer)).toBe('SERVED')
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('drops answers to what it has not asked, and to what it asked before', async () => {
    const designer = await openWalk(sample('nat'))
    const asked = designer.received.findLast((message) => message?.kind === 'walk')
    if (asked?.kind !== 'walk') throw new Error('a walk was asked for')
    await designer.send({ kind: 'walked', request: asked.request - 1, version: 99, walked: undefined })
    await designer.send({ kind: 'walked', request: asked.request, version: 0, walked: undefined })
    await designer.page.keyboard.press('ArrowRight')
    await expect.poll(() => progress(designer)).toContain('Hop 2 of 6')
    expect(await verdict(designer)).toBe('SERVED')
    await designer.close()
  })
})

describe('pictures', () => {
  const outside = sample('dr')
    .replace(/ {2}alice:\n.*\n.*\n.*\n/, '')
    .replace(/ {2}edge:\n.*\n.*\n.*\n.*\n/, '')
  it.each<[string, string, Theme, string | undefined, Options]>([
    ['nat', sample('nat'), 'dark', undefined, {}],
    ['tun-broken', sample('tun'), 'light', 'Strict reverse-path', {}],
    ['arp', LAN, 'high-contrast', 'Answers ARP', {}],
    ['outside', outside, 'high-contrast-light', undefined, {}],
    ['farm-12', farmText(10), 'dark', undefined, {}],
    ['farm-60', farmText(58), 'light', 'No default gateway', {}],
    ['narrow', sample('dr'), 'dark', undefined, { size: { width: 700, height: 900 } }],
  ])('of %s', async (name, text, theme, broken, options) => {
    const designer = await openWalk(text, { theme, ...options })
    if (broken !== undefined) await flip(designer, broken)
    await designer.page.getByRole('tab', { name: 'Hops' }).click()
    await end(designer)
    await designer.page.waitForTimeout(500)
    await designer.screenshot(`walk-${name}`)
    expect(designer.faults).toEqual([])
    await designer.close()
  })
})
