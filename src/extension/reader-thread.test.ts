import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Question } from '../protocol/reader.js'
import { readerInThread } from './node/reader-in-thread.js'
import { readerThread } from './reader-thread.js'
import type { ReaderThread } from './reader-thread.js'

const FINDINGS: Question = { kind: 'findings', ask: {} }
const folder = mkdtempSync(join(tmpdir(), 'lvs-reader-'))
const real = join(folder, 'reader.js')
const threads: ReaderThread[] = []

function thread(file: string, silenceMs?: number): ReaderThread {
  const started = readerThread(readerInThread(file), silenceMs)
  threads.push(started)
  return started
}

function script(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

beforeAll(async () => {
  await build({
    entryPoints: ['src/reader/main.ts'],
    outfile: real,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    // As scripts/build.mjs has it, for the package that finds files.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href" },
  })
}, 60_000)
afterAll(() => {
  for (const each of threads) each.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('the thread of the reader', () => {
  it('answers about the texts it was told', async () => {
    const { tell, ask } = thread(real)
    tell({ kind: 'text', document: 'a', version: 1, text: 'lvs: 2\nname: x\n', settings: undefined })
    expect(await ask('a', 1, FINDINGS)).toMatchObject({ answer: [{ code: 'FILE-VERSION' }] })
    expect(await ask('a', 7, FINDINGS)).toBeUndefined()
    expect(await ask('b', 1, FINDINGS)).toBeUndefined()
  })

  it('drops what nobody wants to know any longer', async () => {
    const { tell, ask } = thread(real)
    tell({ kind: 'text', document: 'a', version: 1, text: 'lvs: 2\nname: x\n', settings: undefined })
    const controller = new AbortController()
    const asked = ask('a', 1, FINDINGS, controller.signal)
    controller.abort()
    expect(await asked).toBeUndefined()
    expect(await ask('a', 1, FINDINGS, controller.signal)).toBeUndefined()
    expect(await ask('a', 1, FINDINGS)).toBeDefined()
  })

  it('is another one after it has died, and says that it knows nothing', async () => {
    const dies = script(
      'dies.js',
      `require('node:worker_threads').parentPort.on('message', ({ kind }) => {
         if (kind === 'ask') throw new Error('out of order')
       })`,
    )
    const { ask, generation, tell } = thread(dies)
    tell({ kind: 'text', document: 'a', version: 1, text: '', settings: undefined })
    const first = generation()
    await expect(ask('a', 1, FINDINGS)).rejects.toThrow('out of order')
    expect(generation()).not.toBe(first)
    await expect(ask('a', 1, FINDINGS)).rejects.toThrow('out of order')
  })

  it('is given up when it says nothing for too long', async () => {
    const hangs = script(
      'hangs.js',
      `require('node:worker_threads').parentPort.on('message', () => { for (;;); })`,
    )
    await expect(thread(hangs, 300).ask('a', 1, FINDINGS)).rejects.toThrow(/longer than 0.3 s/)
  })

  it('ends with the window', async () => {
    const { ask, dispose } = thread(real)
    const asked = ask('a', 1, FINDINGS)
    dispose()
    await expect(asked).rejects.toThrow(/closing/)
  })
})
