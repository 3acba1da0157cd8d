import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import { deriveCluster } from '../../core/hosts/cluster.js'
import type { Member } from '../../core/plan/members.js'
import { deployedHosts } from '../../core/plan/plan.js'
import { parseTopology } from '../../core/topology/parse.js'
import type { DeployResult } from './deploy.js'

/** What this operator's machine knows of deployments: a folder, and which hosts are meant by the names in a drawing. */
export interface Memory {
  readonly folder: string
  /** Path of the ssh_config in use, since a lab has hosts of the same names; empty: the operator's own. */
  readonly sshConfig: string
}

export function memoryIn(sshConfig: string | undefined, env = process.env): Memory {
  const state = env['XDG_STATE_HOME']
  return {
    folder: join(
      state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
      'lvs-designer',
    ),
    sshConfig: sshConfig ?? '',
  }
}

/** A host that carries something of a cluster, and how it was reached. */
interface RememberedHost extends Member {
  readonly sshConfig: string
}

/**
 * Hosts that carry something of this cluster and are not drawn any longer (G29): a deployment of the drawing would leave
 * them with the VIP and the rules they have.
 */
export async function leftHosts(cluster: Cluster, memory: Memory): Promise<HostModel[]> {
  const drawn = new Set(deployedHosts(cluster).map(({ name }) => name))
  const known = await readMemory(cluster, memory)
  return known
    .filter(({ host, sshConfig }) => sshConfig === memory.sshConfig && !drawn.has(host))
    .flatMap(freed)
}

/** A host as the language would have it, with nothing that is needed there. */
export function freed({ host, ssh }: Member): HostModel[] {
  const text = JSON.stringify({ lvs: 1, hosts: { [host]: { role: 'real-server', ssh } } })
  const model = deriveCluster(parseTopology(text).topology).hosts.get(host)
  return model === undefined ? [] : [model]
}

/** The cluster together with hosts that are to be freed of it. */
export function withHosts(cluster: Cluster, more: readonly HostModel[]): Cluster {
  return {
    ...cluster,
    hosts: new Map([...cluster.hosts, ...more.map((model) => [model.name, model] as const)]),
  }
}

/** Notes which hosts carry something of the cluster now, and what was done, by whom, with which outcome. */
export async function remember(
  cluster: Cluster,
  { outcome, hosts, plan, transaction }: DeployResult,
  purpose: string,
  memory: Memory,
): Promise<void> {
  if (outcome === 'REFUSED') return
  const known = new Map((await readMemory(cluster, memory)).map((each) => [idOf(each), each]))
  for (const { host, outcome: each } of hosts) {
    const wanted = plan?.hosts.find((planned) => planned.host === host)?.wanted ?? []
    const entry = { host, sshConfig: memory.sshConfig, ssh: cluster.hosts.get(host)?.drawn.ssh }
    // What was undone is as it was known to be, and so is what nobody knows of.
    if (each === 'REVERTED' || (each === 'UNKNOWN' && wanted.length === 0)) continue
    if (wanted.length > 0) known.set(idOf(entry), entry)
    else known.delete(idOf(entry))
  }
  await mkdir(memory.folder, { recursive: true, mode: 0o700 })
  const file = fileOf(cluster, memory)
  if (known.size === 0) await rm(file, { force: true })
  else {
    await writeFile(`${file}.new`, `${JSON.stringify([...known.values()], null, 2)}\n`, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
  const line = {
    at: new Date().toISOString(),
    by: `${userInfo().username}@${hostname()}`,
    cluster: cluster.topology.name ?? '',
    purpose,
    ...transaction,
    outcome,
    hosts: hosts.map(({ host, outcome: each }) => ({ host, outcome: each })),
  }
  await appendFile(join(memory.folder, 'log.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 })
}

function idOf({ host, sshConfig }: RememberedHost): string {
  return `${host}\t${sshConfig}`
}

/** The name of a cluster is one word of letters, digits, `_`, `.` and `-`, and never begins with a dot. */
function fileOf(cluster: Cluster, { folder }: Memory): string {
  return join(
    folder,
    `hosts-${(cluster.topology.name ?? 'unnamed').replaceAll(/[^A-Za-z0-9_.-]/g, '_')}.json`,
  )
}

/** What cannot be read is not known; it is written anew with the next deployment. */
async function readMemory(cluster: Cluster, memory: Memory): Promise<RememberedHost[]> {
  try {
    const value: unknown = JSON.parse(await readFile(fileOf(cluster, memory), 'utf8'))
    return Array.isArray(value) ? value.filter(isRemembered) : []
  } catch {
    return []
  }
}

function isRemembered(value: unknown): value is RememberedHost {
  return (
    typeof value === 'object' &&
    value !== null &&
    'host' in value &&
    typeof value.host === 'string' &&
    'sshConfig' in value &&
    typeof value.sshConfig === 'string'
  )
}
