import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetProgram } from './bundle-fleet-run.js'
import type { FleetCommand } from './bundle-fleet-run.js'
import type { FleetRun } from './fleet-run.js'
import { fleetAvailable, startFleet } from './fleet.js'
import type { Fleet } from './fleet.js'

const SIZE = 50
/** Settings of each host: two for ARP, a VIP, a default gateway. */
const CHANGES = 4

/** Real sshds, real addresses, routes and settings, and the deployment as it is: fifty hosts in one transaction. */
describe.skipIf(!fleetAvailable)('a deployment to fifty hosts', () => {
  let fleet: Fleet
  let run: (what: FleetCommand) => Promise<FleetRun>

  beforeAll(async () => {
    fleet = await startFleet(SIZE)
    run = await fleetProgram(fleet)
  }, 180_000)
  afterAll(async () => {
    await fleet.stop()
  }, 60_000)

  const seen = (host: string) =>
    fleet.on(
      host,
      'ip -o address show dev lo; ip route show default; cd /proc/sys/net/ipv4/conf/all && cat arp_ignore arp_announce',
    )

  it('is planned by one connection and three commands a host at most, applied by two and six, within 150 MiB', async () => {
    const before = seen('rs50')
    const start = fleet.sessions()
    const planned = await run('plan')
    expect(planned).toMatchObject({ outcome: 'PLANNED', steps: CHANGES * SIZE, failures: [] })
    const afterPlan = fleet.sessions()
    expect(afterPlan.connections - start.connections).toBe(SIZE)
    expect(afterPlan.commands - start.commands).toBeLessThanOrEqual(3 * SIZE)

    const applied = await run('apply')
    expect(applied).toMatchObject({ outcome: 'COMMITTED', failures: [] })
    const afterApply = fleet.sessions()
    expect(afterApply.connections - afterPlan.connections).toBe(2 * SIZE)
    expect(afterApply.commands - afterPlan.commands).toBeLessThanOrEqual(6 * SIZE)
    for (const { memory } of [planned, applied]) expect(memory).toBeLessThan(150 * 1024 ** 2)

    for (const host of fleet.hosts) {
      const now = seen(host)
      expect(now, host).toContain('10.213.255.1/32')
      expect(now, host).toMatch(/default via 10\.213\.0\.2 dev eth0[^\n]*\n1\n2\n$/)
    }
    expect(await run('apply')).toMatchObject({ outcome: 'UNCHANGED', steps: 0 })
    expect(await run('remove')).toMatchObject({ outcome: 'COMMITTED' })
    expect(seen('rs50')).toBe(before)
  }, 300_000)
})

describe.skipIf(!fleetAvailable)('a deployment by a canary and batches', () => {
  let fleet: Fleet
  let run: (what: FleetCommand) => Promise<FleetRun>

  beforeAll(async () => {
    fleet = await startFleet(5)
    run = await fleetProgram(fleet)
  }, 120_000)
  afterAll(async () => {
    await fleet.stop()
  }, 60_000)

  const stateOf = (host: string) =>
    fleet.on(
      host,
      'ip -o address show; ip route; cd /proc/sys/net/ipv4/conf && grep "" */arp_*; ls /var/lib/lvs-designer /run/lvs-designer/lock 2>/dev/null; true',
    )
  const vips = () =>
    fleet.hosts.map((host) => fleet.on(host, 'ip -o -4 address show dev lo').includes('10.213.255.1/32'))

  it('goes group by group, each logged in to anew before the next, and is one transaction', async () => {
    const start = fleet.sessions().connections
    expect(await run('apply-rolling')).toMatchObject({ outcome: 'COMMITTED', failures: [] })
    expect(vips()).toEqual([true, true, true, true, true])
    // Once to begin, once to confirm; of the canary and the first batch of two once more in between.
    expect(fleet.sessions().connections - start).toBe(5 + 5 + 3)
    expect(await run('remove')).toMatchObject({ outcome: 'COMMITTED' })
  }, 120_000)

  it('has no real server say on the segment that it has the VIP, at no moment of a deployment or a removal', async () => {
    const watched = async (work: (said: () => string) => Promise<unknown>) => {
      const [program, ...args] = fleet.from('perl', 'test/sshd/arp-watch.pl', 'fleet', '10.213.255.1')
      const watch = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
      let said = ''
      watch.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
      while (!said.startsWith('asking')) await once(watch.stdout, 'data')
      await work(() => said)
      watch.stdin.end()
      await once(watch, 'close')
      return {
        asked: Number(/^asked (\d+)$/m.exec(said)?.[1]),
        claims: said.split('\n').filter((line) => line.startsWith('claimed')),
      }
    }
    // It would be seen: a VIP without the settings for ARP.
    await watched(async (said) => {
      fleet.on('rs1', 'ip address add 10.213.255.1/32 dev lo')
      while (!said().includes('claimed by')) await sleep(20)
    })
    fleet.on('rs1', 'ip address del 10.213.255.1/32 dev lo')
    const deployed = await watched(() => run('apply'))
    expect(deployed.claims).toEqual([])
    expect(vips()).toEqual([true, true, true, true, true])
    const removed = await watched(() => run('remove'))
    expect(removed.claims).toEqual([])
    expect(vips()).toEqual([false, false, false, false, false])
    for (const { asked } of [deployed, removed]) expect(asked).toBeGreaterThan(20)
  }, 120_000)

  it('goes no further than the group in which a host fails, and takes back what was done in the groups before', async () => {
    const before = fleet.hosts.map((host) => stateOf(host))
    const wrapper = (fault: string) =>
      `cat >/usr/local/sbin/ip <<'END'\n#!/bin/sh\necho "$*" >>/run/asked\n${fault}\nexec /usr/sbin/ip "$@"\nEND\nchmod 755 /usr/local/sbin/ip`
    for (const host of fleet.hosts) {
      const fails =
        'case "$*" in "address replace"*) echo "RTNETLINK answers: no such luck" >&2; exit 2 ;; esac'
      fleet.on(host, wrapper(host === 'rs3' ? fails : ''))
    }
    const { outcome, hosts } = await run('apply-rolling')
    expect(outcome).toBe('REVERTED')
    expect(hosts.map((each) => each.outcome)).toEqual(Array(5).fill('REVERTED'))
    expect(hosts[0]?.detail).toMatch(/rs3: apply: could not add 10\.213\.255\.1\/32 to lo: .*no such luck/)
    expect(fleet.hosts.map((host) => stateOf(host))).toEqual(before)
    // The canary and the first batch were begun with, the second batch never was.
    const begun = (host: string) => fleet.on(host, 'cat /run/asked').includes('address replace')
    expect(fleet.hosts.map(begun)).toEqual([true, true, true, false, false])
    for (const host of fleet.hosts) fleet.on(host, 'rm /usr/local/sbin/ip')
  }, 120_000)
})
