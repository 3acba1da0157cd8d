import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { drawingText } from './drawings.js'
import { tableOfServices } from './files.js'
import { runRounds } from './measure.js'
import type { Effort, Figure } from './measure.js'
import { runProgram } from './run-program.js'

/** The built command line, as people start it. */
export const CLI = 'dist/cli.js'

/** The peer: Node with nothing to do. */
export const BARE_NODE = 'node -e 0'
export const IMPORT = 'import of 5,000 services'

const EFFORT: Effort = { warmUp: 1, least: 11, most: 25, patienceMs: 12_000 }

export interface ProgramFigures {
  readonly bytes: number
  readonly gzipBytes: number
  /** Milliseconds from start to end of the process, the peer first. */
  readonly times: ReadonlyMap<string, Figure>
}

export async function benchProgram(signal: AbortSignal): Promise<ProgramFigures> {
  const bundle = await readFile(CLI)
  const folder = await mkdtemp(join(tmpdir(), 'lvs-bench-'))
  try {
    const large = join(folder, 'large.lvs.yaml')
    await writeFile(large, drawingText({ mode: 'dr', realServers: 1_000 }))
    const rules = join(folder, 'ipvsadm.rules')
    await writeFile(rules, tableOfServices())
    const calls: readonly (readonly [name: string, args: readonly string[]])[] = [
      [BARE_NODE, ['-e', '0']],
      ['--version', [CLI, '--version']],
      ['check samples/nat.lvs.yaml', [CLI, 'check', 'samples/nat.lvs.yaml']],
      ['check of 1,000 real servers', [CLI, 'check', large]],
      [IMPORT, [CLI, 'import', rules]],
    ]
    const times = await runRounds(EFFORT, signal, async (samples) => {
      for (const [name, args] of calls) {
        samples.add(name, (await runProgram(process.execPath, args, signal)).ms)
      }
    })
    return { bytes: bundle.length, gzipBytes: gzipSync(bundle).length, times }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
