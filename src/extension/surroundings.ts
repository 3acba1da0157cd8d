import type { Uri } from 'vscode'
import type { StartReader } from './reader-thread.js'

/** What one kind of extension host has and the other has not: VS Code runs us in Node, or in a page of a browser. */
export interface Surroundings {
  readonly startReader: (extension: Uri) => StartReader
  /** Of a file that was just written. */
  readonly makeExecutable: (file: Uri) => Promise<void>
}
