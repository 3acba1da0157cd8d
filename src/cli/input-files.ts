import { readdir } from 'node:fs'
import type { Dirent } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import type { FileSystemAdapter } from 'tinyglobby'
import { fileReason } from './file-reason.js'
import { UsageError } from './io.js'

/** Read from standard input. */
export const STANDARD_INPUT = '-'

const TOPOLOGIES = '**/*.lvs.{yaml,yml}'
/** What tools keep for themselves. */
const SKIPPED = ['**/node_modules/**', '**/.git/**']

/**
 * The files that words of a command line mean: a file, a folder with all topologies in it, or a pattern such as
 * `clusters/**\/*.lvs.yaml`, which shells that know no `**` hand over as it is. In the order of the words, within one
 * by name; each file once, under whichever of its names came first.
 *
 * @throws UsageError where a word means nothing, or a folder cannot be looked into
 */
export async function filesOf(words: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>()
  for (const word of words) {
    const found = word === STANDARD_INPUT ? [word] : await meant(word)
    for (const file of found) {
      const path = file === STANDARD_INPUT ? file : await realpath(file).catch(() => resolve(file))
      if (!files.has(path)) files.set(path, file)
    }
  }
  return [...files.values()]
}

async function meant(word: string): Promise<string[]> {
  const kind = await kindOf(word)
  if (kind === 'file') return [word]
  if (kind === 'folder') {
    const found = await namedLike(TOPOLOGIES, word, { dot: true })
    if (found.length === 0) throw new UsageError(`there is no *.lvs.yaml in ${word}`)
    return found
  }
  // Without anything that makes it a pattern it is a file that is not there, which opening it says.
  if (!isDynamicPattern(word)) return [word]
  const fixed = FIXED.exec(word)?.[0] ?? ''
  const found = await namedLike(word.slice(fixed.length), fixed)
  if (found.length === 0) throw new UsageError(`no file is named like ${word}`)
  return found
}

/** What stands before the first part of a pattern that is one; what is skipped is so below that, not above. */
const FIXED = /^([^/*?[\]{}()!+@\\]*\/)*/

async function namedLike(pattern: string, folder: string, { dot = false } = {}): Promise<string[]> {
  const unread: { readonly folder: string; readonly error: Error }[] = []
  const found = await glob(pattern, {
    cwd: folder || '.',
    dot,
    ignore: SKIPPED,
    // A link to a folder may lead round for ever, or out over the whole disk.
    followSymbolicLinks: false,
    expandDirectories: false,
    fs: listing((path, error) => unread.push({ folder: path, error })),
  })
  const [first] = unread
  // What was not looked at must not pass for what is right.
  if (first !== undefined) {
    throw new UsageError(`cannot look into ${first.folder}: ${fileReason(first.error)}`)
  }
  const before = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
  return found.sort().map((file) => `${before}${file}`)
}

/** How folders are read: a link to a file counts as that file, and one that cannot be read is told. */
function listing(failed: (folder: string, error: Error) => void): FileSystemAdapter {
  const read = (
    folder: string,
    options: { withFileTypes: true },
    done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
  ): void => {
    readdir(folder, options, (error, entries) => {
      if (error === null) {
        void Promise.all(entries.map((entry) => followed(folder, entry))).then((all) => {
          done(null, all)
        })
        return
      }
      // The fixed part of a pattern need not be there.
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') failed(folder, error)
      done(error, [])
    })
  }
  return { readdir: read as typeof readdir }
}

async function followed(folder: string, entry: Dirent): Promise<Dirent> {
  if (!entry.isSymbolicLink() || (await kindOf(join(folder, entry.name))) !== 'file') return entry
  return Object.assign(Object.create(entry) as Dirent, { isSymbolicLink: () => false, isFile: () => true })
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}
