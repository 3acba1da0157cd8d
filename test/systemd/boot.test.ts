import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HELPER_TEXT } from '../../src/remote/host/helper-text.js'
import { startSystemdHost, systemdAvailable } from './systemd-host.js'
import type { SystemdHost } from './systemd-host.js'

const VIP = '192.0.2.100/32'
const UNIT = 'lvs-designer-shop.service'
/** A VIP and a setting for ARP, as a real server has them. */
const STEPS = [
  { kind: 'sysctl', key: 'net.ipv4.conf.all.arp_ignore', before: '0', after: '1' },
  { kind: 'address', key: `lo ${VIP}`, before: 'absent', after: 'present' },
] as const

/** G1, G5: systemd itself runs the timer, and at boot the unit. */
describe.skipIf(!systemdAvailable)('a host that boots by systemd', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startSystemdHost()
  }, 120_000)
  afterAll(async () => {
    await host.stop()
  })

  const call = (verb: string, lines: readonly string[] = [], data: readonly string[] = []) =>
    host.on(
      `sh -c "$(cat <<'HELPER'\n${HELPER_TEXT}\nHELPER\n)" lvs-designer ${verb} ''`,
      ['cluster shop', 'token t1', 'owner me@here process 1', ...lines, '--', ...data, ''].join('\n'),
    )
  /** Everything of a deployment or a removal but its confirmation. */
  function applied(tx: string, direction: 'forth' | 'back', timer: number) {
    const steps = STEPS.map((step) =>
      direction === 'forth' ? step : { ...step, before: step.after, after: step.before },
    )
    const lineOf = (part: string, index: number, from: string, to: string) =>
      [part, `s${index + 1}`, 'real-servers', STEPS[index]?.kind, STEPS[index]?.key, to, from].join('\t')
    const kept = direction === 'forth' ? STEPS : []
    call('begin')
    const prepared = call(
      'prepare',
      [`tx ${tx}`, `timer ${timer}`],
      [
        ...steps.map(({ before, after }, index) => lineOf('steps', index, before, after)),
        ...steps.map(({ before, after }, index) => lineOf('undo', index, after, before)).reverse(),
        ...kept.map(({ kind, key, before }) => ['owned', kind, key, before].join('\t')),
        ...kept.map(({ kind, key, after }) => ['wanted', kind, key, after].join('\t')),
        ...HELPER_TEXT.replace(/\n$/, '')
          .split('\n')
          .map((line) => `helper\t${line}`),
        'end',
      ],
    )
    expect(prepared).toBe(`armed\t${timer}\n`)
    expect(call('apply', [`tx ${tx}`, `timer ${timer}`, 'stage real-servers'])).toMatch(/^finished$/m)
    expect(state()).toEqual(direction === 'forth' ? NEW : OLD)
  }
  const confirmed = (tx: string) => call('confirm', [`tx ${tx}`])
  const state = () => [
    host.on('cat /proc/sys/net/ipv4/conf/all/arp_ignore').trim(),
    host.on('ip -o address show dev lo').includes(VIP),
  ]
  const OLD = ['0', false]
  const NEW = ['1', true]
  const log = () => host.on('cat /var/log/lvs-designer.log')
  const timers = () => host.on('systemctl list-units --all --plain --no-legend "lvs-designer-*.timer"').trim()

  it('takes back what nobody confirms, by a timer of systemd, which is gone then', async () => {
    applied('tx1', 'forth', 10)
    expect(timers()).toMatch(/^lvs-designer-tx1\.timer +loaded +active/)
    while (!log().includes('its time was up')) await sleep(200)
    expect(state()).toEqual(OLD)
    expect(timers()).toBe('')
  }, 60_000)

  it('brings what was confirmed back at boot, by a unit of systemd', async () => {
    applied('tx2', 'forth', 60)
    expect(confirmed('tx2')).toMatch(/^confirmed$/m)
    expect(timers()).toBe('')
    expect(host.on(`systemctl is-enabled ${UNIT}`)).toBe('enabled\n')
    await host.restart()
    expect(
      host
        .on(`systemctl show -p ActiveState -p SubState -p Result ${UNIT}`)
        .split('\n')
        .sort()
        .join(' ')
        .trim(),
    ).toBe('ActiveState=active Result=success SubState=exited')
    expect(state()).toEqual(NEW)
    expect(log()).toMatch(/brought back at boot\n$/)
  }, 120_000)

  it('has what was confirmed, and nothing of what was not, when only its services are started again', () => {
    applied('tx25', 'back', 60)
    host.on(`systemctl restart ${UNIT}`)
    expect([state(), timers()]).toEqual([NEW, ''])
    expect(confirmed('tx25')).toBe('reverted\n')
    expect(log()).toMatch(/tx25\t.*\tundone: .*\n.*tx2\t.*brought back at boot\n$/)
  }, 120_000)

  it('has what was confirmed, and nothing of what was not, when the power fails in between', async () => {
    applied('tx3', 'back', 60)
    await host.restart()
    expect(state()).toEqual(NEW)
    expect(log()).toMatch(/tx3\t.*undone by a reboot\n.*tx2\t.*brought back at boot\n$/)
  }, 120_000)

  it('starts nothing any longer once it is removed', async () => {
    applied('tx4', 'back', 60)
    expect(confirmed('tx4')).toMatch(/^confirmed$/m)
    expect(host.on(`systemctl is-enabled ${UNIT} 2>&1 || true`)).toMatch(/not-found|No such file/)
    await host.restart()
    expect(state()).toEqual(OLD)
    expect(host.on('ls -d /var/lib/lvs-designer /etc/systemd/system/lvs-* 2>/dev/null || true')).toBe('')
  }, 120_000)
})
