import { FileType, Uri, workspace } from 'vscode'
import { isTopologyName } from '../topology-documents.js'

/** The topologies that there may be in a folder. */
export const TOPOLOGIES_GLOB = '**/*.lvs.{yaml,yml}'

/** What packages bring with them is nobody's cluster. */
const NOT_OURS = '**/node_modules/**'
const MOST_FILES = 1000
/** Where nothing can search for us, so many folders are looked into, the nearest to the root first. */
const MOST_FOLDERS = 300

/**
 * Every topology in the folders that are open. Asks VS Code's search, which goes by the person's settings; in a browser
 * and on many virtual file systems there is none, and it finds nothing or fails: then the folders are looked through.
 */
export async function findTopologies(): Promise<readonly Uri[]> {
  try {
    const found = await workspace.findFiles(TOPOLOGIES_GLOB, NOT_OURS, MOST_FILES)
    if (found.length > 0) return found
  } catch {
    // No search here.
  }
  return lookThrough((workspace.workspaceFolders ?? []).map(({ uri }) => uri))
}

async function lookThrough(folders: readonly Uri[]): Promise<readonly Uri[]> {
  const found: Uri[] = []
  const waiting = [...folders]
  for (let looked = 0; looked < MOST_FOLDERS; looked += 1) {
    const folder = waiting.shift()
    if (folder === undefined) break
    for (const [name, type] of await entriesOf(folder)) {
      const uri = Uri.joinPath(folder, name)
      if ((type & FileType.Directory) !== 0) {
        // A link may lead around in a circle, and what is hidden or brought by packages is nobody's cluster.
        const isOwn = (type & FileType.SymbolicLink) === 0 && !name.startsWith('.') && name !== 'node_modules'
        if (isOwn) waiting.push(uri)
      } else if (isTopologyName(uri)) found.push(uri)
    }
  }
  return found
}

async function entriesOf(folder: Uri): Promise<readonly [string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(folder)
  } catch {
    // Not ours to read, or gone.
    return []
  }
}
