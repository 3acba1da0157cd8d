import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endProcess, isAlive, ownProcess, processMark } from './processes.js'

it('ends a process that is ours and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-test-'))
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', folder], {
    stdio: 'ignore',
  })
  try {
    const file = join(folder, 'pid')
    await writeFile(file, `${child.pid ?? 0}\n`)
    expect(await ownProcess(file, `${folder}/other`)).toBeUndefined()
    // Its command line is the parent's until it has replaced itself.
    await expect.poll(() => ownProcess(file, folder)).toBeDefined()
    const mark = await ownProcess(file, folder)
    if (!mark) throw new Error('it was there')
    expect(await isAlive({ ...mark, started: '1' })).toBe(false)
    await endProcess(mark)
    expect(await isAlive(mark)).toBe(false)
    expect(await processMark(mark.pid)).toBeUndefined()
  } finally {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
})

it('takes nothing in a pid file for a process but a number', async () => {
  expect(await ownProcess('/nonexistent', 'x')).toBeUndefined()
})
