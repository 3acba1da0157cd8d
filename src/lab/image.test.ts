import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isOursToBuild } from './image.js'
import { folderOwner, ownerFile, takeFolder } from './owned-folder.js'
import { endProcess, processMark } from './processes.js'

let folder = ''
let building = ''
let image = { key: 'key', kernel: '', initramfs: '', disk: '' }
let told: string[] = []
const onProgress = (message: string) => {
  told.push(message)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-image-'))
  building = join(folder, '.building-key')
  image = { ...image, disk: join(folder, 'root.ext4') }
  told = []
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

it('is built by who comes first', async () => {
  expect(await isOursToBuild(image, building, { onProgress })).toBe(true)
  expect(await folderOwner(building)).toEqual(await processMark(process.pid))
})

it('is not built where it is there', async () => {
  await writeFile(image.disk, '')
  expect(await isOursToBuild(image, building, { onProgress })).toBe(false)
  expect(await takeFolder(building)).toBe(true)
})

it('is waited for while somebody else builds it, and built where they were killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const mark = await processMark(child.pid ?? 0)
  if (!mark) throw new Error('it was started')
  try {
    await mkdir(building)
    await writeFile(ownerFile(building), JSON.stringify(mark))
    const first = isOursToBuild(image, building, { onProgress })
    await expect
      .poll(() => told)
      .toEqual([`waiting for the lab image, which process ${mark.pid} is building`])
    await writeFile(image.disk, '')
    expect(await first).toBe(false)

    await rm(image.disk)
    const second = isOursToBuild(image, building, { onProgress })
    await expect.poll(() => told.length).toBe(2)
    await endProcess(mark)
    expect(await second).toBe(true)
  } finally {
    child.kill('SIGKILL')
  }
})

it('is not waited for once that is cancelled', async () => {
  expect(await takeFolder(building)).toBe(true)
  const controller = new AbortController()
  const waiting = isOursToBuild(image, building, { onProgress, signal: controller.signal })
  await expect.poll(() => told.length).toBe(1)
  controller.abort()
  await expect(waiting).rejects.toThrow()
})
