// `npm run demo -- --vscode`: the designer in a real VS Code, beside the running lab of what it shows. Nothing is
// deployed: that is for whoever looks at it. A VS Code of one's own is used as it is found, with folders of its own, so
// that nothing of the user's is touched; else one from npm is shown by a browser.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { packagedFile } from './packaged-file.mjs'
import { startVsCode } from './vscode.mjs'

const FROM_NPM = '1.100'

/**
 * Opens `file` (a topology) and resolves when the person has seen enough: VS Code was closed, or `interrupted` resolves.
 * @param {{ file: string, interrupted: Promise<unknown>, say: (text: string) => void }} options
 */
export async function showInVsCode({ file, interrupted, say }) {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-demo-vscode-'))
  const workspace = join(folder, 'workspace')
  mkdirSync(workspace)
  try {
    copyFileSync(file, join(workspace, 'shop.lvs.yaml'))
    const local = localVsCode()
    if (local === undefined) await showInBrowser(folder, workspace, interrupted, say)
    else await showLocally(local, folder, workspace, interrupted, say)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

async function showInBrowser(folder, workspace, interrupted, say) {
  const opener = openerOf(folder, join(workspace, 'shop.lvs.yaml'))
  const server = await startVsCode({ version: FROM_NPM, extensions: [opener, packagedFile()] })
  try {
    const address = server.address(workspace, [['skipWelcome', 'true']])
    say(`Open this in a browser on this machine; who has the address may do what you may:\n\n  ${address}\n`)
    say('Ctrl+C ends VS Code and takes the virtual hosts down.')
    await interrupted
  } finally {
    await server.stop()
  }
}

/**
 * An extension that opens one file. A file that is named in the address is opened before a fresh VS Code knows its
 * extensions, and therefore as text.
 */
function openerOf(folder, file) {
  const opener = join(folder, 'lvs-designer.demo-0.0.1')
  mkdirSync(opener)
  const manifest = {
    name: 'demo',
    publisher: 'lvs-designer',
    displayName: 'LVS Designer: the file of the demo',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './open.js',
    activationEvents: ['onStartupFinished'],
  }
  writeFileSync(join(opener, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(opener, 'open.js'),
    `const { commands, Uri } = require('vscode')
exports.activate = () => commands.executeCommand('vscode.open', Uri.file(${JSON.stringify(file)}))
`,
  )
  return opener
}

async function showLocally(program, folder, workspace, interrupted, say) {
  const own = ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')]
  // Without a question whether the demo's own file is to be trusted.
  const user = join(folder, 'user', 'User')
  mkdirSync(user, { recursive: true })
  writeFileSync(
    join(user, 'settings.json'),
    JSON.stringify({ 'security.workspace.trust.enabled': false, 'workbench.startupEditor': 'none' }),
  )
  const installed = spawnSync(program, [...own, '--install-extension', packagedFile(), '--force'], {
    encoding: 'utf8',
  })
  if (installed.status !== 0)
    throw new Error(`${program} did not install the extension:\n${installed.stdout}${installed.stderr}`)
  say(`${program} opens the designer. Close its window, or press Ctrl+C, to take the virtual hosts down.`)
  // Electron has no sandbox for root and refuses to start with one.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = [...own, ...sandbox, '--new-window', '--wait', '--disable-workspace-trust', workspace]
  const child = spawn(program, [...args, join(workspace, 'shop.lvs.yaml')], { stdio: 'ignore' })
  const closed = new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', done)
  })
  await Promise.race([closed, interrupted])
  child.kill()
}

/** A `code` on PATH. */
function localVsCode() {
  // Without a display it would only say that it cannot open one.
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => resolve(folder, 'code'))
    .find((program) => {
      try {
        accessSync(program, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
