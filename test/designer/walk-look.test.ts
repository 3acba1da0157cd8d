import { readFileSync } from 'node:fs'
import { afterAll, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { Theme } from './page-kit.js'
afterAll(closeBrowser)
const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
const outside = sample('dr').replace(/  alice:\n.*\n.*\n.*\n/, '')
const onelan = `lvs: 1
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
const norouter = outside.replace(/  edge:\n.*\n.*\n.*\n.*\n/, '')
it.each<[string, string, Theme, string[]]>([
  ['nat-gw', sample('nat'), 'light', ['No default']],
  ['dr-out', outside, 'high-contrast', ['The VIP 192.0.2.100 is missing']],
  ['dr-norouter', norouter, 'dark', []],
  ['lan', onelan, 'high-contrast-light', ['Answers ARP']],
  ['tun', sample('tun'), 'dark', ['Strict']],
  ['farm12', farmText(10), 'dark', []],
  ['farm60', farmText(58), 'light', []],
  ['farm100', farmText(100), 'high-contrast', []],
])('look %s', async (name, text, theme, broken) => {
  const d = await openDesigner(text, { theme })
  await d.settled()
  await d.node('service:web').click()
  await d.page.getByText('Trace', { exact: true }).click()
  await d.page.waitForTimeout(900)
  if (name.startsWith('farm')) await d.page.locator('.walk-select').nth(2).selectOption('rs8')
  await d.page.getByRole('tab', { name: 'Break it' }).click()
  for (const title of broken) await d.page.locator('vscode-checkbox', { hasText: title }).first().click()
  await d.page.getByRole('tab', { name: 'Hops' }).click()
  await d.page.waitForTimeout(300)
  await d.page.keyboard.press('End')
  await d.page.waitForTimeout(700)
  await d.screenshot(`walk-look-${name}-end`)
  await d.page.getByRole('tab', { name: 'Text' }).click()
  await d.page.waitForTimeout(300)
  await d.screenshot(`walk-look-${name}-text`)
  console.log(d.faults)
  await d.close()
})
