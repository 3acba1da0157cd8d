import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The engine as it is shipped (scripts/build.mjs), in a folder of the test's own: nobody's build is in the way. */
export async function bundleEngine(): Promise<{
  readonly file: string
  readonly folder: string
  readonly remove: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-engine-'))
  const file = join(folder, 'engine.js')
  await build({
    entryPoints: ['src/engine/main.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    loader: { '.sh': 'text', '.pl': 'text' },
    external: ['cpu-features', '*.node'],
  })
  return { file, folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
