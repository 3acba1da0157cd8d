import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FleetRun } from '../sshd/fleet-run.js'
import { RED_HAT } from './red-hat.js'
import { startSystemdFleet } from './systemd-fleet.js'
import type { SystemdFleet } from './systemd-fleet.js'
import type { SystemdHost } from './systemd-host.js'
import { systemdAvailable } from './systemd-host.js'

const UNIT = 'lvs-designer-fleet-1.service'
const VIP = '10.213.255.1/32'
const OTHER_VIP = '10.213.255.9/32'
const COMMITTED = { outcome: 'COMMITTED', failures: [] }

/** The whole life of a deployment, by SSH, to hosts that are laid out as Red Hat does it, with bash as their sh. */
describe.skipIf(!systemdAvailable)('hosts with the paths of Red Hat', () => {
  let fleet: SystemdFleet | undefined
  let hosts: readonly SystemdHost[] = []
  let before: readonly string[] = []
  beforeAll(async () => {
    fleet = await startSystemdFleet(1, () => RED_HAT)
    hosts = [...fleet.hosts.values()]
    before = hosts.map(state)
  }, 300_000)
  afterAll(async () => {
    await fleet?.stop()
  }, 60_000)

  const run = async (what: Parameters<SystemdFleet['run']>[0]): Promise<FleetRun> => {
    if (fleet === undefined) throw new Error('there is no fleet')
    return fleet.run(what)
  }
  /** Every file that is the host's own, and what a deployment changes in the kernel. */
  const state = (host: SystemdHost) =>
    host.on(
      'find /etc /usr/lib/systemd /usr/lib/sysctl.d -xdev -type f -exec md5sum {} + | sort; find /etc/systemd -type l | sort; ip -o -4 address | sed "s/valid_lft.*//"; ip route; sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce; ls /var/lib/lvs-designer 2>/dev/null || true',
    )
  const addresses = (host: SystemdHost) => host.on('ip -o -4 address show dev lo')
  const log = (host: SystemdHost) => host.on('cat /var/log/lvs-designer.log')

  it('are what they are said to be', () => {
    for (const host of hosts) {
      expect(host.on('readlink -f /bin/sh; . /etc/os-release; echo "$ID"')).toBe('/usr/bin/bash\nrhel\n')
      expect(host.on('command -v dash dpkg apt-get update-rc.d; ls -d /etc/network 2>/dev/null; true')).toBe(
        '',
      )
    }
  })

  it('are deployed to, and nothing of theirs is touched but by a unit of ours', async () => {
    expect(await run('apply')).toMatchObject(COMMITTED)
    for (const [index, host] of hosts.entries()) {
      expect(addresses(host)).toContain(VIP)
      const lines = new Set((before[index] ?? '').split('\n'))
      const files = state(host)
        .split('\n')
        .filter((line) => !lines.has(line) && line.includes('/etc/'))
        .map((line) => line.replace(/^\S+ +/, ''))
      expect(files).toEqual([
        `/etc/systemd/system/${UNIT}`,
        `/etc/systemd/system/multi-user.target.wants/${UNIT}`,
      ])
      expect(host.on(`systemctl is-enabled ${UNIT}`)).toBe('enabled\n')
      expect(host.on('systemctl list-units --all --plain --no-legend "lvs-designer-*.timer"')).toBe('')
    }
    expect(await run('apply')).toMatchObject({ outcome: 'UNCHANGED', steps: 0 })
  }, 120_000)

  it('have it again after they have been restarted', async () => {
    await Promise.all(hosts.map((host) => host.restart()))
    for (const host of hosts) {
      expect(addresses(host)).toContain(VIP)
      expect(log(host)).toMatch(/brought back at boot\n$/)
    }
    expect(await run('drift')).toMatchObject({ outcome: 'IN_SYNC', failures: [] })
  }, 120_000)

  it('go back to what was confirmed before', async () => {
    const drawing = fleet?.drawing ?? ''
    const text = readFileSync(drawing, 'utf8')
    writeFileSync(drawing, text.replace('vip: 10.213.255.1', 'vip: 10.213.255.9'))
    expect(await run('apply')).toMatchObject(COMMITTED)
    for (const host of hosts) expect(addresses(host)).toContain(OTHER_VIP)
    writeFileSync(drawing, text)
    expect(await run('rollback')).toMatchObject(COMMITTED)
    for (const host of hosts) {
      expect(addresses(host)).toContain(VIP)
      expect(addresses(host)).not.toContain(OTHER_VIP)
    }
  }, 120_000)

  it('are as they were once it is removed, also after the next restart', async () => {
    expect(await run('remove')).toMatchObject(COMMITTED)
    expect(hosts.map(state)).toEqual(before)
    await Promise.all(hosts.map((host) => host.restart()))
    expect(hosts.map(state)).toEqual(before)
  }, 120_000)
})
