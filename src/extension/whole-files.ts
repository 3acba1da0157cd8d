import type { Uri } from 'vscode'
import { FileSystemError, workspace } from 'vscode'

import { joined, say } from '../core/speech/say.js'
export interface NewFile {
  readonly uri: Uri
  readonly content: Uint8Array
}

/**
 * Writes files so that whoever looks at one sees all of it or what was there before: each is written beside its place
 * first, and none is put there before all are written. The answer is why not, where nothing was changed.
 */
export async function writeWhole(
  files: readonly NewFile[],
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  const { fs } = workspace
  const waiting = files.map(({ uri, content }) => ({ uri, content, fresh: besideOf(uri) }))
  try {
    for (const { fresh, content } of waiting) await fs.writeFile(fresh, content)
    for (const { fresh, uri } of waiting) await fs.rename(fresh, uri, { overwrite: true })
    return { ok: true }
  } catch (error) {
    for (const { fresh } of waiting) await Promise.resolve(fs.delete(fresh)).catch(() => undefined)
    const names = joined(files.map(({ uri }) => shownPath(uri)))
    return {
      ok: false,
      reason: say`${names} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

export async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri)
    return true
  } catch (error) {
    // What cannot be looked at may be there.
    return !(error instanceof FileSystemError && error.code === 'FileNotFound')
  }
}

/** As people read it: of a file on a disk its path, else its address. */
export function shownPath(uri: Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true)
}

function besideOf(uri: Uri): Uri {
  return uri.with({ path: `${uri.path}.lvs-new` })
}
