import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import type { Copy } from '../lab/enumeration.js'
import { buildFleetProgram, outputOf } from '../sshd/bundle-fleet-run.js'
import type { FleetCommand } from '../sshd/bundle-fleet-run.js'
import { fleetAddress, fleetDrawing } from '../sshd/fleet.js'
import type { FleetRun } from '../sshd/fleet-run.js'
import { makeKey, SSHD } from '../sshd/start-sshd.js'
import { startSystemdHost } from './systemd-host.js'
import type { SystemdHost } from './systemd-host.js'

/**
 * Clusters of two real servers each, every one of them a host that boots by systemd and runs an sshd, on one segment with the
 * operator, who stands in a namespace of its own. There is no IPVS on this machine's kernel, and so no director.
 */
export interface SystemdFleet {
  readonly copies: readonly Copy[]
  readonly hosts: ReadonlyMap<string, SystemdHost>
  /** What the command line does, of the first cluster. */
  readonly run: (what: FleetCommand) => Promise<FleetRun>
  /** The drawing of the first cluster. */
  readonly drawing: string
  readonly stop: () => Promise<void>
}

const HOSTS = 2

/** A cluster may have hosts of another shape than this machine's. */
export async function startSystemdFleet(
  clusters: number,
  shapeOf: (cluster: number) => string = () => '',
): Promise<SystemdFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-systemd-fleet-'))
  const operator = `ls${process.pid}`
  const inOperator = (...args: string[]) => ['netns', 'exec', operator, ...args]
  const hosts = new Map<string, SystemdHost>()
  const stop = async () => {
    await Promise.all([...hosts.values()].map((host) => host.stop()))
    execFileSync('ip', ['netns', 'del', operator])
    rmSync(folder, { recursive: true, force: true })
  }
  execFileSync('ip', ['netns', 'add', operator])
  try {
    execFileSync('ip', ['-n', operator, '-batch', '-'], {
      input:
        'link set lo up\nlink add fleet type bridge\naddress add 10.213.0.1/16 dev fleet\nlink set fleet up\n',
    })
    const [hostKey, userKey] = [makeKey(folder, 'host'), makeKey(folder, 'user')]
    const hostKeyText = readFileSync(hostKey.file, 'utf8')
    const names = Array.from({ length: HOSTS * clusters }, (_, index) => `rs${index + 1}`)
    await Promise.all(
      names.map(async (name, index) => {
        const port = `p${index + 1}`
        const host = await startSystemdHost({
          shape: shapeOf(Math.floor(index / HOSTS)),
          files: hostFiles(fleetAddress(index + 1), hostKeyText, userKey.publicLine),
          plugIn: (pid) => {
            // The port of a host that has died goes a moment after it.
            spawnSync('ip', ['-n', operator, 'link', 'del', port], { stdio: 'ignore' })
            execFileSync('ip', ['-n', operator, '-batch', '-'], {
              input: `link add ${port} type veth peer name eth0 address 02:00:00:00:00:${(index + 1).toString(16).padStart(2, '0')} netns ${pid}\nlink set ${port} master fleet up\n`,
            })
          },
        })
        hosts.set(name, host)
      }),
    )
    const known = join(folder, 'known_hosts')
    const sshConfig = join(folder, 'ssh_config')
    writeFileSync(known, `* ${hostKey.publicLine}\n`)
    writeFileSync(
      sshConfig,
      names
        .map(
          (name, index) =>
            `Host ${name}\n  HostName ${fleetAddress(index + 1)}\n  User root\n  IdentityFile ${userKey.file}\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile ${known}\n  StrictHostKeyChecking yes\n`,
        )
        .join('\n'),
    )
    const program = await buildFleetProgram(folder)
    const drawingOf = (cluster: number) => join(folder, `fleet-${cluster + 1}.lvs.yaml`)
    const copies = Array.from({ length: clusters }, (_, cluster): Copy => {
      const first = HOSTS * cluster
      const own = names.slice(first, first + HOSTS)
      const text = fleetDrawing(own, first).replace('name: fleet', `name: fleet-${cluster + 1}`)
      const drawing = drawingOf(cluster)
      writeFileSync(drawing, text)
      return {
        hosts: own,
        // Both real servers of a cluster do the same.
        interrupted: own.slice(0, 1),
        target: {
          cluster: deriveCluster(parseTopology(text).topology),
          onEach: async (on, command) => {
            const states = new Map<string, string>()
            for (const name of on) states.set(name, (await hosts.get(name)?.whenUp(command)) ?? '')
            return states
          },
          start: (command, timer = 120) =>
            startRun(inOperator(process.execPath, program, command, drawing, sshConfig, String(timer))),
        },
      }
    })
    return {
      copies,
      hosts,
      drawing: drawingOf(0),
      run: async (what) => {
        const words = inOperator(process.execPath, program, what, drawingOf(0), sshConfig)
        return JSON.parse(await outputOf(['ip', ...words])) as FleetRun
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What of a host is its own: its address, an sshd, and an empty home. */
function hostFiles(address: string, hostKey: string, authorized: string): Readonly<Record<string, string>> {
  return {
    'etc/lab/sshd_config': `HostKey /etc/lab/host_key\nAuthorizedKeysFile /etc/lab/authorized_keys\nPidFile /run/sshd.pid\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nStrictModes no\nUsePAM no\n`,
    'etc/lab/host_key': hostKey,
    'etc/lab/authorized_keys': `${authorized}\n`,
    'etc/systemd/system/lab-network.service': unit(
      'DefaultDependencies=no\nBefore=network.target\n',
      `Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'until ip link set dev eth0 up; do sleep 0.05; done; ip address add ${address}/16 dev eth0; ip route add default via 10.213.0.1'\n`,
    ),
    'etc/systemd/system/lab-sshd.service': unit(
      'After=lab-network.service\n',
      `RuntimeDirectory=sshd\nExecStart=${SSHD} -D -f /etc/lab/sshd_config\nKillMode=process\nRestart=always\n`,
    ),
  }
}

function unit(dependencies: string, service: string): string {
  return `[Unit]\n${dependencies}\n[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`
}

function startRun(args: readonly string[]): ReturnType<Copy['target']['start']> {
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const ended = new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (status) => {
      resolve({ status: status === 0 && !isSuccess(stdout) ? 1 : (status ?? -1), stdout, stderr })
    })
  })
  return { child, ended }
}

function isSuccess(line: string): boolean {
  return ['COMMITTED', 'UNCHANGED'].includes((JSON.parse(line) as FleetRun).outcome)
}
