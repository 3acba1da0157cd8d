import { spawn } from 'node:child_process'
import { LabError } from './lab-error.js'
import { missingToolMessage } from './tools.js'

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly env?: NodeJS.ProcessEnv
  /** Called for every line of either output. */
  readonly onLine?: (line: string) => void
}
export interface RunResult {
  readonly status: number | undefined
  readonly stdout: string
  /** The last lines of both outputs, as they came. */
  readonly tail: string
}

const TAIL_LINES = 30
const GRACE_MS = 5_000

/** Runs a program to its end, whatever its status. Cancelling ends its whole process group. */
export function tryRun(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, env, onLine } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new LabError('cancelled', 'Cancelled.'))
      return
    }
    const child = spawn(program, [...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: env ?? process.env,
    })
    let stdout = ''
    const tail: string[] = []
    const feed = (text: string): void => {
      for (const line of text.split('\n')) {
        if (line.trim() === '') continue
        tail.push(line)
        if (tail.length > TAIL_LINES) tail.shift()
        onLine?.(line)
      }
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      feed(text)
    })
    child.stderr.setEncoding('utf8').on('data', feed)
    const end = (how: NodeJS.Signals): void => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, how)
      } catch {
        // It has ended by itself.
      }
    }
    let hard: NodeJS.Timeout | undefined
    const cancel = (): void => {
      end('SIGTERM')
      hard = setTimeout(() => {
        end('SIGKILL')
      }, GRACE_MS)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    const settled = (): void => {
      signal?.removeEventListener('abort', cancel)
      clearTimeout(hard)
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      settled()
      const missing = error.code === 'ENOENT'
      reject(missing ? new LabError('missing-tool', missingToolMessage([program])) : error)
    })
    child.once('close', (status) => {
      settled()
      if (signal?.aborted) reject(new LabError('cancelled', 'Cancelled.'))
      else resolve({ status: status ?? undefined, stdout, tail: tail.join('\n') })
    })
  })
}

/** As tryRun, and throws where the program fails. @returns its standard output */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { status, stdout, tail } = await tryRun(program, args, options)
  if (status !== 0) throw new Error(`${program} ended with status ${status ?? 'unknown'}:\n${tail}`)
  return stdout
}
