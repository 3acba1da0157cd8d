import { chmod } from 'node:fs/promises'
import { Uri } from 'vscode'
import type { Surroundings } from '../surroundings.js'
import { readerInThread } from './reader-in-thread.js'

export const inNode: Surroundings = {
  startReader: (extension) => readerInThread(Uri.joinPath(extension, 'dist', 'reader.js').fsPath),
  // VS Code's file systems know no such thing; where the files are on this machine, Node does.
  makeExecutable: async (file) => {
    if (file.scheme === 'file') await chmod(file.fsPath, 0o755)
  },
}
