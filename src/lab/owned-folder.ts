import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { processMark, type ProcessMark } from './processes.js'

const OWNER = 'owner.json'

/** Where a folder says which process made it. */
export function ownerFile(directory: string): string {
  return join(directory, OWNER)
}

/** Makes the folder this process's. @returns whether there was none yet */
export async function takeFolder(directory: string): Promise<boolean> {
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 })
  // Renamed into place with its owner in it: there is never a folder without one.
  const draft = await mkdtemp(join(dirname(directory), '.new-'))
  await writeFile(ownerFile(draft), JSON.stringify(await processMark(process.pid)))
  try {
    await rename(draft, directory)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    return false
  }
}

/** Who made the folder; undefined where it does not say so, or not any longer. */
export async function folderOwner(directory: string): Promise<ProcessMark | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(ownerFile(directory), 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value))
      return undefined
    const { pid, started } = value
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}
