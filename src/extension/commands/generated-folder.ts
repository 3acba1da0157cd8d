import { FileType, Uri, workspace } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { RenderedFile } from '../../core/render/file.js'
import { FOLDER_MARK } from '../../core/render/folder-mark.js'
import type { Surroundings } from '../surroundings.js'

/**
 * Writes generated files into a folder that is empty, new, or was generated before; the last is replaced as a whole.
 * The answer is why not, in words, where nothing was written. What stands in the folder stays until all that is new
 * has been written beside it, inside the folder: nothing outside of what the person picked is touched.
 */
export async function writeGenerated(
  folder: Uri,
  files: readonly RenderedFile[],
  makeExecutable: Surroundings['makeExecutable'],
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  const { fs } = workspace
  try {
    await fs.createDirectory(folder)
    const found = await fs.readDirectory(folder)
    if (found.length > 0 && !found.some(([name]) => name === FOLDER_MARK.name)) {
      return { ok: false, reason: say`${folder.fsPath} holds other files; pick a new or empty folder` }
    }
    await fs.writeFile(Uri.joinPath(folder, FOLDER_MARK.name), bytes(FOLDER_MARK.content))
    const fresh = Uri.joinPath(folder, FRESH)
    if (found.some(([name]) => name === FRESH)) await fs.delete(fresh, { recursive: true })
    for (const { path, content, executable = false } of files) {
      const place = Uri.joinPath(fresh, ...path.split('/'))
      await fs.writeFile(place, bytes(content))
      if (executable) await makeExecutable(place)
    }
    for (const [name, type] of found) {
      if (name === FOLDER_MARK.name || name === FRESH) continue
      // A link is taken out, and never what it leads to.
      const recursive = (type & FileType.SymbolicLink) === 0
      await fs.delete(Uri.joinPath(folder, name), { recursive })
    }
    for (const [name] of await fs.readDirectory(fresh)) {
      await fs.rename(Uri.joinPath(fresh, name), Uri.joinPath(folder, name))
    }
    await fs.delete(fresh, { recursive: true })
    return { ok: true }
  } catch (error) {
    return {
      ok: false,
      reason: say`${folder.fsPath} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** Where new files wait, below the folder, until all are there. */
const FRESH = '.lvs-designer-new'

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
