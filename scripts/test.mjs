// `npm test`: everything that must hold before a change lands, from a fresh machine. Steps in order of cost; the
// first that fails ends it. `npm test -- --only unit` (or checks, designer, e2e,
// lab) runs one of them.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { setUpPackages, setUpPrograms } from './setup.mjs'
import { installVsCode, VSCODE_VERSIONS } from './vscode.mjs'

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined

setUpPackages()
setUpPrograms('test')

const counts = { passed: 0, failed: 0, skipped: 0 }

const STEPS = {
  // The longest beside the others.
  checks: async () => {
    await Promise.all([
      check('lint', 'eslint', '.'),
      inTurn(
        ['types', 'tsc', '--noEmit'],
        ['types of the core alone', 'tsc', '--noEmit', '-p', 'src/core'],
        ['types of the designer', 'tsc', '--noEmit', '-p', 'webview'],
        ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
        ['rooms', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'webview'],
      ),
    ])
    build()
  },
  unit: () => {
    build()
    vitest('unit', 'vitest.config.mjs')
  },
  designer: () => {
    build()
    vitest('designer', 'vitest.designer.config.mjs')
  },
  e2e: () => {
    build()
    node('package', 'scripts/package.mjs', '--built')
    for (const version of VSCODE_VERSIONS) installVsCode(version)
    vitest('e2e', 'vitest.e2e.config.mjs')
  },
  lab: () => {
    build()
    vitest('lab', 'vitest.lab.config.mjs')
  },
}

let built = false
function build() {
  if (!built) node('build', 'scripts/build.mjs')
  built = true
}

if (only !== undefined && !(only in STEPS)) {
  console.error(`--only takes ${Object.keys(STEPS).join(', ')}`)
  process.exit(2)
}
for (const [name, runStep] of Object.entries(STEPS)) if (only === undefined || only === name) await runStep()

// Everything the tests need has been installed, so a test that stands aside on CI is one that does not run at all.
if (process.env.CI && counts.skipped > 0) end('tests that were skipped', 1)

console.log('')
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
)

async function inTurn(...checks) {
  for (const each of checks) await check(...each)
}

/** What it says comes in one piece, as others run beside it. */
async function check(title, tool, ...args) {
  const said = []
  const run = spawn(process.execPath, [`node_modules/.bin/${tool}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => run.kill()
  process.once('exit', stop)
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (part) => said.push(part))
  const [status] = await once(run, 'close')
  process.off('exit', stop)
  console.log(`\n== ${title}`)
  process.stdout.write(Buffer.concat(said))
  if (status !== 0) end(title, status)
}

function node(title, ...args) {
  console.log(`\n== ${title}`)
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) end(title, status)
}

function vitest(title, config) {
  const report = `node_modules/.report-${title}.json`
  rmSync(report, { force: true })
  console.log(`\n== ${title} tests`)
  const args = [
    'node_modules/.bin/vitest',
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
    counts.passed += numPassedTests
    counts.failed += numFailedTests
    counts.skipped += numPendingTests
  } catch {
    // The status says that it failed.
  }
  if (status !== 0) end(`${title} tests`, status)
}

function end(title, status) {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`)
  console.error(`failed: ${title}`)
  process.exit(status ?? 1)
}
