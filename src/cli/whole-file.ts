import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { fileReason } from './file-reason.js'
import { UsageError } from './io.js'

/**
 * Writes a file so that whoever looks at it sees all of it or what was there before. What is no file, as /dev/stdout
 * or a pipe, is written into, and a link stays one.
 *
 * @throws UsageError where it cannot be written; what was there is there still
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined)
    if (there !== undefined && !there.isFile()) await writeFile(file, text)
    else await replace(there === undefined ? file : await realpath(file), text)
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${fileReason(error)}`)
  }
}

async function replace(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}.new`
  try {
    await writeFile(fresh, text)
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
