import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A host in namespaces of this machine whose process 1 is systemd. */
export interface SystemdHost {
  /** A shell command there; its standard output. */
  readonly on: (command: string, input?: string) => string
  /** The power fails, and comes back; waits until what is to run at boot has run. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const systemdAvailable = existsSync('/lib/systemd/systemd') && process.getuid?.() === 0

/** Its disk is in memory, which can lie over any other. */
const DISKS = '/dev/shm'
const BOOT_TRIES = 1200

export async function startSystemdHost(): Promise<SystemdHost> {
  const place = mkdtempSync(join(DISKS, 'lvs-systemd-'))
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(place, name))
  let child: ChildProcess | undefined
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
    child = spawn('unshare', [...spaces, 'sh', 'test/systemd/enter.sh', place], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    for (
      let tries = 0;
      !/^(running|degraded)$/m.test(run('systemctl is-system-running').stdout);
      tries += 1
    ) {
      if (tries > BOOT_TRIES || child.exitCode !== null) throw new Error(`systemd does not come up: ${said}`)
      await sleep(50)
    }
  }
  const stop = async () => {
    await off()
    rmSync(place, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    on: (command, input) => {
      const { status, stdout, stderr } = run(command, input)
      if (status !== 0) throw new Error(`${command}: status ${status ?? 'none'}: ${stdout}${stderr}`)
      return stdout
    },
    restart: async () => {
      await off()
      await start()
    },
    stop,
  }
}
