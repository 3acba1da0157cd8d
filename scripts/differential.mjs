// `npm run differential`: generated clusters, each walked and each run on a real kernel; they must come to the same.
// Where they do not is said as soon as it is known; a run that ends early says how far it came.
//   npm run differential -- --count 2000   how many; more take longer, not more memory
//   npm run differential -- --seed 17      from which seed on: the same seeds give the same clusters
//   npm run differential -- --no-fixtures  without the clusters written by hand
//   npm run differential -- --no-shrink    print what differs as it is, without looking for a smaller case
import { spawn } from 'node:child_process'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const BUNDLE = 'node_modules/.differential/main.cjs'

const words = process.argv.slice(2)
for (let index = 0; index < words.length; index += 1) {
  const word = words[index]
  if (word === '--count' || word === '--seed') {
    index += 1
    if (!/^\d{1,9}$/.test(words[index] ?? '')) usage(`${word} takes a number`)
  } else if (word !== '--no-fixtures' && word !== '--no-shrink') usage(`"${word}" is not understood`)
}
setUpPackages()
setUpPrograms('bench')

// Only now is it sure to be installed.
const { build } = await import('esbuild')
await build({
  entryPoints: ['test/differential/main.ts'],
  outfile: BUNDLE,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
  loader: { '.sh': 'text', '.pl': 'text' },
})
const child = spawn(process.execPath, [BUNDLE, ...words], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) {
  // It takes its virtual machine down before it ends, and is waited for. One signal more does it no harm.
  process.on(signal, () => child.kill(signal))
}
child.once('exit', (status) => {
  process.exitCode = status ?? 1
})

function usage(problem) {
  console.error(`${problem}. npm run differential -- [--count N] [--seed N] [--no-fixtures] [--no-shrink]`)
  process.exit(2)
}
