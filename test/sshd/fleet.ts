import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeKey, SSHD } from './start-sshd.js'

/**
 * Many hosts on one machine: an sshd each, in a network namespace of its own with folders of its own for what a host keeps,
 * all on one segment. The operator stands in a namespace on that segment too, so that nothing of the machine's own network
 * is touched. Needs root, iproute2 and openssh-server; IPVS is not needed, and there is none.
 */
export interface Fleet {
  readonly hosts: readonly string[]
  readonly sshConfig: string
  readonly folder: string
  /** A command and its arguments, from where the operator stands. */
  readonly from: (command: string, ...args: string[]) => readonly [string, ...string[]]
  /** The same on a host, without SSH; what is mounted there is seen. */
  readonly on: (host: string, script: string) => string
  /** What the sshds have logged so far: connections that were accepted, and commands that were asked for, of all hosts. */
  readonly sessions: () => { readonly connections: number; readonly commands: number }
  readonly stop: () => Promise<void>
}

export const fleetAvailable = existsSync(SSHD) && process.getuid?.() === 0

/** `10.213.1.7`: of the n-th host, from 1. */
export function fleetAddress(number: number): string {
  return `10.213.${1 + Math.floor((number - 1) / 250)}.${((number - 1) % 250) + 1}`
}

export async function startFleet(size: number): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-fleet-'))
  const id = `lf${process.pid}`
  const operator = `${id}-op`
  const hosts = Array.from({ length: size }, (_, index) => `rs${index + 1}`)
  const space = (host: string) => `${id}-${host}`
  const inside = (name: string, ...args: string[]) => ['netns', 'exec', name, ...args]
  const children: ChildProcess[] = []
  const sshds = new Map<string, ChildProcess>()
  const stop = async () => {
    await Promise.all(children.map(ended))
    for (const name of [...hosts.map(space), operator]) {
      try {
        execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' })
      } catch {
        // It was not made.
      }
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const hostKey = makeKey(folder, 'host')
    const userKey = makeKey(folder, 'user')
    writeFileSync(join(folder, 'authorized_keys'), `${userKey.publicLine}\n`, { mode: 0o600 })
    const batch = join(folder, 'links')
    execFileSync('ip', ['netns', 'add', operator])
    execFileSync('ip', ['-n', operator, 'link', 'set', 'lo', 'up'])
    const lines = ['link add fleet type bridge', 'address add 10.213.0.1/16 dev fleet', 'link set fleet up']
    for (const [index, host] of hosts.entries()) {
      execFileSync('ip', ['netns', 'add', space(host)])
      lines.push(
        `link add p${index + 1} type veth peer name eth0 netns ${space(host)}`,
        `link set p${index + 1} master fleet up`,
      )
    }
    writeFileSync(batch, `${lines.join('\n')}\n`)
    execFileSync('ip', ['-n', operator, '-batch', batch])
    for (const [index, host] of hosts.entries()) {
      const own = [
        'link set lo up',
        `address add ${fleetAddress(index + 1)}/16 dev eth0`,
        'link set eth0 up',
        'route add default via 10.213.0.1',
      ]
      execFileSync('ip', ['-n', space(host), '-batch', '-'], { input: `${own.join('\n')}\n` })
      const config = join(folder, `${host}.sshd`)
      writeFileSync(
        config,
        [
          'Port 22',
          `HostKey ${hostKey.file}`,
          `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
          'PidFile none',
          'PermitRootLogin prohibit-password',
          'PasswordAuthentication no',
          'StrictModes no',
          'UsePAM no',
          'LogLevel VERBOSE',
          '',
        ].join('\n'),
      )
      // What a host keeps is its own, and so is the operator's home there, whose start-up files would be run with every command.
      // The mounts are seen by it alone.
      const start =
        'mount --make-rprivate / && for each in /run /root /usr/local/sbin /var/lib /var/log; do mount -t tmpfs none "$each"; done && mkdir -p /run/sshd && exec "$0" "$@"'
      const sshd = [SSHD, '-D', '-E', join(folder, `${host}.log`), '-f', config]
      // Each of these becomes the next, so that its pid is that of sshd.
      const child = spawn('ip', inside(space(host), 'unshare', '--mount', 'sh', '-c', start, ...sshd), {
        stdio: 'ignore',
      })
      children.push(child)
      sshds.set(host, child)
    }
    const known = join(folder, 'known_hosts')
    writeFileSync(
      known,
      hosts
        .map(
          (_, index) => `${fleetAddress(index + 1)} ${hostKey.publicLine.split(' ').slice(0, 2).join(' ')}\n`,
        )
        .join(''),
    )
    const sshConfig = join(folder, 'ssh_config')
    writeFileSync(
      sshConfig,
      hosts
        .map(
          (host, index) => `Host ${host}
  HostName ${fleetAddress(index + 1)}
  User root
  IdentityFile ${userKey.file}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${known}
  StrictHostKeyChecking yes
`,
        )
        .join('\n'),
    )
    const logs = () => hosts.map((host) => readIfThere(join(folder, `${host}.log`)))
    for (let tries = 0; logs().some((log) => !log.includes('Server listening')); tries += 1) {
      if (tries === 600) throw new Error('not every sshd has started')
      await sleep(100)
    }
    return {
      hosts,
      sshConfig,
      folder,
      from: (command, ...args) => ['ip', ...inside(operator, command, ...args)],
      on: (host, script) => {
        const pid = String(sshds.get(host)?.pid)
        return execFileSync('nsenter', ['-t', pid, '-m', '-n', 'sh', '-c', script], { encoding: 'utf8' })
      },
      sessions: () => {
        const log = logs().join('\n')
        return {
          connections: log.match(/Accepted publickey/g)?.length ?? 0,
          commands: log.match(/Starting session: command/g)?.length ?? 0,
        }
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Real servers of two services: one gives them a VIP and settings for ARP, one a default gateway. Nothing of it is IPVS. */
export function fleetDrawing(hosts: readonly string[], hostsBefore = 0): string {
  const host = (name: string, index: number) =>
    `  ${name}: { role: real-server, interfaces: { eth0: { network: net, address: ${fleetAddress(hostsBefore + index + 1)} } } }\n`
  const servers = (more: string) => hosts.map((name) => `      ${name}: ${more}\n`).join('')
  return `lvs: 1
name: fleet
networks:
  net: { subnet: 10.213.0.0/16 }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: net, address: 10.213.0.2 } } }
${hosts.map(host).join('')}services:
  web:
    mode: dr
    director: lb1
    vip: 10.213.255.1
    port: 80
    real-servers:
${servers('{}')}  gate:
    mode: nat
    director: lb1
    vip: 10.213.255.2
    port: 81
    real-servers:
${servers('{ port: 8080 }')}`
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
