import { spawn } from 'node:child_process'
import { say } from '../core/speech/say.js'
import { cacheFolder, labFiles } from './folders.js'
import { MACHINE_HOST } from './lab.js'
import type { LabOptions } from './lab.js'

interface OnMachineOptions extends LabOptions {
  /** Every line of output as it comes, without its end. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs a command on the machine that carries a lab's hosts, with a text as its standard input.
 * @returns its standard output
 * @throws Error where it ends with another status than 0, or is cancelled
 */
export function onMachine(
  lab: string,
  command: string,
  input: string,
  { cache, signal, onLine }: OnMachineOptions = {},
): Promise<string> {
  const config = labFiles(cache ?? cacheFolder(), lab).machineConfig
  return new Promise((resolve, reject) => {
    const args = ['-F', config, '-o', 'BatchMode=yes', MACHINE_HOST, command]
    const child = spawn('ssh', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    let stdout = ''
    let told = 0
    let stderr = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      stdout += text
      for (let end = stdout.indexOf('\n', told); end >= 0; end = stdout.indexOf('\n', told)) {
        onLine?.(stdout.slice(told, end))
        told = end + 1
      }
    })
    child.stderr.setEncoding('latin1').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(stdout)
      else
        reject(
          new Error(say`The run in the lab ended with status ${status ?? 'unknown'}: ${stderr.slice(-2000)}`),
        )
    })
    // A program that ended early says why itself.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
