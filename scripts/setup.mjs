// Brings a fresh Debian 12 with Node 20 to where the project can be built, tested and tried. Says what it does, does
// only what is missing, and touches nothing but node_modules and Debian packages.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs, and the Debian packages that bring them. */
const LAB = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
}
/** A VS Code from npm: its native parts are built, and a browser shows it. */
const VSCODE = {
  'g++': 'g++',
  make: 'make',
  python3: 'python3',
}
/** The designer's page without VS Code. */
const PAGE = { chromium: 'chromium' }
/** A VS Code, and what checks clusters today. */
const EDITOR = { ...VSCODE, ...PAGE, keepalived: 'keepalived' }
/** Many hosts in namespaces, and the peer that is measured beside us. */
const FLEET = { sshd: 'openssh-server', ssh: 'openssh-client', ip: 'iproute2', 'ansible-playbook': 'ansible' }
const TEST = {
  ...LAB,
  ...VSCODE,
  ...PAGE,
  sshd: 'openssh-server',
  shellcheck: 'shellcheck',
  keepalived: 'keepalived',
  'ansible-playbook': 'ansible-core',
  'ansible-lint': 'ansible-lint',
  busybox: 'busybox',
  ip: 'iproute2',
  visudo: 'sudo',
  systemctl: 'systemd',
}

/** Installs the npm packages of the lockfile, unless they are those already. Nothing of theirs is run. */
export function setUpPackages() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) fail(`Node ${process.versions.node} is too old: Node 20 or newer is needed`)
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  const mark = join('node_modules', '.installed-from')
  try {
    if (readFileSync(mark, 'utf8') === lock) return
  } catch {
    // Never installed, or by hand.
  }
  console.error('setting up: npm packages')
  // Without install scripts: the parts they would build are optional, and a compiler may not be there.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  mkdirSync('node_modules', { recursive: true })
  writeFileSync(mark, lock)
}

/** Installs the Debian packages whose programs are missing. */
export function setUpPrograms(purpose) {
  const wanted =
    { test: TEST, fleet: FLEET, designer: PAGE, editor: EDITOR, vscode: { ...LAB, ...VSCODE } }[purpose] ??
    LAB
  const missing = [
    ...new Set(Object.entries(wanted).flatMap(([program, name]) => (found(program) ? [] : [name]))),
  ]
  if (missing.length === 0) return
  const line = `apt-get install --no-install-recommends ${missing.join(' ')}`
  const root = process.getuid?.() === 0
  if (!found('apt-get') || !(root || found('sudo'))) {
    fail(`these packages are missing: ${missing.join(', ')}\nas root, run: ${line}`)
  }
  console.error(`setting up: Debian packages ${missing.join(', ')}`)
  const asRoot = root ? [] : ['sudo']
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive']
  run(...split([...asRoot, ...environment, 'apt-get', 'update', '-qq']))
  run(
    ...split([
      ...asRoot,
      ...environment,
      'apt-get',
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      ...missing,
    ]),
  )
}

function found(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function split([program, ...args]) {
  return [program, args]
}

function run(program, args) {
  // What installers say goes to standard error: standard output is for results.
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] })
  if (status !== 0) fail(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
