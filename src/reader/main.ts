/**
 * The thread in which the extension has topologies read: reading and checking thousands of hosts takes longer than an
 * editor may stand still.
 */
import { parentPort } from 'node:worker_threads'
import type { ToReader } from '../protocol/reader.js'
import { filesOnDisk } from './files-on-disk.js'
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
    filesOn: (within) => filesOnDisk({ within }),
  })
  port.on('message', (message: ToReader) => {
    reader.receive(message)
  })
}
