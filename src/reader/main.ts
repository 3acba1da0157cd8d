/**
 * The thread in which the extension has topologies read: reading and checking thousands of hosts takes longer than an
 * editor may stand still.
 */
import { parentPort } from 'node:worker_threads'
import type { ToReader } from '../protocol/reader.js'
import { FILES_ON_DISK } from './files-on-disk.js'
import { createReader } from './reader.js'

if (parentPort !== null) {
  const port = parentPort
  const reader = createReader({
    send: (message) => {
      port.postMessage(message)
    },
    later: (run) => {
      setImmediate(run)
    },
    files: FILES_ON_DISK,
  })
  port.on('message', (message: ToReader) => {
    reader.receive(message)
  })
}
