/**
 * Real OpenSSH for tests: an sshd of its own on 127.0.0.1, with its keys and configuration in a temporary folder, run in
 * the foreground and ended by its pid. Needs root (sshd changes to the user who logs in) and Debian's openssh-server.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const SSHD = '/usr/sbin/sshd'
/** Of a fiftieth of a second each: a busy machine starts a program late. */
const START_TRIES = 3000

/** Whether the tests against real OpenSSH can run here. */
export const sshdAvailable = existsSync(SSHD) && process.getuid?.() === 0

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa'

/** A private key file (0600) and its public half beside it. */
export interface KeyPair {
  file: string
  publicFile: string
  /** The line as in authorized_keys. */
  publicLine: string
}

export function makeKey(folder: string, name: string, type: KeyType = 'ed25519', passphrase = ''): KeyPair {
  const file = join(folder, name)
  const bits = type === 'rsa' ? ['-b', '2048'] : []
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', file])
  return { file, publicFile: `${file}.pub`, publicLine: readFileSync(`${file}.pub`, 'utf8').trim() }
}

export interface SshdOptions {
  /** The host keys it shows; one ed25519 key unless told. */
  hostKeys?: readonly KeyType[]
  /** Lines of authorized_keys; one key of its own (`userKey`) is always in. */
  authorizedKeys?: readonly string[]
  /** More lines of sshd_config, in front of ours: sshd takes the first. */
  config?: readonly string[]
  /** Give it the port another one had. */
  port?: number
  /** How it is started; in the machine as it is unless told. */
  spawn?: (program: string, args: readonly string[], options: StdioOptions) => ChildProcess
}

interface StdioOptions {
  stdio: ['ignore', 'ignore', 'pipe']
}

export interface Sshd {
  port: number
  /** Holds everything; removed by `stop`. */
  folder: string
  hostKeys: KeyPair[]
  /** Accepted by it. */
  userKey: KeyPair
  user: string
  pid: number
  /** What it logged so far (LogLevel VERBOSE). */
  log: () => string
  stop: () => Promise<void>
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-sshd-'))
  chmodSync(folder, 0o700)
  // Debian's sshd wants its empty privilege separation folder; systemd makes it where it starts sshd itself.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const hostKeys = (options.hostKeys ?? ['ed25519']).map((type) => makeKey(folder, `host_${type}`, type))
  const userKey = makeKey(folder, 'user_key')
  const authorized = join(folder, 'authorized_keys')
  writeFileSync(authorized, [userKey.publicLine, ...(options.authorizedKeys ?? []), ''].join('\n'), {
    mode: 0o600,
  })
  const port = options.port ?? (await freePort())
  const file = join(folder, 'sshd_config')
  writeFileSync(
    file,
    [
      ...(options.config ?? []),
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...hostKeys.map((key) => `HostKey ${key.file}`),
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, 'pid')}`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  )
  const start = options.spawn ?? spawn
  const child = start(SSHD, ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  await listening(port, child, () => log)
  return {
    port,
    folder,
    hostKeys,
    userKey,
    user: userInfo().username,
    pid: child.pid ?? 0,
    log: () => log,
    stop: async () => {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An ssh-agent that holds the given keys. */
export async function startAgent(
  keys: readonly KeyPair[],
): Promise<{ socket: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-agent-'))
  const socket = join(folder, 'socket')
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries === START_TRIES || child.exitCode !== null) throw new Error('ssh-agent did not start')
    await sleep(20)
  }
  for (const key of keys) {
    execFileSync('ssh-add', ['-q', key.file], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: 'pipe',
    })
  }
  return {
    socket,
    stop: async () => {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (child.exitCode !== null) break
    const socket = connect({ port, host: '127.0.0.1' })
    const up = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
    socket.destroy()
    if (up) return
    await sleep(20)
  }
  throw new Error(`sshd did not start: ${log()}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
