/**
 * The process in which hosts are reached and the lab is run for the extension: a host that misbehaves can take down
 * this and nothing else. It lives as long as the one that started it, and brings to an end what is under way first.
 */
import { abandonLabs } from '../lab/index.js'
import { createEngine } from './engine.js'
import type { FromEngine } from '../protocol/engine.js'

/** Standard error is the log of the extension. */
function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Messages that are on their way: leaving before they are out would lose the outcome. */
const sending = new Set<Promise<void>>()

function send(message: FromEngine): void {
  // A parent that is gone is told nothing more; what is under way still ends in order.
  if (!process.connected) return
  const sent = new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      resolve()
    })
  })
  sending.add(sent)
  void sent.then(() => sending.delete(sent))
}

/** Every command on a host has a deadline: what has not ended by then never will (after a fault of ours). */
const END_LIMIT_MS = 15 * 60_000

if (process.send === undefined) {
  log('This is a part of LVS Designer that VS Code starts by itself; the command line is lvs-designer.')
  process.exitCode = 2
} else {
  serve()
}

function serve(): void {
  const engine = createEngine({ send, log })
  let ending = false
  const end = (status: number) => {
    if (ending) return
    ending = true
    const leave = () => {
      abandonLabs()
      process.exit(status)
    }
    setTimeout(leave, END_LIMIT_MS).unref()
    void engine
      .shutDown()
      .then(() => Promise.all(sending))
      .then(leave)
  }
  // The log may be gone before we are.
  process.stderr.on('error', () => undefined)
  process.on('message', engine.receive)
  process.on('disconnect', () => {
    end(0)
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end(0)
    })
  }
  process.on('uncaughtException', (error) => {
    log(`a fault in LVS Designer: ${error.message}; what is under way is undone`)
    if (process.env['LVS_DESIGNER_DEBUG'] !== undefined) log(error.stack ?? '')
    end(1)
  })
}
