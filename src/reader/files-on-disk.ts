import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { globSync, isDynamicPattern } from 'tinyglobby'
import type { IncludedFile, SourceFiles } from '../core/formats/source-text.js'

/** The files of keepalived's includes, as glob(3) finds them. */
export const FILES_ON_DISK: SourceFiles = {
  matching: (pattern, from) => {
    const folder = dirname(from)
    if (!isDynamicPattern(pattern)) {
      const name = isAbsolute(pattern) ? pattern : join(folder, pattern)
      return exists(name) ? [{ name, text: textOf(name) }] : []
    }
    const cut = isAbsolute(pattern) ? '/' : folder
    try {
      return globSync(isAbsolute(pattern) ? pattern.slice(1) : pattern, {
        cwd: cut,
        expandDirectories: false,
        followSymbolicLinks: false,
      })
        .sort()
        .map((found): IncludedFile => ({ name: join(cut, found), text: textOf(join(cut, found)) }))
    } catch {
      return []
    }
  },
}

function exists(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false }) !== undefined
}

/** keepalived takes regular files only, and none that may be executed. */
function textOf(name: string): string | undefined {
  try {
    const { mode } = statSync(name)
    return statSync(name).isFile() && (mode & 0o111) === 0 ? readFileSync(name, 'utf8') : undefined
  } catch {
    return undefined
  }
}
