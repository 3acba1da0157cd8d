import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { fleetDrawing } from './fleet.js'
import type { Fleet } from './fleet.js'
import type { FleetRun } from './fleet-run.js'

export type FleetCommand = 'plan' | 'apply' | 'apply-rolling' | 'drift' | 'rollback' | 'remove'

/** The program of fleet-run.ts for a fleet, with the drawing that is deployed to it. */
export async function fleetProgram(fleet: Fleet): Promise<(what: FleetCommand) => Promise<FleetRun>> {
  const program = await buildFleetProgram(fleet.folder)
  const drawing = join(fleet.folder, 'fleet.lvs.yaml')
  writeFileSync(drawing, fleetDrawing(fleet.hosts))
  return async (what) => {
    const output = await outputOf(fleet.from(process.execPath, program, what, drawing, fleet.sshConfig))
    return JSON.parse(output) as FleetRun
  }
}

/** The program, in a folder. */
export async function buildFleetProgram(folder: string): Promise<string> {
  const program = join(folder, 'fleet-run.cjs')
  await build({
    entryPoints: ['test/sshd/fleet-run.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    loader: { '.sh': 'text', '.pl': 'text' },
    external: ['cpu-features', '*.node'],
  })
  return program
}

/** Standard output of a program; one that fails is an error with what it said. */
export function outputOf([command, ...args]: readonly [string, ...string[]]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(stdout)
      else reject(new Error(`${command} ${args.join(' ')}: status ${status ?? 'none'}: ${stderr}${stdout}`))
    })
  })
}
