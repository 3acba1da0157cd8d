// `npm run faults`: a deployment interrupted at every command that changes something, by resets of the host, the end of the
// operator's machine, and lost connections. No part of `npm test`, which tries a few of these. Three times, each with a table:
// the helper under each shell; real servers that boot by systemd, in namespaces of this machine (minutes); and directors by
// NAT, DR and TUN, virtual hosts with IPVS (without KVM: hours).
//   npm run faults -- --sample 20   so many, chosen
//   npm run faults -- --seed 3      by another seed
//   npm run faults -- --only ipvsadm,modprobe   where the interrupted command has any of these words
//   npm run faults -- --part 1/4    every fourth, from the first on: for several machines
import { spawnSync } from 'node:child_process'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const isNumber = (value) => /^\d{1,6}$/.test(value)
const VALUES = new Map([
  ['--sample', isNumber],
  ['--seed', isNumber],
  ['--only', (value) => value !== ''],
  ['--part', isPart],
])
const chosen = {}
const words = process.argv.slice(2)
for (let index = 0; index < words.length; index += 2) {
  const [word, value = ''] = [words[index], words[index + 1]]
  if (!(VALUES.get(word)?.(value) ?? false)) {
    console.error(
      'npm run faults [-- --sample NUMBER] [--seed NUMBER] [--only WORDS[,WORDS...]] [--part K/N]',
    )
    process.exit(2)
  }
  chosen[word] = value
}

function isPart(value) {
  const [part, parts] = (/^(\d{1,3})\/(\d{1,3})$/.exec(value) ?? []).slice(1).map(Number)
  return part !== undefined && part >= 1 && part <= parts
}

setUpPackages()
setUpPrograms('test')

const env = {
  ...process.env,
  ...(chosen['--sample'] === undefined ? { LVS_FAULTS: 'all' } : { LVS_FAULTS_SAMPLE: chosen['--sample'] }),
  ...(chosen['--seed'] === undefined ? {} : { LVS_FAULTS_SEED: chosen['--seed'] }),
  ...(chosen['--only'] === undefined ? {} : { LVS_FAULTS_ONLY: chosen['--only'] }),
  ...(chosen['--part'] === undefined ? {} : { LVS_FAULTS_PART: chosen['--part'] }),
}
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit', env }).status
const tests = (config, ...files) =>
  run('node_modules/vitest/vitest.mjs', 'run', '--config', config, '--testTimeout', '86400000', ...files)
process.exitCode =
  run('scripts/build.mjs') ||
  tests('vitest.config.mjs', 'src/remote/host/crash-points.test.ts', 'test/systemd/crash-points.test.ts') ||
  tests('vitest.lab.config.mjs', 'test/lab/crash-points.test.ts')
