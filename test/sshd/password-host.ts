import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSshd, type Sshd } from './start-sshd.js'

export interface PasswordHost {
  readonly sshd: Sshd
  readonly user: string
  readonly stop: () => Promise<void>
}

/**
 * A real sshd that takes a password, of a user that is known to it alone: it runs in a mount namespace whose /etc/passwd and
 * /etc/shadow have one more line. Nothing of the machine is changed.
 */
export async function startPasswordHost(password: string): Promise<PasswordHost> {
  const user = 'lvsops'
  const folder = mkdtempSync(join(tmpdir(), 'lvs-password-'))
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
  }).trim()
  const withLine = (name: string, line: string, mode: number) => {
    const file = join(folder, name)
    writeFileSync(file, `${readFileSync(`/etc/${name}`, 'utf8')}${line}\n`, { mode })
    return `mount --bind '${file}' /etc/${name}`
  }
  const mounts = [
    withLine('passwd', `${user}:x:0:0::/:/bin/sh`, 0o644),
    withLine('shadow', `${user}:${hash}:19000:0:99999:7:::`, 0o600),
  ]
  const sshd = await startSshd({
    config: ['PasswordAuthentication yes', 'PermitRootLogin yes', 'MaxAuthTries 10'],
    spawn: (program, args, options) =>
      spawn(
        'unshare',
        [
          '--mount',
          '--propagation',
          'private',
          'sh',
          '-c',
          `${mounts.join(' && ')} && exec "$0" "$@"`,
          program,
          ...args,
        ],
        options,
      ),
  })
  return {
    sshd,
    user,
    stop: async () => {
      await sshd.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
