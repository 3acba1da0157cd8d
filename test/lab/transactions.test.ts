import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hostPower } from '../../src/lab/index.js'
import {
  countedCommands,
  expectOk,
  hit,
  installFaults,
  OUTAGE_SECONDS,
  reach,
  setFault,
  settled,
  settledState,
  startCli,
  statesOf,
} from './faults-kit.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const DEPLOYED = ['lb1', 'rs1', 'rs2']
const NAME = 'test-transactions'
/** Short, and still longer than three emulated handshakes take. */
const TIMER = 15

/** G1 to G5: whatever ends a deployment half-way, the host itself goes back, or has gone all the way. */
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
      expect(await settledState(lab, host), `${host} is as it was`).toBe(before.get(host))
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
    child.kill('SIGKILL')
    await ended
    expect(await lab.on('rs1', 'ip route show default')).toContain('via 10.0.0.1 ')
    await sleep(1000 * (TIMER + 5))
    for (const host of DEPLOYED) {
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
    const { status, stdout, stderr } = await apply().ended
    // The sessions that were open went on working: every step was done.
    expect(stderr).toMatch(/lb1: (\d+) of \1 steps done/)
    expect(stdout, stderr).toMatch(/REVERTED +lb1: no new connection could be made: rs2: /)
    expect(status).toBe(1)
    await sleep(1000 * 2)
    await reach(lab, 'rs2', 'true', OUTAGE_SECONDS + 20)
  })

  it('ends a command that hangs, with all that it has done', async () => {
    await setFault(lab, 'rs1', 1, 'hang', 'ip -4 route replace')
    const { status, stdout, stderr } = await apply().ended
    expect(stdout, stderr).toMatch(/REVERTED +rs1/)
    expect(status).toBe(1)
    expect(await reach(lab, 'rs1', 'pgrep -f "[s]leep 600" || true')).toBe('')
  })

  it('is gone after a reboot that comes before it was confirmed', async () => {
    await setFault(lab, 'lb1', 1, 'reset-after', 'ip address replace 192.0.2.100/32')
    const { status, stdout, stderr } = await apply().ended
    expect(stdout, stderr).toMatch(/REVERTED +lb1/)
    expect(status).toBe(1)
  })

  it('is there again after a reboot that comes after, and goes with everything of it', async () => {
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

    // A change on top of it that a reboot ends goes back to what was confirmed, not to nothing.
    await setFault(lab, 'lb1', 1, 'reset-after', 'ipvsadm -d')
    expect(
      (await startCli(lab, 'remove', lab.file, '--drain', '0', '--timer', String(TIMER)).ended).status,
    ).toBe(1)
    await settled(lab, 'lb1', TIMER + 5)
    expect(await settledState(lab, 'lb1')).toBe(after.get('lb1'))
    expect((await lab.cli('plan', lab.file)).stdout).toMatch(/Nothing to change/)
    await remove()
  })
})
