import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cacheFolder, labsFolder } from '../../src/lab/folders.js'
import { labDown, labStatus } from '../../src/lab/index.js'
import type { Rehearsal } from '../../src/protocol/rehearsal.js'
import { finish } from './lab-kit.js'

/** Milliseconds: each starts a machine of its own. */
const PATIENCE = 600_000

/** The whole way, by the command line: virtual hosts, our own deployment, requests, the walk beside the kernel. */
describe('a rehearsal', { timeout: PATIENCE }, () => {
  let folder = ''
  const names: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lvs-rehearse-'))
  })
  afterAll(async () => {
    for (const name of names) await labDown(name)
    await rm(folder, { recursive: true, force: true })
  })

  async function drawing(path: string, name: string): Promise<string> {
    names.push(name)
    await labDown(name)
    const text = await readFile(path, 'utf8')
    const file = join(folder, `${name}.lvs.yaml`)
    await writeFile(file, text.replace(/^name: .*$/m, `name: ${name}`))
    return file
  }

  async function rehearsed(path: string, name: string) {
    const { status, stdout, stderr } = await finish(process.execPath, [
      'dist/cli.js',
      'lab',
      'test',
      await drawing(path, name),
      '--json',
    ])
    process.stderr.write(stderr.replaceAll(/^/gm, `  ${name}: `))
    await expectNothingLeft(name)
    return { status, stderr, rehearsal: JSON.parse(stdout) as Rehearsal }
  }

  async function expectNothingLeft(name: string) {
    expect(await labStatus(name)).toEqual([{ name, state: 'stopped' }])
    const labs = await readdir(labsFolder(cacheFolder()))
    expect(labs.filter((each) => each.includes(name))).toEqual([])
    const { stdout } = await finish('ps', ['-eo', 'args'])
    expect(stdout.split('\n').filter((line) => line.includes(`lvs-lab-${name}`))).toEqual([])
  }

  it('of a drawing that is right is served, as the walk says', async () => {
    const { status, stderr, rehearsal } = await rehearsed('samples/dr.lvs.yaml', 'test-rehearse-dr')
    expect(rehearsal, JSON.stringify(rehearsal, null, 1)).toMatchObject({ outcome: 'SERVED', notes: [] })
    expect(status).toBe(0)
    expect(rehearsal.asked.map(({ service, client }) => `${service} ${client}`)).toEqual([
      'web alice',
      'web6 alice',
    ])
    for (const { requests, unmet } of rehearsal.asked) {
      expect(requests.map(({ server }) => server).sort()).toEqual(['rs1', 'rs2'])
      expect(unmet).toEqual([])
      for (const { frames } of requests) {
        // Through the director on the way there, past it on the way back; every header as walked.
        expect(frames.length).toBeGreaterThan(3)
        expect(frames.filter(({ same }) => !same)).toEqual([])
        const senders = frames.map(({ kernel }) => kernel?.host)
        expect(senders.filter((host) => host === 'lb1')).toHaveLength(1)
      }
    }
    expect(rehearsal.tables.map(({ host }) => host)).toEqual(['lb1'])
    expect(rehearsal.tables[0]?.text).toMatch(/192\.0\.2\.100:80 +2 /)
    expect(stderr).toMatch(/alice asked tcp 192\.0\.2\.100 port 80: answered by rs[12] \(1 of 4\)/)
  })

  it.each([
    { fault: 'dr-gateway', code: 'DR-GW', verdict: 'FORWARDING_OFF', scheduled: true },
    { fault: 'tun-rp-filter', code: 'TUN-RPF', verdict: 'RP_FILTER_DROP', scheduled: true },
  ])('of $fault fails just as the walk says', async ({ fault, code, verdict, scheduled }) => {
    const { status, rehearsal } = await rehearsed(
      `test/fixtures/wrong/${fault}.lvs.yaml`,
      `test-rehearse-${fault}`,
    )
    expect(rehearsal, JSON.stringify(rehearsal, null, 1)).toMatchObject({ outcome: 'NOT_SERVED' })
    expect(status).toBe(1)
    expect(rehearsal.notes.join('\n')).toContain(code)
    const requests = rehearsal.asked.flatMap((each) => each.requests)
    expect(requests.length).toBeGreaterThan(0)
    for (const request of requests) {
      expect(request).toMatchObject({ served: false, agrees: true, scheduled, walk: { verdict } })
      expect(request.frames.some(({ same }) => same)).toBe(true)
    }
  })

  it('that is interrupted leaves nothing behind either', async () => {
    const name = 'test-rehearse-cancel'
    const file = await drawing('samples/dr.lvs.yaml', name)
    const child = spawn(process.execPath, ['dist/cli.js', 'lab', 'test', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const MOMENT = 'reading their state'
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // In the middle of it: hosts are up and being deployed to.
      const before = said
      said += text
      // Once: a second one ends the program where it stands.
      if (said.includes(MOMENT) && !before.includes(MOMENT)) child.kill('SIGINT')
    })
    const status = await new Promise((resolve) => child.once('close', resolve))
    expect(said).toMatch(/reading their state[^]*taking the lab down\n/)
    expect(said).not.toContain('asking')
    expect(status, said).toBe(2)
    await expectNothingLeft(name)
  })
})
