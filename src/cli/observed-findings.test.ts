import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from './io.js'
import { run } from './run.js'

/* What a real host answers is tested on the lab (test/lab/observed.test.ts); here nobody answers. */

const SAMPLE = 'samples/dr.lvs.yaml'

interface CheckJson {
  readonly files: readonly {
    readonly unread: readonly { readonly host: string; readonly step: string; readonly message: string }[]
    readonly findings: readonly { readonly code: string }[]
  }[]
}

describe('check --observed', () => {
  let folder = ''
  let sshConfig = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lvs-observed-'))
    sshConfig = join(folder, 'config')
    // Nobody listens there.
    await writeFile(sshConfig, 'Host *\n  HostName 127.0.0.1\n  Port 1\n  User root\n')
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  async function check(...args: string[]) {
    const lines = { out: '', err: '' }
    const io = {
      out: (text: string) => (lines.out += text),
      err: (text: string) => (lines.err += text),
      input: () => Promise.resolve(''),
      colour: false,
      ask: undefined,
      signal: new AbortController().signal,
    } satisfies Io
    const status = await run(['check', ...args], io)
    return { status, ...lines }
  }

  it('names every host it could not read, and does not say that all is well', async () => {
    const { status, out, err } = await check(SAMPLE, '--observed', '--ssh-config', sshConfig, '--json')
    const [file] = (JSON.parse(out) as CheckJson).files
    // The client and the router are nobody a deployment touches.
    expect(file?.unread.map(({ host, step }) => `${host} ${step}`)).toEqual([
      'lb1 connect',
      'rs1 connect',
      'rs2 connect',
    ])
    expect(file?.findings).toEqual([])
    // For want of a key, or of somebody who listens: whatever this machine has.
    expect(err).toMatch(
      /^connecting to 3 hosts\nnot known: lb1: connect: \S.*\nnot known: rs1: connect: \S.*\nnot known: rs2: connect: \S.*\n$/,
    )
    expect(status).toBe(3)
  })

  it('says what is wrong with the file all the same', async () => {
    const file = join(folder, 'wrong.lvs.yaml')
    await writeFile(file, (await readFile(SAMPLE, 'utf8')).replace('rs1: {}', 'rs1: { port: 8080 }'))
    const { status, out, err } = await check(file, '--observed', '--ssh-config', sshConfig)
    expect(out).toContain('error DR-PORT')
    expect(err).toMatch(/^not known: lb1: connect: /m)
    expect(status).toBe(1)
  })

  it('opens no connection without being told to', async () => {
    const { status, err } = await check(SAMPLE)
    expect([status, err]).toEqual([0, ''])
  })

  it('refuses an ssh_config that is not there', async () => {
    const { status, err } = await check(SAMPLE, '--observed', '--ssh-config', join(folder, 'none'))
    expect(status).toBe(2)
    expect(err).toContain(join(folder, 'none'))
  })
})
