import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { Theme } from './page-kit.js'

afterAll(closeBrowser)

const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')

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
    await designer.close()
  })

  it('of sixty real servers is a farm; of five thousand, one closed box that opens', async () => {
    const sixty = await openDesigner(farmText(60))
    await sixty.settled()
    expect(await sixty.page.locator('.farm-open').count()).toBe(1)
    await sixty.screenshot('farm-60')
    await sixty.close()

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
