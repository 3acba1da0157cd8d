import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { labSpecOf, vipsOf } from '../../src/lab/from-drawing.js'
import { cacheFolder, labFiles } from '../../src/lab/folders.js'
import { labDown, labUp } from '../../src/lab/index.js'
import type { LabSpec } from '../../src/lab/index.js'
import { MACHINE_HOST } from '../../src/lab/lab.js'
import { sharedConnections } from './shared-connection.js'

export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** A drawing with its virtual hosts running, under a name of its own so that nobody's lab is in the way. */
export interface RunningLab {
  readonly file: string
  readonly folder: string
  readonly cluster: Cluster
  readonly sshConfig: string
  /** Runs the built command line with the lab's ssh_config. */
  readonly cli: (command: string, ...args: string[]) => Promise<Finished>
  /** Runs a shell command on a host; fails the test when its status is not 0, unless told otherwise. */
  readonly on: (host: string, command: string, options?: { readonly mayFail: boolean }) => Promise<string>
  /** Runs a shell command on the machine that carries the hosts, with a text as its standard input. */
  readonly onMachine: (command: string, input?: string) => Promise<string>
  /**
   * On several hosts one after the other, without a handshake for each, and also where nobody reaches their sshd. One that
   * restarts is waited for.
   */
  readonly onEach: OnEach
  readonly down: () => Promise<void>
}

export type OnEach = (hosts: readonly string[], command: string) => Promise<Map<string, string>>

interface StartOptions {
  readonly edit?: (text: string) => string
  /** Its hosts are restarted or cut off: every command has a connection of its own. */
  readonly restarts?: boolean
}

export async function startLab(
  drawing: string,
  name: string,
  { edit = (text) => text, restarts = false }: StartOptions = {},
): Promise<RunningLab> {
  const [lab] = await startLabs(name, [edit(named(await readFile(drawing, 'utf8'), name))], { restarts })
  if (lab === undefined) throw new Error('one drawing is one lab')
  return lab
}

export function named(text: string, name: string): string {
  return text.replace(/^name: .*$/m, `name: ${name}`)
}

/** Several drawings on one machine, which have no host, network or name in common. Taken down together, by any of them. */
export async function startLabs(
  name: string,
  texts: readonly string[],
  { restarts = false }: Pick<StartOptions, 'restarts'> = {},
): Promise<RunningLab[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-'))
  const clusters = texts.map((text) => deriveCluster(parseTopology(text).topology))
  const specs = clusters.map((cluster, index) => withMacsOf(index, labSpecOf(cluster)))
  const log = (message: string) => {
    process.stderr.write(`  lab ${name}: ${message}\n`)
  }
  const spec = {
    name,
    networks: specs.flatMap(({ networks }) => networks),
    hosts: specs.flatMap(({ hosts }) => hosts),
  }
  const { sshConfig, machineConfig, takeDown } = await up(spec, clusters.flatMap(vipsOf), log)
  const connections = sharedConnections(sshConfig, folder)
  const machine = sharedConnections(machineConfig, folder)
  const onMachine = async (command: string, input?: string) => {
    const through = await machine.to(MACHINE_HOST)
    const args = ['-F', machineConfig, ...through, MACHINE_HOST, command]
    return stdoutOf(MACHINE_HOST, await finish('ssh', args, input))
  }
  const shared = {
    folder,
    sshConfig,
    cli: (command: string, ...args: string[]) =>
      finish(process.execPath, ['dist/cli.js', command, ...args, '--ssh-config', sshConfig]),
    on: async (host: string, command: string, { mayFail } = { mayFail: false }) => {
      const through = restarts ? [] : await connections.to(host)
      return stdoutOf(host, await finish('ssh', ['-F', sshConfig, ...through, host, command]), mayFail)
    },
    onMachine,
    onEach: async (hosts: readonly string[], command: string) => {
      const output = await onMachine(
        `command=$(cat); for host in ${hosts.join(' ')}; do
           tries=0
           until init=$(cat "/proc/$(cat "/lab/hosts/$host/supervised")/task/"*/children) &&
             nsenter -t "\${init% }" -m -u -i -n -p test -s /run/sshd.pid; do
             tries=$((tries + 1)); [ "$tries" -lt 600 ] || exit 1; sleep 0.1
           done 2>/dev/null
           printf '== %s\\n' "$host"
           nsenter -t "\${init% }" -m -u -i -n -p sh -c "$command" </dev/null || exit
         done`,
        command,
      )
      const parts = output.split(/^== (.+)\n/m).slice(1)
      return new Map(hosts.map((host) => [host, parts[parts.indexOf(host) + 1] ?? '']))
    },
    down: async () => {
      connections.end()
      machine.end()
      await takeDown()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return Promise.all(
    clusters.map(async (cluster, index) => {
      const file = join(folder, `${cluster.topology.name ?? name}.lvs.yaml`)
      await writeFile(file, texts[index] ?? '')
      return { ...shared, file, cluster }
    }),
  )
}

async function up(spec: LabSpec, avoid: readonly string[], onProgress: (message: string) => void) {
  // Left over by a run that was killed.
  await labDown(spec.name)
  const { problems, sshConfig } = await labUp(spec, { avoid, onProgress })
  if (problems.length > 0) onProgress(problems.join('\n'))
  const { machineConfig } = labFiles(cacheFolder(), spec.name)
  return { sshConfig, machineConfig, takeDown: () => labDown(spec.name) }
}

/** Drawings of the same kind give their hosts the same MAC addresses. */
function withMacsOf(index: number, spec: LabSpec): LabSpec {
  const third = index.toString(16).padStart(2, '0')
  const own = (mac: string) => (index === 0 ? mac : mac.replace(/^(..:..):../, `$1:${third}`))
  return {
    ...spec,
    hosts: spec.hosts.map((host) => ({
      ...host,
      interfaces: host.interfaces.map((each) => ({ ...each, mac: own(each.mac) })),
    })),
  }
}

function stdoutOf(where: string, { status, stdout, stderr }: Finished, mayFail = false): string {
  if (status !== 0 && !mayFail) throw new Error(`${where}: status ${status}: ${stderr}`)
  return stdout
}

export function finish(program: string, args: readonly string[], input?: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.once('error', reject)
    child.once('close', (status) => {
      resolve({ status: status ?? -1, stdout, stderr })
    })
    // What ended early says why itself.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

/** All that a deployment could change on a host, as text to be compared before and after. */
export async function stateOf(lab: RunningLab, host: string): Promise<string> {
  return lab.on(host, STATE_COMMAND)
}

/** The states of several hosts, together. */
export async function stateOfEach(
  lab: RunningLab,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const states = await Promise.all(hosts.map((host) => stateOf(lab, host)))
  return new Map(hosts.map((host, index) => [host, states[index] ?? '']))
}

export const STATE_COMMAND = [
  // How IPv6 makes its addresses is shown of a tunnel device once it has been up. Devices are listed by the last byte of their
  // numbers (dev.h `dev_index_hash`), which grow with every restart of any host: by name they stay where they are.
  'ip -d -o link | sed "s/ qdisc [a-z_]*//; s/ addrgenmode [a-z0-9_]*//" | sort -s -k 2,2',
  // Lifetimes tick; link-local addresses come and go with them.
  'ip -o address | grep -v " fe80:" | sed "s/valid_lft.*//" | sort -s -k 2,2',
  'ip -4 route; ip -6 route',
  // A tunnel device that has once been up keeps its IPv6 settings (addrconf.c makes them at the first up).
  `grep -s '' /proc/sys/net/ipv4/ip_forward $(ls -d /proc/sys/net/ipv[46]/conf/*/* | grep -E '/(arp_[a-z]*|rp_filter|send_redirects|forwarding|accept_redirects)$' | grep -vE 'ipv6/conf/(tunl0|gre0)')`,
  'ipvsadm -Sn 2>/dev/null',
  'ip fou show 2>/dev/null; nft list ruleset 2>/dev/null',
  'ls /var/lib/lvs-designer /run/lvs-designer/lock 2>/dev/null',
  'true',
].join('; ')

/** Sends requests one after the other and says who answered each: `{ rs1: 3, rs2: 3 }`. */
export async function answers(lab: RunningLab, client: string, url: string, count: number) {
  const output = await lab.on(
    client,
    `for i in $(seq ${count}); do curl -sS -m 10 '${url}' || echo none; done`,
  )
  const counts: Record<string, number> = {}
  for (const line of output.trim().split('\n')) {
    const [who = ''] = line.split(' ')
    counts[who] = (counts[who] ?? 0) + 1
  }
  return { counts, output }
}
