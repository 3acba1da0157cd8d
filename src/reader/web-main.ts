/** The reader where VS Code runs in a browser: a worker of the page's, with the same messages as the thread of main.ts. */
import type { ToReader } from '../protocol/reader.js'
import { createReader } from './reader.js'

/** As much of a browser's worker as is used here; the types of Node know none. */
interface BrowserScope {
  onmessage: ((event: { readonly data: ToReader }) => void) | null
  readonly postMessage: (message: unknown) => void
  readonly MessageChannel: new () => {
    readonly port1: { onmessage: (() => void) | null }
    readonly port2: { readonly postMessage: (message: unknown) => void }
  }
}

const scope = globalThis as unknown as BrowserScope

/** Called back as a message of our own, behind those that have come; a timer of no time would wait four milliseconds. */
const { port1, port2 } = new scope.MessageChannel()
const waiting: (() => void)[] = []
port1.onmessage = () => {
  waiting.shift()?.()
}

const reader = createReader({
  send: (message) => {
    scope.postMessage(message)
  },
  later: (run) => {
    waiting.push(run)
    port2.postMessage(undefined)
  },
})
scope.onmessage = ({ data }) => {
  reader.receive(data)
}
