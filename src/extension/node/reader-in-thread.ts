import { Worker } from 'node:worker_threads'
import { say } from '../../core/speech/say.js'
import type { FromReader } from '../../protocol/reader.js'
import type { StartReader } from '../reader-thread.js'

/** @param file of the bundle that is the reader */
export function readerInThread(file: string): StartReader {
  return ({ receive, end }) => {
    const worker = new Worker(file)
    worker.on('message', (message: FromReader) => {
      receive(message)
    })
    worker.on('error', (error) => {
      end(error.message)
    })
    worker.on('exit', () => {
      end(say`the thread that reads topologies has ended`)
    })
    return {
      post: (message) => {
        worker.postMessage(message)
      },
      kill: () => void worker.terminate(),
    }
  }
}
