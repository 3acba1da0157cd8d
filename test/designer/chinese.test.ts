import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { speakChinese } from '../../src/core/speech/chinese.test-kit.js'
import { speak } from '../../src/core/speech/say.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage } from './page-kit.js'

let designer: DesignerPage
beforeAll(async () => {
  speakChinese()
  const text = readFileSync('samples/dr.lvs.yaml', 'utf8').replace(
    /    role: real-server\n/g,
    '$&    sysctls: { net.ipv4.conf.all.arp_ignore: 0, net.ipv4.conf.eth0.arp_ignore: 0 }\n',
  )
  designer = await openDesigner(text)
  await designer.settled()
})
afterAll(async () => {
  await designer.close()
  await closeBrowser()
  speak(undefined)
})

it('is in Chinese where VS Code is: the canvas, the palette, the panel, findings, and what is read aloud', async () => {
  const { page } = designer
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  await page.getByRole('toolbar', { name: '添加到拓扑' }).waitFor()
  await page.getByRole('button', { name: '放大' }).waitFor()
  await page.getByText('部署…').first().waitFor()
  await page
    .getByText(/上应答 “web” 的 VIP/)
    .first()
    .waitFor()
  await designer.node('host:rs1').click()
  await page.getByRole('complementary', { name: '属性' }).waitFor()
  expect(
    await designer
      .node('host:rs1')
      .locator('[aria-label*="真实服务器 rs1"]')
      .or(designer.node('host:rs1'))
      .first()
      .innerText(),
  ).toContain('真实服务器')
  expect(designer.faults).toEqual([])
  await designer.screenshot('chinese')
})

it('finds by the kind of thing in Chinese', async () => {
  expect(await designer.page.locator('.canvas').getAttribute('aria-roledescription')).toBe('拓扑图')
  await designer.act('find')
  const titles = () => designer.page.locator('.chooser-item .chooser-title').allTextContents()
  await designer.page.locator('.chooser-input').fill('服务 DR')
  await expect.poll(titles).toEqual(['web', 'web6'])
  await designer.page.locator('.chooser-input').fill('网络')
  await expect.poll(titles).toEqual(['outside', 'farm'])
  await designer.screenshot('chinese-find')
  await designer.page.locator('.chooser-input').press('Escape')
  expect(designer.faults).toEqual([])
})
