import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { UsageError } from './io.js'

/** Read from standard input. */
export const STANDARD_INPUT = '-'

const TOPOLOGIES = '**/*.lvs.{yaml,yml}'
/** What tools keep for themselves. */
const SKIPPED = ['**/node_modules/**', '**/.git/**']

/**
 * The files that words of a command line mean: a file, a folder with all topologies in it, or a pattern such as
 * `clusters/**\/*.lvs.yaml`, which shells that know no `**` hand over as it is. In the order of the words, within one
 * by name; each file once.
 *
 * @throws UsageError where a word means nothing
 */
export async function filesOf(words: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>()
  for (const word of words) {
    const found = word === STANDARD_INPUT ? [word] : await meant(word)
    for (const file of found) {
      const path = file === STANDARD_INPUT ? file : resolve(file)
      if (!files.has(path)) files.set(path, file)
    }
  }
  return [...files.values()]
}

async function meant(word: string): Promise<string[]> {
  const kind = await kindOf(word)
  if (kind === 'file') return [word]
  if (kind === 'folder') {
    const folder = word.replace(/\/+$/, '') || '/'
    const found = await namedLike(TOPOLOGIES, folder)
    if (found.length === 0) throw new UsageError(`there is no *.lvs.yaml in ${word}`)
    return found.map((file) => (folder === '/' ? `/${file}` : `${folder}/${file}`))
  }
  // Without anything that makes it a pattern it is a file that is not there, which opening it says.
  if (!isDynamicPattern(word)) return [word]
  const found = await namedLike(word)
  if (found.length === 0) throw new UsageError(`no file is named like ${word}`)
  return found
}

async function namedLike(pattern: string, folder?: string): Promise<string[]> {
  const found = await glob(pattern, {
    ...(folder === undefined ? {} : { cwd: folder }),
    ignore: SKIPPED,
    // A link to a folder above would lead round for ever.
    followSymbolicLinks: false,
    expandDirectories: false,
  })
  return found.sort()
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}
