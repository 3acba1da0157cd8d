import { chmod, mkdir, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { RenderedFile } from '../core/render/file.js'
import { FOLDER_MARK, folderMark, foreignFiles } from '../core/render/folder-mark.js'
import { fileReason } from './file-reason.js'
import { UsageError } from './io.js'
import { visibleText } from './visible-text.js'

/**
 * Writes a folder so that whoever looks at it sees all of it or what was there before. What was generated there is
 * replaced; where anything else is in it, nothing is touched.
 *
 * @throws UsageError where it cannot be written, or not without taking somebody's file away
 */
export async function writeGeneratedFolder(out: string, files: readonly RenderedFile[]): Promise<void> {
  const found = await filesIn(out)
  const target = found === undefined ? resolve(out) : await realpath(out)
  const foreign = foreignFiles(await markIn(target), found ?? [])
  if (foreign.length > 0) {
    throw new UsageError(
      `${out} holds what was not generated there: ${named(foreign)}; take it away, or name a new or empty folder`,
    )
  }
  const fresh = `${target}.new-${process.pid}`
  try {
    await mkdir(fresh, { recursive: true })
    await writeFile(join(fresh, FOLDER_MARK), folderMark(files.map(({ path }) => path)))
    for (const { path, content, executable = false } of files) {
      const place = join(fresh, path)
      await mkdir(dirname(place), { recursive: true })
      await writeFile(place, content)
      if (executable) await chmod(place, 0o755)
    }
    if (found === undefined) await rename(fresh, target)
    else await exchange(target, fresh)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw new UsageError(`cannot write ${out}: ${fileReason(error)}`)
  }
}

/** The old folder stays whole until the new one stands in its place. */
async function exchange(target: string, fresh: string): Promise<void> {
  const old = `${target}.old-${process.pid}`
  await rename(target, old)
  try {
    await rename(fresh, target)
  } catch (error) {
    await rename(old, target)
    throw error
  }
  await rm(old, { recursive: true, force: true })
}

/** Paths from the folder, as the mark has them, of all that is in it but folders, links not followed; undefined: there is none. */
async function filesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await pathsIn(folder, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    if (code !== 'ENOTDIR') throw new UsageError(`cannot write ${folder}: ${fileReason(error)}`)
    throw new UsageError(`${folder} is no folder; name a new or empty one`)
  }
}

async function pathsIn(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const paths = entries.map(async (entry) => {
    // With this sign on Windows, too.
    const path = `${below}${entry.name}`
    return entry.isDirectory() ? await pathsIn(folder, `${path}/`) : [path]
  })
  return (await Promise.all(paths)).flat()
}

async function markIn(folder: string): Promise<string | undefined> {
  return readFile(join(folder, FOLDER_MARK), 'utf8').catch(() => undefined)
}

const NAMED = 5

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).map(visibleText).join(', ')
  return paths.length > NAMED ? `${shown} and ${paths.length - NAMED} more` : shown
}
