import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sshdAvailable, startSshd } from '../sshd/start-sshd.js'
import type { Sshd } from '../sshd/start-sshd.js'
import { openVsCode } from './vscode-kit.js'
import type { VsCode } from './vscode-kit.js'

/** A VS Code in Simplified Chinese, from the drawing to hosts: what a person reads of us is Chinese, wherever it comes from. */
describe.skipIf(!sshdAvailable)('in Chinese', () => {
  let code: VsCode
  let sshd: Sshd
  let folder = ''
  const knownHosts = () => join(folder, 'known_hosts')

  beforeAll(async () => {
    sshd = await startSshd()
    folder = await mkdtemp(join(tmpdir(), 'lvs-e2e-'))
    const sshConfig = join(folder, 'ssh_config')
    await writeFile(
      sshConfig,
      [
        'Host *',
        '  HostName 127.0.0.1',
        `  Port ${sshd.port}`,
        `  User ${sshd.user}`,
        `  IdentityFile ${sshd.userKey.file}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${knownHosts()}`,
        '',
      ].join('\n'),
    )
    const dr = await readFile('samples/dr.lvs.yaml', 'utf8')
    const answersArp = '    sysctls: { net.ipv4.conf.all.arp_ignore: 0, net.ipv4.conf.eth0.arp_ignore: 0 }\n'
    code = await openVsCode({
      language: 'zh-cn',
      settings: { 'lvsDesigner.sshConfig': sshConfig },
      files: {
        'shop.lvs.yaml': dr,
        'wrong.lvs.yaml': dr.replace(/    role: real-server\n/g, `$&${answersArp}`),
      },
    })
  })
  afterAll(async () => {
    await code.close()
    await sshd.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const page = () => code.designer()

  it('commands have their names, and a wrong drawing its findings, on the canvas and in the list of problems', async () => {
    expect(await code.offered('LVS: 从主机移除')).toContain('LVS: 从主机移除…')
    await code.openFile('wrong.lvs.yaml')
    await page().locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
    await page().getByRole('toolbar', { name: '添加到拓扑' }).waitFor()
    await page().getByText('应答绕过 lb1，直接发给客户端').first().waitFor()
    await code.command('Problems: Focus on Problems View')
    await expect.poll(() => code.page.locator('.markers-panel').textContent()).toMatch(/上应答 “web” 的 VIP/)
    await code.screenshot('chinese-findings')
    await code.command('View: Hide Panel')
  })

  it('a request is walked hop by hop', async () => {
    await page().locator('.react-flow__node[data-id="service:web"]').click()
    await page().locator('.panel-trace vscode-button').click()
    await page()
      .locator('.walk')
      .getByText(/第 1 跳/)
      .first()
      .waitFor()
    await code.screenshot('chinese-walk')
  })

  it('the key of a host that nobody knows is asked for: refused nothing is done, trusted the plan is made', async () => {
    const [hostKey] = sshd.hostKeys
    const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', hostKey?.publicFile ?? ''])
      .toString()
      .split(' ')
    await code.openFile('shop.lvs.yaml')
    await page().locator('[data-arranging="false"]').waitFor({ timeout: 120_000 })
    const plan = async (answer: string) => {
      await code.command('LVS: 计划')
      // Once, for one machine behind all three names.
      await code.page.locator('.monaco-dialog-box').waitFor({ timeout: 60_000 })
      const { text } = await code.dialog()
      expect(text).toMatch(/尚不认识 (lb1|rs1|rs2)/)
      expect(text).toContain(fingerprint)
      await code.screenshot('chinese-key')
      await code.pressInDialog(answer)
    }
    await plan('Cancel')
    await code.notification(/未知，且没有被接受/).waitFor({ timeout: 60_000 })
    expect(existsSync(knownHosts())).toBe(false)
    await code.dismissNotifications()
    await plan('信任此密钥')
    // This machine is none of those that are drawn, which is why, and what of it would be changed.
    await code.notification(/被拒绝：/).waitFor({ timeout: 60_000 })
    expect(await readFile(knownHosts(), 'utf8')).toContain('127.0.0.1')
    await code.screenshot('chinese-refusal')
    await code.pressInNotification(/被拒绝：/, '显示改动')
    await code.page.locator('.monaco-diff-editor').first().waitFor({ timeout: 60_000 })
    await expect
      .poll(() => code.page.locator('.monaco-diff-editor').first().textContent())
      .toMatch(/内核模块|地址/)
    await code.screenshot('chinese-plan')
    expect(code.faults()).toEqual([])
  })

  it('running hosts are asked for by their names, logged in to, and drawn only where one is a director', async () => {
    await code.dismissNotifications()
    await code.command('LVS: 从运行中的主机导入…')
    await code.answerInput('lb1; reboot')
    await code.page.getByText('“lb1;”不是主机').waitFor()
    await code.screenshot('chinese-import')
    await code.answerInput('lb1 rs1')
    await code.notification(/lb1, rs1 的 IPVS 表中没有虚拟服务/).waitFor({ timeout: 60_000 })
    expect(code.faults()).toEqual([])
  })
})
