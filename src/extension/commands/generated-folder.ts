import { FileType, Uri, workspace } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { RenderedFile } from '../../core/render/file.js'
import { FOLDER_MARK, folderMark, foreignFiles } from '../../core/render/folder-mark.js'
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
    const mark = found.some(([name]) => name === FOLDER_MARK)
      ? new TextDecoder().decode(await fs.readFile(Uri.joinPath(folder, FOLDER_MARK)))
      : undefined
    const before = await filesIn(folder, '', found)
    const [foreign] = foreignFiles(mark, before)
    if (foreign !== undefined) {
      return {
        ok: false,
        reason: say`${folder.fsPath} holds what was not generated there: ${foreign}; pick a new or empty folder`,
      }
    }
    const fresh = Uri.joinPath(folder, FRESH)
    if (found.some(([name]) => name === FRESH)) await fs.delete(fresh, { recursive: true })
    for (const { path, content, executable = false } of files) {
      const place = Uri.joinPath(fresh, ...path.split('/'))
      await fs.writeFile(place, bytes(content))
      if (executable) await makeExecutable(place)
    }
    // Whatever ends this half way, what is there then was generated.
    const paths = files.map(({ path }) => path)
    const writeMark = (generated: readonly string[]) =>
      fs.writeFile(Uri.joinPath(folder, FOLDER_MARK), bytes(folderMark(generated)))
    await writeMark([...before, ...paths])
    for (const [name, type] of found) {
      if (name === FOLDER_MARK || name === FRESH) continue
      // A link is taken out, and never what it leads to.
      const recursive = (type & FileType.SymbolicLink) === 0
      await fs.delete(Uri.joinPath(folder, name), { recursive })
    }
    for (const [name] of await fs.readDirectory(fresh)) {
      await fs.rename(Uri.joinPath(fresh, name), Uri.joinPath(folder, name))
    }
    await fs.delete(fresh, { recursive: true })
    await writeMark(paths)
    return { ok: true }
  } catch (error) {
    return {
      ok: false,
      reason: say`${folder.fsPath} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** Paths below a folder of all that is in it but folders and what waits there. */
async function filesIn(folder: Uri, below: string, entries: [string, FileType][]): Promise<string[]> {
  const paths = entries
    .filter(([name]) => below !== '' || name !== FRESH)
    .map(async ([name, type]) => {
      const path = `${below}${name}`
      if (type !== FileType.Directory) return [path]
      const inside = Uri.joinPath(folder, name)
      return filesIn(inside, `${path}/`, await workspace.fs.readDirectory(inside))
    })
  return (await Promise.all(paths)).flat()
}

/** Where new files wait, below the folder, until all are there. */
const FRESH = '.lvs-designer-new'

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
