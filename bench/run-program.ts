import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'

export interface Ran {
  readonly stdout: string
  /** Milliseconds from the start of the process to its end. */
  readonly ms: number
}

/** Runs a program to its end; one that fails fails the bench: its time would mean something else. */
export function runProgram(program: string, args: readonly string[], signal: AbortSignal): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGINT' })
    let stdout = ''
    let stderr = ''
    let failure: Error | undefined
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.once('error', (error) => {
      failure = error
      // One that did not start does not end; one that is interrupted is waited for.
      if (child.pid === undefined) reject(error)
    })
    child.once('close', (status) => {
      const ms = performance.now() - begun
      if (failure !== undefined) reject(failure)
      else if (status === 0) resolve({ stdout, ms })
      else
        reject(new Error(`${[program, ...args].join(' ')} ended with status ${status ?? 'none'}:\n${stderr}`))
    })
  })
}
