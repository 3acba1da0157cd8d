import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { labSpecOf, vipsOf } from '../../src/lab/from-drawing.js'
import { labDown, labUp } from '../../src/lab/index.js'
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
  readonly down: () => Promise<void>
}

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
  const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-'))
  const file = join(folder, `${name}.lvs.yaml`)
  const text = edit((await readFile(drawing, 'utf8')).replace(/^name: .*$/m, `name: ${name}`))
  await writeFile(file, text)
  const cluster = deriveCluster(parseTopology(text).topology)
  const log = (message: string) => {
    process.stderr.write(`  lab ${name}: ${message}\n`)
  }
  // Left over by a run that was killed.
  await labDown(name)
  const lab = await labUp(labSpecOf(cluster), { avoid: vipsOf(cluster), onProgress: log })
  if (lab.problems.length > 0) log(lab.problems.join('\n'))
  const connections = sharedConnections(lab.sshConfig, folder)
  return {
    file,
    folder,
    cluster,
    sshConfig: lab.sshConfig,
    cli: (command, ...args) =>
      finish(process.execPath, ['dist/cli.js', command, ...args, '--ssh-config', lab.sshConfig]),
    on: async (host, command, { mayFail } = { mayFail: false }) => {
      const through = restarts ? [] : await connections.to(host)
      const { status, stdout, stderr } = await finish('ssh', ['-F', lab.sshConfig, ...through, host, command])
      if (status !== 0 && !mayFail) throw new Error(`${host}: ${command}: status ${status}: ${stderr}`)
      return stdout
    },
    down: async () => {
      connections.end()
      await labDown(name)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function finish(program: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.once('error', reject)
    child.once('close', (status) => {
      resolve({ status: status ?? -1, stdout, stderr })
    })
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
  // How IPv6 makes its addresses is shown of a tunnel device once it has been up.
  'ip -d -o link | sed "s/ qdisc [a-z_]*//; s/ addrgenmode [a-z0-9_]*//"',
  // Lifetimes tick; link-local addresses come and go with them.
  'ip -o address | grep -v " fe80:" | sed "s/valid_lft.*//"',
  'ip -4 route; ip -6 route',
  // A tunnel device that has once been up keeps its IPv6 settings (addrconf.c makes them at the first up).
  'sysctl -a 2>/dev/null | grep -vE "ipv6.conf.(tunl0|gre0)" | grep -E "^net\\.(ipv4|ipv6)\\.(conf\\..*\\.(arp_|rp_filter|send_redirects|forwarding|accept_redirects)|ip_forward)"',
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
