// `npm run demo`: the whole way once for each mode, on virtual hosts with a real kernel: check, plan, deploy, verify,
// requests from the client, what the director counted, and everything taken down again.
//   npm run demo -- --mode dr     only one mode
//   npm run demo -- --keep        leave the (last) lab running
//   npm run demo -- --vscode      the designer in a real VS Code, on a running lab, until you close it or press Ctrl+C
//                                 (of --mode, or of direct routing)
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const MODES = ['nat', 'tun', 'dr']
const vscode = process.argv.includes('--vscode')
const chosen = process.argv.includes('--mode')
  ? [process.argv[process.argv.indexOf('--mode') + 1]]
  : vscode
    ? ['dr']
    : MODES
const keep = process.argv.includes('--keep')
if (chosen.some((mode) => !MODES.includes(mode))) {
  console.error(`--mode takes ${MODES.join(', ')}`)
  process.exit(2)
}

setUpPackages()
setUpPrograms(vscode ? 'vscode' : 'demo')
heading('build')
must(spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' }).status)

const started = Date.now()
let running
let interrupted = false
let onInterrupt = () => undefined
const interruption = new Promise((resolve) => {
  onInterrupt = resolve
})
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // The command under way gets the signal too and ends by itself; what it leaves is taken down here.
    interrupted = true
    onInterrupt()
  })
}

try {
  if (vscode) await design(chosen[0])
  else {
    for (const [index, mode] of chosen.entries()) await show(mode, index === chosen.length - 1)
    heading('done')
    console.log(`All of it in ${Math.round((Date.now() - started) / 1000)} s after set-up.`)
  }
} catch (error) {
  console.error(`\n${interrupted ? 'interrupted' : error.message}`)
  process.exitCode = 1
} finally {
  if (running !== undefined && (process.exitCode === 1 || !keep)) await cli('lab', 'down', running)
}

/** Nothing is deployed: that is what the person does. */
async function design(mode) {
  const file = `samples/${mode}.lvs.yaml`
  heading('package')
  must(spawnSync(process.execPath, ['scripts/package.mjs', '--built'], { stdio: 'inherit' }).status)
  heading(`${mode}: start the virtual hosts`)
  running = file
  await cli('lab', 'up', file)
  heading(`${mode}: the designer`)
  // Only now is everything it needs sure to be installed.
  const { showInVsCode } = await import('./demo-vscode.mjs')
  await showInVsCode({ file, interrupted: interruption, say: console.log })
  heading(`${mode}: take the virtual hosts down`)
  await cli('lab', 'down', file)
  running = undefined
}

async function show(mode, last) {
  const file = `samples/${mode}.lvs.yaml`
  heading(`${mode.toUpperCase()}: ${file}`)
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('#')) break
    console.log(line.slice(2))
  }
  heading(`${mode}: check`)
  await cli('check', file)
  heading(`${mode}: start the virtual hosts`)
  // Set before: an interrupted start is to be taken down as well.
  running = file
  await cli('lab', 'up', file)
  const { labs } = JSON.parse(await cliText('lab', 'status', file, '--json'))
  const reach = ['--ssh-config', labs[0].sshConfig]
  heading(`${mode}: plan`)
  await cli('plan', file, ...reach)
  heading(`${mode}: deploy, read back, verify`)
  await cli('apply', file, ...reach)
  heading(`${mode}: requests from alice through the VIP`)
  const vips = [...readFileSync(file, 'utf8').matchAll(/^ {4}vip: '?([0-9a-f.:]+)'?$/gm)].map(
    (match) => match[1],
  )
  for (const vip of vips) {
    const url = vip.includes(':') ? `http://[${vip}]/` : `http://${vip}/`
    console.log(`${url}`)
    await cli('lab', 'ssh', file, 'alice', `for i in 1 2 3 4 5 6; do curl -sS -m 10 '${url}'; done`)
  }
  heading(`${mode}: what the director counted`)
  // The kernel's estimator brings the counters up to date every two seconds.
  await cli('lab', 'ssh', file, 'lb1', 'sleep 3; ipvsadm -L -n --stats')
  if (keep && last) {
    console.log(
      `\nThe lab is still running: lvs-designer lab ssh ${file} HOST, lvs-designer lab down ${file}`,
    )
    running = undefined
    return
  }
  heading(`${mode}: remove, and take the virtual hosts down`)
  await cli('remove', file, ...reach, '--drain', '5')
  await cli('lab', 'down', file)
  running = undefined
}

function heading(text) {
  const line = `── ${text} `
  console.log(`\n${line}${'─'.repeat(Math.max(0, 78 - line.length))}`)
}

async function cli(...args) {
  must(await runCli(args, 'inherit'), args)
}

async function cliText(...args) {
  let text = ''
  must(
    await runCli(args, 'pipe', (chunk) => {
      text += chunk
    }),
    args,
  )
  return text
}

function runCli(args, out, onText) {
  return new Promise((resolve, reject) => {
    // Progress and results in one stream, in the order they came.
    const child = spawn(process.execPath, ['dist/cli.js', ...args], {
      stdio: ['ignore', out, out === 'inherit' ? 1 : 2],
    })
    child.stdout?.setEncoding('utf8').on('data', onText)
    child.once('error', reject)
    child.once('exit', (status) => resolve(status ?? 1))
  })
}

function must(status, args = []) {
  if (status !== 0) throw new Error(`lvs-designer ${args.join(' ')} ended with status ${status}`)
}
