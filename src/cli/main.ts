import { createInterface } from 'node:readline/promises'
import { EXIT } from './io.js'
import type { Io } from './io.js'
import { run } from './run.js'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: what is under way is ended cleanly. A second time ends the process, as people expect.
  process.once(signal, () => {
    controller.abort()
  })
}

// A closed pipe (`lvs-designer check … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  ask: process.stdin.isTTY ? ask : undefined,
  signal: controller.signal,
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

run(process.argv.slice(2), io).then(
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
