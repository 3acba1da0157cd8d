import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineProcess } from '../../src/extension/engine-process.js'
import type { CallEnd, CallOptions, EngineProcess } from '../../src/extension/engine-process.js'
import type { ExpectedHost, PlanReport } from '../../src/protocol/engine.js'
import { bundleEngine } from '../engine/bundle-engine.js'

/** The whole way as the editor goes it: everything through the engine process, on a lab it started itself. */
describe('the engine on a lab', () => {
  let bundle: Awaited<ReturnType<typeof bundleEngine>>
  let engine: EngineProcess
  let document = { file: 'dr.lvs.yaml', text: '' }
  let sshConfig = ''
  const said: string[] = []
  const progress = (message: string) => {
    said.push(message)
    process.stderr.write(`  engine: ${message}\n`)
  }
  const start = () => engineProcess({ file: bundle.file, log: progress })

  beforeAll(async () => {
    bundle = await bundleEngine()
    const text = await readFile('samples/dr.lvs.yaml', 'utf8')
    document = { ...document, text: text.replace('name: shop-dr', 'name: test-engine') }
    engine = start()
    await engine.call({ kind: 'lab-down', document })
    const { lab } = resultOf(await engine.call({ kind: 'lab-up', document }, { progress }))
    expect(lab).toMatchObject({ name: 'test-engine', problems: [] })
    expect(lab.hosts).toEqual(['alice', 'edge', 'lb1', 'rs1', 'rs2'])
    expect(said.join('\n')).toMatch(/rs2 is up/)
    sshConfig = lab.sshConfig
  })
  afterAll(async () => {
    await engine.call({ kind: 'lab-down', document })
    engine.dispose()
    await bundle.remove()
  })

  const on = (host: string, command: string) =>
    execFileSync('ssh', ['-F', sshConfig, host, command], { encoding: 'utf8' })
  const plan = async (purpose: 'apply' | 'remove' = 'apply') =>
    resultOf(await engine.call({ kind: 'plan', purpose, document, sshConfig }))
  const change = async (
    kind: 'apply' | 'remove',
    expected: readonly ExpectedHost[],
    options: CallOptions = { progress },
  ) =>
    resultOf(
      await engine.call<'apply' | 'remove'>(
        { kind, document, sshConfig, expected: expectedOf(expected), drainSeconds: 1 },
        options,
      ),
    )
  const stepsOf = ({ hosts }: PlanReport) => hosts.flatMap(({ steps }) => steps)

  it('says that the lab is running', async () => {
    expect(resultOf(await engine.call({ kind: 'lab-status', document }))).toMatchObject({
      state: 'running',
      lab: { sshConfig },
    })
    const again = await engine.call({ kind: 'lab-up', document })
    expect(again).toMatchObject({ how: 'failed', message: expect.stringMatching(/is running/) as string })
  })

  it('plans, with every host as text before and after', async () => {
    const planned = await plan()
    expect(planned).toMatchObject({ cluster: 'test-engine', refusals: [], failures: [] })
    const lb1 = planned.hosts.find(({ host }) => host === 'lb1')
    expect(lb1?.before).not.toContain('192.0.2.100')
    expect(lb1?.after).toContain(
      '-A -t 192.0.2.100:80 -s rr\n-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n',
    )
    const rs1 = planned.hosts.find(({ host }) => host === 'rs1')
    expect(rs1?.before).toContain('net.ipv4.conf.all.arp_ignore = 0')
    expect(rs1?.after).toContain('net.ipv4.conf.all.arp_ignore = 1')
    expect(rs1?.steps.map(({ summary }) => summary)).toContain('add 192.0.2.100/32 to lo')
  })

  it('refuses a plan that is not of the state the hosts are in', async () => {
    const { hosts } = await plan()
    on('rs1', 'sysctl -qw net.ipv4.conf.all.arp_ignore=3')
    const stale = await change('apply', hosts)
    expect(stale).toMatchObject({ outcome: 'REFUSED', hosts: [] })
    expect(stale.refusals).toEqual([expect.stringMatching(/^rs1: the plan is stale/)])
    // No plan at all is no plan for these hosts.
    expect((await change('apply', [])).outcome).toBe('REFUSED')
    on('rs1', 'sysctl -qw net.ipv4.conf.all.arp_ignore=0')
    expect((await plan()).hosts).toEqual(hosts)
  })

  it('undoes everything when it is cancelled half-way', async () => {
    const { hosts } = await plan()
    const controller = new AbortController()
    const cancelled = await change('apply', hosts, {
      signal: controller.signal,
      progress: (message) => {
        progress(message)
        if (/^rs\d: \d+ of \d+ steps done/.test(message)) controller.abort()
      },
    })
    expect(cancelled.outcome).toBe('REVERTED')
    expect(cancelled.hosts.map(({ host }) => host)).toEqual(['lb1', 'rs1', 'rs2'])
    expect((await plan()).hosts).toEqual(hosts)
  })

  it.each([
    ['before its first service', '-A -t 192.0.2.100:80 '],
    ['between two services', '-A -t [2001:db8:1::100]:80 '],
    ['before the weights go up', '-e -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1'],
  ])('undoes everything when it is cancelled on the director, %s', async (_, command) => {
    const { hosts } = await plan()
    on('lb1', slowIpvsadm(command))
    const controller = new AbortController()
    const applying = change('apply', hosts, { progress, signal: controller.signal })
    on('lb1', 'for i in $(seq 300); do [ -e /tmp/slow ] && exit 0; sleep 0.1; done; exit 1')
    controller.abort()
    const { outcome, hosts: ended } = await applying
    on('lb1', 'rm -f /usr/local/sbin/ipvsadm /tmp/slow')
    expect(outcome, JSON.stringify(ended)).toBe('REVERTED')
    expect((await plan()).hosts).toEqual(hosts)
  })

  it('undoes everything when the window is closed half-way', async () => {
    const { hosts } = await plan()
    const window = start()
    let pid = 0
    const end = await window.call(
      { kind: 'apply', document, sshConfig, expected: expectedOf(hosts), drainSeconds: 1 },
      {
        progress: (message) => {
          progress(message)
          if (!/^rs\d: \d+ of \d+ steps done/.test(message)) return
          pid = window.pid() ?? pid
          window.dispose()
        },
      },
    )
    // Nobody was left to be told; what happened is on the hosts.
    expect(end.how).toBe('unknown')
    expect(pid).toBeGreaterThan(0)
    while (isAlive(pid)) await sleep(50)
    expect((await plan()).hosts).toEqual(hosts)
    expect(on('lb1', 'ls /run/lvs-designer/lock 2>/dev/null || true')).toBe('')
  })

  it('applies, verifies, has nothing left to do, and removes', async () => {
    const planned = await plan()
    const applied = await change('apply', planned.hosts)
    expect(applied).toMatchObject({ outcome: 'COMMITTED', refusals: [] })
    expect(applied.services).toMatchObject([
      { service: 'web', outcome: 'PASSED' },
      { service: 'web6', outcome: 'PASSED' },
    ])
    const again = await plan()
    expect(stepsOf(again)).toEqual([])
    expect(again.hosts.every(({ before, after }) => before === after)).toBe(true)
    expect((await change('apply', again.hosts)).outcome).toBe('UNCHANGED')

    const verified = resultOf(await engine.call({ kind: 'verify', document, sshConfig }, { progress }))
    expect(verified).toMatchObject({ outcome: 'PASSED' })
    expect(verified.hosts.map(({ outcome }) => outcome)).toEqual(['PASSED', 'PASSED', 'PASSED'])

    const hosts = ['lb1', 'rs1', 'rs2']
    const drawn = resultOf(await engine.call({ kind: 'import', hosts, sshConfig }))
    expect(drawn).toMatchObject({ services: 2, notes: [] })
    expect(drawn.text).toMatch(/^ {2}rs1:\n {4}role: real-server\n/m)
    expect(drawn.text).toMatch(/^ {4}vip: 192\.0\.2\.100\n/m)

    const removal = await plan('remove')
    expect(removal.hosts.find(({ host }) => host === 'lb1')?.after).not.toContain('192.0.2.100')
    // A plan for removal is of another state than one for applying.
    expect((await change('remove', removal.hosts)).outcome).toBe('COMMITTED')
    expect(stepsOf(await plan('remove'))).toEqual([])
    expect((await plan()).hosts).toEqual(planned.hosts)
    const after = resultOf(await engine.call({ kind: 'verify', document, sshConfig }))
    expect(after.outcome).toBe('FAILED')
  })

  it('rehearses beside it, in a lab of its own that nothing is left of', async () => {
    const rehearsed = { ...document, text: document.text.replace('name: test-engine', `name: ${REHEARSED}`) }
    const status = async (of: typeof document) =>
      resultOf(await engine.call({ kind: 'lab-status', document: of })).state
    const rehearsal = resultOf(
      await engine.call({ kind: 'rehearse', document: rehearsed, keep: false }, { progress }),
    )
    expect(rehearsal, JSON.stringify(rehearsal)).toMatchObject({ outcome: 'SERVED', notes: [] })
    expect(rehearsal.asked.map(({ service, client, unmet }) => [service, client, unmet])).toEqual([
      ['web', 'alice', []],
      ['web6', 'alice', []],
    ])
    expect(await status(rehearsed)).toBe('stopped')
    // Cancelled while its hosts start, it leaves as little.
    const controller = new AbortController()
    const end = await engine.call(
      { kind: 'rehearse', document: rehearsed, keep: false },
      {
        signal: controller.signal,
        progress: (message) => {
          progress(message)
          if (message.includes('is up')) controller.abort()
        },
      },
    )
    expect(end).toMatchObject({ how: 'failed', cancelled: true })
    expect(await status(rehearsed)).toBe('stopped')
    expect(await status(document)).toBe('running')
  })

  it('takes the lab down, and leaves nothing of one that was cancelled', async () => {
    expect(resultOf(await engine.call({ kind: 'lab-down', document }))).toMatchObject({ existed: true })
    const controller = new AbortController()
    const end = await engine.call(
      { kind: 'lab-up', document },
      {
        signal: controller.signal,
        progress: (message) => {
          progress(message)
          controller.abort()
        },
      },
    )
    expect(end).toMatchObject({ how: 'failed', cancelled: true })
    expect(resultOf(await engine.call({ kind: 'lab-status', document })).state).toBe('stopped')
  })
})

const REHEARSED = 'test-engine-rehearsal'

function expectedOf(hosts: readonly ExpectedHost[]): ExpectedHost[] {
  return hosts.map(({ host, observedHash }) => ({ host, observedHash }))
}

function resultOf<Result>(end: CallEnd<Result>): Result {
  if (end.how !== 'done') throw new Error(end.message)
  return end.result
}

/** An `ipvsadm` that says so when it comes to a command, and takes its time. */
function slowIpvsadm(command: string): string {
  return `printf '%s\\n' '#!/bin/sh' 'case "$*" in "${command}"*) touch /tmp/slow; sleep 3 ;; esac' 'exec /usr/sbin/ipvsadm "$@"' >/usr/local/sbin/ipvsadm; chmod +x /usr/local/sbin/ipvsadm`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
