import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { tableOfCluster } from '../../src/core/hosts/marks.js'
import { hostPower } from '../../src/lab/index.js'
import { choiceFrom, enumerate, targetOf } from './enumeration.js'
import {
  countedCommands,
  expectOk,
  hit,
  installFaults,
  keptOn,
  letGo,
  onHost,
  reach,
  setFault,
  settled,
  settledState,
  startCli,
  statesOf,
  unlock,
  withSmallDisk,
} from './faults-kit.js'
import { answers, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const DEPLOYED = ['lb1', 'rs1', 'rs2']
const NAME = 'test-transactions'
/** Short, and still longer than three emulated handshakes take. */
const TIMER = 15

/** G1 to G9, G18, G25, G26: whatever ends a deployment half-way, the host itself goes back, or has gone all the way. */
describe('a deployment as a transaction of its hosts', () => {
  let lab: RunningLab
  let before = new Map<string, string>()

  beforeAll(async () => {
    lab = await startLab('samples/nat.lvs.yaml', NAME, { restarts: true })
    for (const host of DEPLOYED) await installFaults(lab, host)
    before = await statesOf(lab, DEPLOYED)
  })
  afterAll(async () => {
    await lab.down()
  })
  afterEach(async () => {
    for (const host of DEPLOYED) {
      await countedCommands(lab, host)
      await reach(lab, host, 'true')
    }
    const states = await statesOf(lab, DEPLOYED)
    for (const host of DEPLOYED) {
      const state = states.get(host)
      // One that goes wrong must not take the others along.
      if (state !== before.get(host)) await startCli(lab, 'remove', lab.file, '--drain', '0').ended
      expect(state, `${host} is as it was`).toBe(before.get(host))
    }
  })

  const apply = (...more: string[]) => startCli(lab, 'apply', lab.file, '--timer', String(TIMER), ...more)
  const log = (host: string) => reach(lab, host, 'cat /var/log/lvs-designer.log')
  const remove = async () => {
    expectOk(await startCli(lab, 'remove', lab.file, '--drain', '0').ended)
  }

  it('goes back by itself when the operator’s machine dies in the middle', async () => {
    await setFault(lab, 'lb1', 1, 'signal', 'ip address replace 192.0.2.100/32')
    const { child, ended } = apply()
    await hit(lab, 'lb1')
    // As long as it lives, it puts off the time.
    expect(await lab.on('rs1', 'ip route show default')).toContain('via 10.0.0.1 ')
    child.kill('SIGKILL')
    await ended
    await letGo(lab, 'lb1')
    for (const host of DEPLOYED) {
      // The last that its timer does.
      await onHost(
        lab,
        host,
        `until tail -n 1 /var/log/lvs-designer.log | grep -q 'undone: its time was up$'; do sleep 0.5; done`,
      )
      expect(await lab.on(host, 'ls /var/lib/lvs-designer /run/lvs-designer/lock 2>/dev/null; true')).toBe('')
      expect(await log(host)).toMatch(/undone: its time was up\n$/)
    }
  })

  it('goes back by itself when nobody reaches the host any longer, and that is what the operator is told', async () => {
    await setFault(lab, 'rs1', 1, 'cut', 'ip -4 route replace')
    const { status, stdout, stderr } = await apply().ended
    expect(stdout, stderr).toMatch(/REVERTED +rs1/)
    expect(stdout).toMatch(/REVERTED +lb1|UNCHANGED +lb1/)
    expect(status).toBe(1)
    expect(await log('rs1')).toMatch(/undone: its time was up/)
  })

  it('does not confirm what nobody could log in to any more', async () => {
    await setFault(lab, 'rs2', 1, 'locked', 'ip -4 route replace')
    const { said, ended } = apply()
    await said(/undoing everything/)
    await unlock(lab, 'rs2')
    const { status, stdout, stderr } = await ended
    // The sessions that were open went on working: every step was done.
    expect(stderr).toMatch(/lb1: (\d+) of \1 steps done/)
    expect(stdout, stderr).toMatch(/REVERTED +lb1: no new connection could be made: rs2: /)
    expect(status).toBe(1)
  })

  it('ends a command that hangs, with all that it has done', async () => {
    await setFault(lab, 'rs1', 1, 'hang', 'ip -4 route replace')
    const { status, stdout, stderr } = await apply().ended
    expect(stdout, stderr).toMatch(/REVERTED +rs1/)
    expect(status).toBe(1)
    expect(await reach(lab, 'rs1', 'pgrep -f "[s]leep 600" || true')).toBe('')
  })

  it.each([
    ['in the middle', 'reset-after', 'ip address replace 192.0.2.100/32'],
    ['while what runs at boot is written', 'reset-before', 'mv -f /etc/inittab.lvs'],
  ] as const)('is gone after a reboot that comes before it was confirmed, %s', async (_, fault, words) => {
    await setFault(lab, 'lb1', 1, fault, words)
    const { status, stdout, stderr } = await apply().ended
    expect(stdout, stderr).toMatch(/REVERTED +lb1/)
    expect(status).toBe(1)
  })

  it('is refused, with nothing changed, where it cannot be written down', async () => {
    await withSmallDisk(lab, 'rs1', 32, async () => {
      const { status, stdout, stderr } = await apply().ended
      expect(stdout + stderr).toMatch(/rs1: prepare: cannot write .*full or read-only/)
      expect(status).toBe(2)
      expect(await onHost(lab, 'rs1', 'ls /var/lib/lvs-designer')).toBe('')
    })
  })

  it.each([
    ['is full', 'full', 'ipvsadm -A', 'cannot write '],
    ['can be read only', 'read-only', '/current', 'cannot write .*/current'],
  ] as const)('goes back when the disk %s before it is confirmed', async (_, fault, words, reason) => {
    await withSmallDisk(lab, 'lb1', 400, async () => {
      await setFault(lab, 'lb1', 1, fault, words)
      const { status, stdout, stderr } = await apply().ended
      expect(stdout, stderr).toMatch(new RegExp(`REVERTED +lb1: .*${reason}`))
      expect(stdout).toMatch(/REVERTED +rs1/)
      expect(status).toBe(1)
      await countedCommands(lab, 'lb1')
    })
  })

  it.each([
    ['the kernel refuses a service', 'refused', 'ipvsadm -A', /could not add the virtual service .*ipvsadm/],
    [
      'a command writes without end',
      'flood',
      'ip address replace 192.0.2.100',
      /could not add 192\.0\.2\.100\/32 to eth0: .*all work and no play/,
    ],
    ['sshd dies with all of its sessions', 'sshd', 'ipvsadm -a', /./],
  ] as const)('goes back when %s', async (_, fault, words, reason) => {
    await setFault(lab, 'lb1', 1, fault, words)
    const { status, stdout, stderr } = await apply().ended
    const said = /^ *REVERTED +lb1: .*$/m.exec(stdout)?.[0] ?? ''
    expect(said, stdout + stderr).toMatch(reason)
    expect(said.length).toBeLessThan(3000)
    expect(status).toBe(1)
  })

  it('is of one operator, whoever else comes at the same time', async () => {
    const ends = await Promise.all([apply(), apply(), apply()].map(({ ended }) => ended))
    const statuses = ends.map(({ status }) => status)
    // Who comes first on one host may come second on another: then nobody does anything.
    expect(statuses.filter((status) => status === 0).length).toBeLessThanOrEqual(1)
    for (const { status, stdout, stderr } of ends) {
      if (status === 0) continue
      expect(status, stdout + stderr).toBe(2)
      expect(stdout + stderr).toMatch(/another deployment holds this host: \S+ process \d+; wait/)
    }
    if (statuses.includes(0)) await remove()
  })

  it('is taken back everywhere when half of the hosts are lost while they are told that it holds', async () => {
    await setFault(lab, 'rs1', 1, 'cut', '/current')
    await setFault(lab, 'rs2', 1, 'reset-before', '/current')
    const { status, stdout, stderr } = await apply().ended
    for (const host of DEPLOYED) expect(stdout, stderr).toMatch(new RegExp(`REVERTED +${host}`))
    expect(stdout).toMatch(/rs2 could not confirm/)
    expect(status).toBe(1)
  })

  it('is called UNKNOWN where a host cannot be asked any more what has become of it', async () => {
    const file = join(lab.folder, 'sudo.lvs.yaml')
    await writeFile(
      file,
      (await readFile(lab.file, 'utf8')).replace(
        'role: director\n',
        'role: director\n    ssh: { sudo: true }\n',
      ),
    )
    const sshConfig = join(lab.folder, 'ops_config')
    await writeFile(sshConfig, `Host lb1\n  User ops\n${await readFile(lab.sshConfig, 'utf8')}`)
    await setFault(lab, 'lb1', 1, 'no-sudo', 'ip address replace 192.0.2.100/32')
    const { status, stdout, stderr } = await startCli(
      { ...lab, sshConfig },
      'apply',
      file,
      ...['--timer', String(TIMER), '--skip-verify'],
    ).ended
    expect(stdout, stderr).toMatch(/UNKNOWN +lb1: it could not be asked what has become of it/)
    expect(status).toBe(3)
    await settled(lab, 'lb1', TIMER + 5)
    expect(await log('lb1')).toMatch(/undone: its time was up\n$/)
    await onHost(lab, 'lb1', '/usr/bin/mv /root/* /etc/sudoers.d/')
    expect(await settledState(lab, 'lb1')).toBe(before.get('lb1'))
    await remove()
  })

  // The host restarts at one of its commands, the operator's machine dies at another; `npm run faults` tries all of them.
  it('is as before or as told wherever its director is interrupted, and the next one arrives', async () => {
    const copy = { target: targetOf(lab), hosts: DEPLOYED, interrupted: DEPLOYED.slice(0, 1) }
    await enumerate('a director', [copy], choiceFrom(process.env, 2))
    if ((await keptOn(lab, DEPLOYED)).size > 0) await remove()
  }, 600_000)

  it('is there again after a reboot that comes after, masquerading and all, and goes with everything of it', async () => {
    const text = await readFile(lab.file, 'utf8')
    await writeFile(lab.file, text.replace('    mode: nat\n', '    mode: nat\n    masquerade: true\n'))
    expectOk(await apply().ended)
    const after = await statesOf(lab, DEPLOYED)
    for (const host of DEPLOYED) {
      expect(after.get(host)).not.toBe(before.get(host))
      expect(await log(host)).toMatch(/confirmed\n$/)
    }
    await Promise.all(
      DEPLOYED.map(async (host) => {
        await hostPower(NAME, host, 'cut')
        await hostPower(NAME, host, 'start')
      }),
    )
    for (const host of DEPLOYED) {
      expect(await settledState(lab, host), host).toBe(after.get(host))
      expect(await log(host)).toMatch(/brought back at boot\n$/)
    }
    const planned = await lab.cli('plan', lab.file)
    expect(planned.stdout).toMatch(/Nothing to change/)
    expectOk(await lab.cli('verify', lab.file))
    const set = `nft list set inet ${tableOfCluster(NAME)} masquerade-tcp-ipv4`
    expect(await lab.on('lb1', `sysctl -n net.ipv4.vs.conntrack; ${set}`)).toMatch(
      /^1\n[^]*192\.0\.2\.100 \. 80/,
    )
    const { output: served } = await answers(lab, 'alice', 'http://192.0.2.100/', 2)
    expect(served).toMatch(/^rs1 .* saw 10\.0\.0\.1:\d+$/m)
    expect(served).toMatch(/^rs2 .* saw 10\.0\.0\.1:\d+$/m)

    // A change on top of it that a reboot ends goes back to what was confirmed, not to nothing.
    await setFault(lab, 'lb1', 1, 'reset-after', 'ipvsadm -d')
    expect(
      (await startCli(lab, 'remove', lab.file, '--drain', '0', '--timer', String(TIMER)).ended).status,
    ).toBe(1)
    await settled(lab, 'lb1', TIMER + 5)
    expect(await settledState(lab, 'lb1')).toBe(after.get('lb1'))
    expect((await lab.cli('plan', lab.file)).stdout).toMatch(/Nothing to change/)
    await remove()
  }, 600_000)
})
