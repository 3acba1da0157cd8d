import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { NO_FILES } from '../../src/core/formats/source-text.js'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { importTopology } from '../../src/core/import/import-topology.js'
import { readSource } from '../../src/core/import/read-source.js'
import { renderCluster } from '../../src/core/render/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { Theme } from './page-kit.js'

afterAll(closeBrowser)

const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
const clusterOf = (text: string) => deriveCluster(parseTopology(text).topology)

const THEMES: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light']

/** Two services, a router before a director pair's front, and more findings than one likes. */
const TWELVE = `lvs: 1
name: shop
networks:
  internet: { subnet: 198.51.100.0/24, gateway: 198.51.100.1 }
  front: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: internet, address: 198.51.100.50 } } }
  bob: { role: client, interfaces: { eth0: { network: internet, address: 198.51.100.51 } } }
  edge: { role: router, interfaces: { eth0: { network: internet, address: 198.51.100.1 }, eth1: { network: front, address: 192.0.2.1 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } } }
  lb2: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.3 } } }
${[1, 2, 3, 4].map((n) => `  web${n}: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.1${n} } } }`).join('\n')}
${[1, 2, 3].map((n) => `  db${n}: { role: real-server, interfaces: { eth0: { network: front, address: 192.0.2.2${n} } } }`).join('\n')}
services:
  web:
    mode: nat
    director: lb1
    vip: 192.0.2.100
    port: 80
    scheduler: wrr
    real-servers: { web1: { port: 8080, weight: 3 }, web2: { port: 8080 }, web3: { port: 8080 }, web4: { port: 8080, weight: 0 } }
  db:
    mode: dr
    director: lb2
    vip: 192.0.2.101
    port: 5432
    scheduler: wrrr
    real-servers: { db1: {}, db2: {}, db3: { port: 5433 } }
`
const THREE = `lvs: 1
name: small
networks:
  lan: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
hosts:
  lb: { role: director, interfaces: { eth0: { network: lan, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.11 } } }
  rs2: { role: real-server, interfaces: { eth0: { network: lan, address: 192.0.2.12 } } }
services:
  web: { mode: dr, director: lb, vip: 192.0.2.100, port: 80, scheduler: rr, real-servers: { rs1: {}, rs2: {} } }
`

/** Pairs of words on the drawing that lie on one another. */
const OVERLAPS = `[...document.querySelectorAll('.bar-label, .way-label, .flow-label, .card, .pill, .farm-title')]
  .filter((each) => each.offsetParent !== null && getComputedStyle(each).display !== 'none')
  .map((each) => ({ text: each.className + ' ' + each.textContent.slice(0, 30), box: each.getBoundingClientRect() }))
  .flatMap((a, index, all) => all.slice(index + 1)
    .filter((b) => a.box.left + 1 < b.box.right && b.box.left + 1 < a.box.right && a.box.top + 1 < b.box.bottom && b.box.top + 1 < a.box.bottom)
    .map((b) => a.text + ' | ' + b.text))`

describe('what is drawn can be read', () => {
  const drawings = [
    ['3', THREE],
    ['12', TWELVE],
    ['60', farmText(58)],
    ['500', farmText(500)],
  ] as const
  it.each(drawings.flatMap(([count, text]) => THEMES.map((theme) => [count, theme, text] as const)))(
    'of %s hosts in %s, and nothing lies on anything else',
    async (count, theme, text) => {
      const designer = await openDesigner(text, { theme })
      await designer.settled()
      await designer.screenshot(`hosts-${count}-${theme}`)
      expect(await designer.page.evaluate<string[]>(OVERLAPS)).toEqual([])
      expect(designer.faults).toEqual([])
      await designer.close()
    },
  )

  it.each(drawings)('of %s hosts from afar', async (count, text) => {
    const designer = await openDesigner(text)
    await designer.settled()
    await designer.act('zoom-to-100')
    await designer.page.waitForTimeout(400)
    for (let times = 0; times < 8; times++) await designer.act('zoom-out')
    const canvas = designer.page.locator('.canvas')
    await expect.poll(() => canvas.getAttribute('data-detail')).toBe('glyphs')
    expect(await designer.page.evaluate<string[]>(OVERLAPS)).toEqual([])
    await designer.screenshot(`hosts-${count}-far`)
    await designer.close()
  })
})

/** The keepalived.conf of both directors of the sample pair, and one with everything in it. */
const FILES = [
  [
    'a pair',
    renderCluster(clusterOf(sample('pair'))).filter(({ path }) => path.endsWith('/keepalived.conf')),
  ],
  [
    'everything',
    [{ path: 'everything.conf', content: readFileSync('test/keepalived/right/everything.conf', 'utf8') }],
  ],
] as const

describe('what was imported', () => {
  it.each(FILES)('from keepalived.conf, %s, can be read without a hand moved', async (name, files) => {
    const directors = files.flatMap(
      ({ path, content }) => readSource('keepalived', { name: path, text: content }, NO_FILES).directors,
    )
    const { text, services } = importTopology({ directors, hosts: [] })
    expect(services).toBeGreaterThan(0)
    const designer = await openDesigner(text)
    await designer.settled()
    await designer.screenshot(`imported-${name.replace(' ', '-')}`)
    expect(await designer.page.evaluate<string[]>(OVERLAPS)).toEqual([])
    // Where requests come from and how replies go is within sight, too.
    const sight = await designer.page.locator('.react-flow').boundingBox()
    for (const way of await designer.page.locator('.way, .way-label').all()) {
      const box = await way.boundingBox()
      expect(box?.x).toBeGreaterThanOrEqual(sight?.x ?? NaN)
      expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeLessThanOrEqual(
        (sight?.y ?? NaN) + (sight?.height ?? NaN),
      )
    }
    const hosts = [...clusterOf(text).hosts.keys()]
    for (const host of hosts) await expect.poll(() => designer.node(`host:${host}`).count()).toBe(1)
    expect(designer.text()).toBe(text)
    expect(designer.faults).toEqual([])
    await designer.close()
  })
})

describe('a drawing', () => {
  it.each<[string, Theme]>([
    ['nat', 'dark'],
    ['nat', 'light'],
    ['tun', 'dark'],
    ['tun', 'high-contrast'],
    ['dr', 'light'],
    ['dr', 'high-contrast-light'],
  ])('of sample %s in %s has every host, network and service', async (mode, theme) => {
    const designer = await openDesigner(sample(mode), { theme })
    await designer.settled()
    const groups = await designer.page.locator('.react-flow__node [role="group"]').all()
    const labels = await Promise.all(groups.map((each) => each.getAttribute('aria-label')))
    expect(labels.filter((label) => label?.startsWith('Real server'))).toHaveLength(2)
    expect(labels).toContainEqual(expect.stringMatching(/^Director lb1, .*VIP 192\.0\.2\.100 on eth0/))
    expect(labels).toContainEqual(
      expect.stringMatching(new RegExp(`^Service web, ${mode.toUpperCase()}, 192\\.0\\.2\\.100:80`)),
    )
    await designer.screenshot(`${mode}-${theme}`)
    await designer.node('service:web').click()
    await designer.page.locator('.mode-picker').waitFor()
    await designer.screenshot(`${mode}-${theme}-service`)
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('opens without a change of the text', async () => {
    const designer = await openDesigner(sample('tun'))
    await designer.settled()
    expect(designer.text()).toBe(sample('tun'))
    expect(designer.received.filter((message) => message?.kind === 'edit')).toEqual([])
    await designer.close()
  })

  it('that is empty says how to begin', async () => {
    const designer = await openDesigner('lvs: 1\nname: new\n')
    await expect.poll(() => designer.page.locator('.empty').textContent()).toContain('Drag a network')
    await designer.screenshot('empty')
    await designer.page.getByRole('button', { name: 'Begin with a Sample…' }).click()
    await designer.page.getByRole('button', { name: 'First Steps' }).click()
    const run = designer.received.filter((message) => message?.kind === 'run')
    expect(run).toEqual([
      { kind: 'run', command: 'new-topology' },
      { kind: 'run', command: 'get-started' },
    ])
    await designer.close()
  })

  it('of sixty real servers is a farm', async () => {
    const sixty = await openDesigner(farmText(60))
    await sixty.settled()
    expect(await sixty.page.locator('.farm-open').count()).toBe(1)
    await sixty.screenshot('farm-60')
    await sixty.close()
  })

  // Beside the page, the text of five thousand hosts is read for it several times.
  it('of five thousand is one closed box that opens', { timeout: 180_000 }, async () => {
    const many = await openDesigner(farmText(5000))
    await many.page.locator('.farm-closed').waitFor()
    await many.settled()
    expect(await many.page.locator('.react-flow__node').count()).toBeLessThan(10)
    expect(await many.page.locator('.farm-closed').textContent()).toContain('×5000')
    await many.screenshot('farm-5000')
    await many.page.getByRole('button', { name: 'show all' }).click()
    await many.page.locator('.farm-open').waitFor()
    await many.settled()
    // Only what is seen is drawn.
    await many.screenshot('farm-5000-open')
    expect(many.faults).toEqual([])
    await many.close()
  })

  it('with names and values meant to do harm shows them as they are, and runs nothing', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const text = `lvs: 1
name: x
networks:
  "_${'n'.repeat(60)}": { subnet: 10.0.0.0/24 }
  "日本 – ünï": { subnet: "${evil}" }
hosts:
  a: { role: "${evil}", interfaces: { eth0: { network: "${evil}", address: "${evil}" } } }
  "${evil}": { role: director }
  "__proto__": { role: client }
  constructor: { role: real-server }
services:
  "constructor": { mode: nat, director: a, vip: 10.0.0.9, port: 80, real-servers: { "__proto__": {}, constructor: {}, "${evil}": {} } }
  "web‮gpj": { mode: "${evil}", vip: "${evil}", port: 80 }
`
    const designer = await openDesigner(text)
    let alerted = false
    designer.page.on('dialog', () => {
      alerted = true
    })
    await designer.settled()
    expect(await designer.page.locator('img').count()).toBe(0)
    await designer.node('host:a').click()
    await designer.page.locator('.properties').waitFor()
    expect(await designer.page.locator('.finding-text').first().textContent()).not.toBe('')
    await designer.screenshot('hostile')
    expect(alerted).toBe(false)
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('drops messages that are not the extension’s', async () => {
    const designer = await openDesigner(sample('nat'))
    await designer.settled()
    for (const message of [
      null,
      'model',
      7,
      [],
      {},
      { kind: 'eval', code: 'alert(1)' },
      { kind: 'constructor' },
    ]) {
      await designer.page.evaluate<undefined>(`window.postMessage(${JSON.stringify(message)}, '*')`)
    }
    await designer.node('host:rs1').click()
    await expect.poll(() => designer.page.locator('.properties').count()).toBe(1)
    expect(designer.faults).toEqual([])
    await designer.close()
  })
})
