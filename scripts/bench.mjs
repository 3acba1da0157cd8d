// `npm run bench`: speed and memory, as medians and as ratios against a peer measured in turn. Never part of a test and
// never fails on a time: machines differ, and this one may be busy.
//   npm run bench -- core           only what runs without hosts: reading, checks, edits, files, the program's start
//   npm run bench -- editor         only what an editor waits for: whole checks beside their peers, keystrokes, memory
//   npm run bench -- designer       only sizes, the extension's activation, and the designer's page in Chromium
//   npm run bench -- hosts          only deployments, on virtual hosts
//   npm run bench -- fleet          only deployments to 10 and 50 hosts beside Ansible's, in namespaces of this machine; needs root
//   npm run bench -- --json FILE    the figures also as JSON
import { spawn, spawnSync } from 'node:child_process'
import { packagedFile } from './packaged-file.mjs'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const SECTIONS = ['core', 'editor', 'designer', 'hosts', 'fleet']
// Not in dist, which is shipped.
const BUNDLE = 'node_modules/.bench/bench.cjs'

const { sections, json } = readArguments(process.argv.slice(2))
setUpPackages()
if (sections.includes('hosts')) setUpPrograms('bench')
if (sections.includes('fleet')) setUpPrograms('fleet')
if (sections.includes('designer')) setUpPrograms('designer')
if (sections.includes('editor')) setUpPrograms('editor')

// What is measured is the program as people run it, so it is built like that, and anew.
const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
if (built.status !== 0) process.exit(built.status ?? 1)
if (sections.includes('designer')) {
  const packaged = spawnSync(process.execPath, ['scripts/package.mjs', '--built'], {
    stdio: ['ignore', 2, 2],
  })
  if (packaged.status !== 0) process.exit(packaged.status ?? 1)
}
// Only now is it sure to be installed.
const { build } = await import('esbuild')
await build({
  entryPoints: ['bench/main.ts'],
  outfile: BUNDLE,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
  loader: { '.sh': 'text', '.pl': 'text' },
  // What is bundled from scripts looks for the repository from where it stands.
  define: { 'import.meta.url': 'moduleUrl' },
  banner: {
    js: "const moduleUrl = require('node:url').pathToFileURL(require('node:path').resolve('scripts/bench.mjs')).href",
  },
  external: ['cpu-features', '*.node', 'playwright-core', 'esbuild', 'yaml-language-server'],
})

const args = [...sections, '--vsix', packagedFile(), ...(json === undefined ? [] : ['--json', json])]
const child = spawn(process.execPath, ['--expose-gc', BUNDLE, ...args], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) {
  // The bench takes its virtual hosts down before it ends, and is waited for. One signal more does it no harm.
  process.on(signal, () => child.kill(signal))
}
child.once('exit', (status) => {
  process.exitCode = status ?? 1
})

function readArguments(words) {
  const chosen = []
  let file
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]
    if (word === '--json') {
      index += 1
      file = words[index]
      if (file === undefined) usage('--json takes the name of a file')
    } else if (SECTIONS.includes(word)) chosen.push(word)
    else usage(`"${word}" is no section`)
  }
  return { sections: chosen.length === 0 ? SECTIONS : chosen, json: file }
}

function usage(message) {
  console.error(`${message}\nusage: npm run bench -- [${SECTIONS.join('] [')}] [--json FILE]`)
  process.exit(2)
}
