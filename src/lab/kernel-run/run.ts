import { spawn } from 'node:child_process'
import captureProgram from '../guest/capture.pl'
import runProgram from '../guest/kernel-run.pl'
import { cacheFolder, labFiles } from '../folders.js'
import { labUp, MACHINE_HOST } from '../lab.js'
import type { Lab, LabOptions } from '../lab.js'
import { jobOf } from './job.js'
import type { KernelCase } from './job.js'
import { parseResults } from './results.js'
import type { KernelResult } from './results.js'

/** A lab whose machine is wanted for its kernel; its one host does nothing. */
export function kernelUp(name: string, options: LabOptions = {}): Promise<Lab> {
  return labUp(
    {
      name,
      networks: [],
      hosts: [{ name: 'idle', interfaces: [], routes: [], sysctls: [], listens: [], drops: [] }],
    },
    { ...options, memory: MEMORY },
  )
}

/** MiB: a thousand namespaces, each with the tables of IPVS and its tunnel devices. */
const MEMORY = 2560

/** Runs clusters side by side in namespaces of a lab's machine; nothing of them is left afterwards. */
export async function runCases(
  lab: string,
  cases: readonly KernelCase[],
  options: LabOptions = {},
): Promise<Map<string, KernelResult>> {
  const job = jobOf(cases)
  const config = labFiles(options.cache ?? cacheFolder(), lab).machineConfig
  // perl reads the program from standard input to __END__, and the program reads on from there.
  const input = `${captureProgram}\n${runProgram}\n__END__\n${job.text}`
  const output = await throughSsh(config, 'ulimit -n 65536; exec perl -', input, options.signal)
  for (const line of output.split('\n')) if (line.startsWith('time ')) options.onProgress?.(line)
  return parseResults(output, job)
}

function throughSsh(config: string, command: string, input: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['-F', config, '-o', 'BatchMode=yes', MACHINE_HOST, command]
    const child = spawn('ssh', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('latin1').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(stdout)
      else
        reject(
          new Error(`The run in the lab ended with status ${status ?? 'unknown'}: ${stderr.slice(-2000)}`),
        )
    })
    // A program that ended early says why itself.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
