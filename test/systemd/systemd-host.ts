import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { finish } from '../lab/lab-kit.js'

/** A host in namespaces of this machine whose process 1 is systemd. */
export interface SystemdHost {
  /** A shell command there; its standard output. */
  readonly on: (command: string, input?: string) => string
  /** The same once the host is up, which one that restarts by itself is not for a while. */
  readonly whenUp: (command: string) => Promise<string>
  /** The power fails, and comes back; waits until what is to run at boot has run. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const systemdAvailable = existsSync('/lib/systemd/systemd') && process.getuid?.() === 0

/** Its disk is in memory, which can lie over any other. */
const DISKS = '/dev/shm'
const BOOT_TRIES = 1200

interface Options {
  /** What is on its disk beside what is on this machine's; units among them are enabled. */
  readonly files?: Readonly<Record<string, string>>
  /** Run in the root of its disk before it starts for the first time: what makes it another host than this machine. */
  readonly shape?: string
  /** Gives it interfaces, each time it starts; the pid is one of its network's. */
  readonly plugIn?: (pid: number) => void
}

export async function startSystemdHost({
  files = {},
  shape = '',
  plugIn,
}: Options = {}): Promise<SystemdHost> {
  const place = mkdtempSync(join(DISKS, 'lvs-systemd-'))
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(place, name))
  for (const [name, text] of Object.entries(files)) {
    const path = join(place, 'upper', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: name.endsWith('.service') ? 0o644 : 0o600 })
  }
  const units = Object.keys(files).filter((name) => name.endsWith('.service'))
  writeFileSync(join(place, 'units'), units.map((name) => `${basename(name)}\n`).join(''))
  writeFileSync(join(place, 'shape'), shape)
  let child: ChildProcess | undefined
  let up: Promise<void> = Promise.resolve()
  const inside = (): string => {
    // unshare is the parent of process 1.
    const { stdout } = spawnSync('pgrep', ['-P', String(child?.pid)], { encoding: 'utf8' })
    return stdout.trim()
  }
  const run = (command: string, input = '') =>
    spawnSync('nsenter', ['-t', inside(), '-a', 'sh', '-c', command], { input, encoding: 'utf8' })
  const off = async () => {
    const was = child
    child = undefined
    if (was?.exitCode !== null || was.signalCode !== null) return
    const gone = once(was, 'exit')
    was.kill('SIGKILL')
    await gone
  }
  const start = async () => {
    const spaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', '--kill-child']
    const started = spawn('unshare', [...spaces, 'sh', 'test/systemd/enter.sh', place], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    let said = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    // One that restarts by itself.
    started.once('exit', () => {
      if (child === started && wasUp) begin()
    })
    let wasUp = false
    for (let tries = 0; inside() === ''; tries += 1) {
      if (tries > BOOT_TRIES) throw new Error(`no namespaces: ${said}`)
      await sleep(20)
    }
    plugIn?.(Number(inside()))
    for (
      let tries = 0;
      !/^(running|degraded)$/m.test(run('systemctl is-system-running').stdout);
      tries += 1
    ) {
      if (tries > BOOT_TRIES || started.exitCode !== null)
        throw new Error(`systemd does not come up: ${said}`)
      await sleep(50)
    }
    wasUp = true
  }
  const begin = () => {
    up = start()
    up.catch(() => undefined)
  }
  const stop = async () => {
    await off()
    rmSync(place, { recursive: true, force: true })
  }
  try {
    begin()
    await up
  } catch (error) {
    await stop()
    throw error
  }
  return {
    whenUp: async (command) => {
      for (;;) {
        await up
        const pid = inside()
        const enter = (...words: string[]) => finish('nsenter', ['-t', pid, '-a', ...words])
        if (pid !== '') {
          const { status, stdout, stderr } = await enter('sh', '-c', command)
          if (status === 0) return stdout
          // It may have died before or meanwhile, and be starting again as another.
          if (inside() === pid && (await enter('true')).status === 0)
            throw new Error(`${command}: status ${status}: ${stdout}${stderr}`)
        }
        await sleep(50)
      }
    },
    on: (command, input) => {
      const { status, stdout, stderr } = run(command, input)
      if (status !== 0) throw new Error(`${command}: status ${status ?? 'none'}: ${stdout}${stderr}`)
      return stdout
    },
    restart: async () => {
      await off()
      begin()
      await up
    },
    stop,
  }
}
