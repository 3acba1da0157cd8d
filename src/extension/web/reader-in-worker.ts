import { say } from '../../core/speech/say.js'
import type { FromReader } from '../../protocol/reader.js'
import type { StartReader } from '../reader-thread.js'

/** As much of a browser's worker as is used here; the types of Node know none. */
interface BrowserWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onerror: ((event: { readonly message?: string }) => void) | null
  readonly postMessage: (message: unknown) => void
  readonly terminate: () => void
}
declare const Worker: new (address: string) => BrowserWorker

/** @param address of the bundle that is the reader */
export function readerInWorker(address: string): StartReader {
  return ({ receive, end }) => {
    const worker = new Worker(address)
    worker.onmessage = ({ data }) => {
      receive(data as FromReader)
    }
    worker.onerror = ({ message }) => {
      end(message ?? say`the worker that reads topologies could not be started`)
    }
    return {
      post: (message) => {
        worker.postMessage(message)
      },
      kill: () => {
        worker.terminate()
      },
    }
  }
}
