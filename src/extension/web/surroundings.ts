import { Uri } from 'vscode'
import type { Surroundings } from '../surroundings.js'
import { readerInWorker } from './reader-in-worker.js'

export const inBrowser: Surroundings = {
  startReader: (extension) =>
    readerInWorker(Uri.joinPath(extension, 'dist', 'web', 'reader.js').toString(true)),
  // What a browser can write to knows nothing of the kind.
  makeExecutable: () => Promise.resolve(),
}
