// `npm run faults`: a deployment interrupted after every command that changes something, on virtual hosts with a real kernel,
// by resets of the host, the end of the operator's machine, and lost connections. Takes hours, and is no part of `npm test`.
//   npm run faults -- --sample 20   so many, chosen
//   npm run faults -- --seed 3      by another seed
import { spawnSync } from 'node:child_process'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const chosen = {}
const words = process.argv.slice(2)
for (let index = 0; index < words.length; index += 2) {
  const [word, value = ''] = [words[index], words[index + 1]]
  if ((word !== '--sample' && word !== '--seed') || !/^\d{1,6}$/.test(value)) {
    console.error('npm run faults [-- --sample NUMBER] [--seed NUMBER]')
    process.exit(2)
  }
  chosen[word] = value
}
setUpPackages()
setUpPrograms('test')

const env = {
  ...process.env,
  ...(chosen['--sample'] === undefined ? { LVS_FAULTS: 'all' } : { LVS_FAULTS_SAMPLE: chosen['--sample'] }),
  ...(chosen['--seed'] === undefined ? {} : { LVS_FAULTS_SEED: chosen['--seed'] }),
}
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit', env }).status
process.exitCode =
  run('scripts/build.mjs') ||
  run(
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'vitest.lab.config.mjs',
    'test/lab/crash-points.test.ts',
  )
