import { setMaxListeners } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { abandonLabs } from '../lab/index.js'
import { fileReason } from './file-reason.js'
import { hiddenAnswer } from './hidden-answer.js'
import { EXIT } from './io.js'
import type { Io } from './io.js'
import { COMMANDS, run } from './run.js'

const controller = new AbortController()
// Whatever runs at once listens, and that grows with hosts and services: no leak for Node to warn of.
setMaxListeners(0, controller.signal)
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** What is under way is ended cleanly. A second time ends the process, as people expect, with the labs it was starting. */
function onSignal(): void {
  for (const each of SIGNALS) process.off(each, onSignal)
  controller.abort()
  for (const again of SIGNALS) {
    process.once(again, () => {
      abandonLabs()
      process.kill(process.pid, again)
    })
  }
}
for (const signal of SIGNALS) process.on(signal, onSignal)

/** A signal waits for Node while something is computed, unless nobody here listens to it. */
function endable<T>(work: () => T): T {
  const listened = SIGNALS.filter((signal) => process.listeners(signal).includes(onSignal))
  for (const signal of listened) process.off(signal, onSignal)
  try {
    return work()
  } finally {
    for (const signal of listened) process.on(signal, onSignal)
  }
}

const argv = process.argv.slice(2)
const changesHosts = COMMANDS.some(({ name, changesHosts: changes }) => name === argv[0] && changes)
const readerGone = new AbortController()
let unwritten: string | undefined
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A closed pipe (`lvs-designer check … | head`) is no error.
  if (error.code !== 'EPIPE') unwritten ??= fileReason(error)
  readerGone.abort()
})
// What is said meanwhile is no result: nobody who reads it, or a full disk, changes nothing.
process.stderr.on('error', () => undefined)
// What is under way goes on to its end, which may be on hosts.
process.on('exit', () => {
  if (unwritten === undefined) return
  io.err(`cannot write the result: ${unwritten}\n`)
  if (!changesHosts && process.exitCode !== EXIT.unknown) process.exitCode = EXIT.unusable
})

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: inColour(),
  // Of a window that somebody makes larger, too.
  get columns() {
    return process.stdout.isTTY ? process.stdout.columns : undefined
  },
  get rows() {
    return process.stdout.isTTY ? process.stdout.rows : undefined
  },
  ask: process.stdin.isTTY ? ask : undefined,
  askFor: process.stdin.isTTY ? askFor : undefined,
  input: () => text(process.stdin),
  signal: controller.signal,
  readerGone: readerGone.signal,
  endable,
}

/** On a terminal, if nobody minds (no-color.org); elsewhere where it is asked for, as logs of pipelines can show it. */
function inColour(): boolean {
  const { NO_COLOR: never, FORCE_COLOR: always } = process.env
  if (never !== undefined && never !== '') return false
  if (always !== undefined) return always !== '0' && always !== ''
  return process.stdout.isTTY
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [yes/no] `, { signal: controller.signal })
    return answer.trim().toLowerCase() === 'yes'
  } finally {
    terminal.close()
  }
}

async function askFor(
  question: string,
  { hidden }: { readonly hidden: boolean },
): Promise<string | undefined> {
  if (hidden) {
    const write = (text: string) => process.stderr.write(text)
    return hiddenAnswer(`${question}: `, { input: process.stdin, write }, controller.signal)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(`${question}: `, { signal: controller.signal })
  } catch {
    return undefined
  } finally {
    terminal.close()
  }
}

run(argv, io).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    // Only a fault of ours comes here; its stack is for the report, not for reading.
    io.err(
      `lvs-designer failed, which is a fault in it: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    if (process.env['LVS_DESIGNER_DEBUG'] !== undefined && error instanceof Error)
      io.err(`${error.stack ?? ''}\n`)
    process.exitCode = EXIT.unknown
  },
)
