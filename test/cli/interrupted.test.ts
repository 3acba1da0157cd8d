import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { imageKey } from '../../src/lab/image.js'
import { processMark } from '../../src/lab/processes.js'

/** In the place of QEMU: a machine that never boots and does not end when it is asked to. */
const STUBBORN = `#!/bin/sh
case "$1" in --version) echo 'QEMU emulator version 0'; exit ;; esac
trap '' TERM
while [ $# -gt 0 ]; do [ "$1" = -pidfile ] && echo $$ >"$2"; shift; done
while :; do sleep 0.2; done
`

let folder = ''
let cli = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lvs-interrupted-'))
  cli = join(folder, 'cli.cjs')
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href" },
    logLevel: 'error',
    external: ['cpu-features', '*.node'],
    loader: { '.sh': 'text', '.pl': 'text' },
  })
  await writeFile(join(folder, 'qemu-system-x86_64'), STUBBORN, { mode: 0o755 })
  const image = join(folder, 'lvs-designer', 'images', imageKey())
  await mkdir(image, { recursive: true })
  for (const part of ['vmlinuz', 'initramfs.gz', 'root.ext4']) await writeFile(join(image, part), '')
}, 60_000)
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

it.each(['test', 'up'])(
  'a second Ctrl+C ends "lab %s" at once, and the machine it was starting',
  { timeout: 60_000 },
  async (command) => {
    const child = spawn(process.execPath, [cli, 'lab', command, 'samples/dr.lvs.yaml'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, XDG_CACHE_HOME: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    const ended = new Promise((resolve) => {
      child.once('close', (_, signal) => {
        resolve(signal)
      })
    })
    const labs = join(folder, 'lvs-designer', 'labs')
    const pidOf = () => readFile(join(labs, 'shop-dr', 'qemu.pid'), 'utf8').then(Number, () => 0)
    await expect.poll(pidOf, { timeout: 30_000 }).toBeGreaterThan(0)
    const machine = await pidOf()
    // Again and again: two that come at once are one to who receives them. The machine would take five seconds to give up.
    const impatient = setInterval(() => child.kill('SIGINT'), 300)
    await ended
    clearInterval(impatient)
    expect(await ended, said).toBe('SIGINT')
    await expect.poll(() => processMark(machine)).toBeUndefined()
    expect(await readdir(labs)).toEqual([])
  },
)

/** Whether a process has a handler of its own for SIGTERM; undefined: it is gone. */
async function handlesTerm(pid: number): Promise<boolean | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return mask === undefined ? undefined : ((BigInt(`0x${mask}`) >> 14n) & 1n) === 1n
}

it('a signal ends "check" while it reads a configuration', { timeout: 60_000 }, async () => {
  const conditions = Array.from({ length: 8 }, (_, at) => `@m${at} global_defs {\n}\n`).join('')
  const file = join(folder, 'keepalived.conf')
  await writeFile(file, `${conditions}~SEQ(A, 1, 99999) virtual_server 10.0.0.1 \${A}\n`)
  const child = spawn(process.execPath, [cli, 'check', '--no-config', file], { stdio: 'ignore' })
  const ended = new Promise((resolve) => {
    child.once('close', (status, signal) => {
      resolve(signal ?? status)
    })
  })
  const handles = () => handlesTerm(child.pid ?? 0)
  await expect.poll(handles, { interval: 1, timeout: 30_000 }).toBe(true)
  await expect.poll(handles, { interval: 1, timeout: 30_000 }).toBe(false)
  child.kill('SIGTERM')
  expect(await ended).toBe('SIGTERM')
})
