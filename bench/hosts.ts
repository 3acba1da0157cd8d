import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { deriveCluster } from '../src/core/hosts/cluster.js'
import type { Cluster } from '../src/core/hosts/cluster.js'
import { deployedHosts } from '../src/core/plan/plan.js'
import { parseTopology } from '../src/core/topology/parse.js'
import { labSpecOf, vipsOf } from '../src/lab/from-drawing.js'
import { labDown, labUp } from '../src/lab/index.js'
import type { Lab } from '../src/lab/index.js'
import { figureOf, gatherSamples } from './measure.js'
import type { Figure } from './measure.js'
import { CLI } from './program.js'
import { runProgram } from './run-program.js'
import { countsBetween, logEverySession, sessionCounts } from './sshd-log.js'
import type { HostCounts, SessionCounts } from './sshd-log.js'

/** The peer: OpenSSH reaching the same hosts at once, to do nothing there. */
export const HANDSHAKES = 'ssh HOST true, at once'

const LAB = 'bench-nat'
const SAMPLE = 'samples/nat.lvs.yaml'

export interface HostsFigures {
  readonly deployed: readonly string[]
  /** Witnesses of the verification, which are connected to as well. */
  readonly others: readonly string[]
  readonly accelerator: string
  /** Milliseconds, the peer first. */
  readonly times: ReadonlyMap<string, Figure>
  /** Per operation and host, in every round; what sshd itself has logged. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, HostCounts>>
}

export interface HostsOptions {
  readonly rounds: number
  readonly signal: AbortSignal
  readonly tell: (message: string) => void
}

/** One call of the command line, and what it must end in: another outcome would have taken another time. */
interface Operation {
  readonly name: string
  readonly args: readonly string[]
  readonly outcome: string | undefined
}

// Draining waits for connections, here those of the verification, which is no work of ours.
const NO_DRAIN = ['--drain', '0']

const OPERATIONS: readonly Operation[] = [
  { name: 'plan', args: ['plan'], outcome: undefined },
  { name: 'first apply', args: ['apply', ...NO_DRAIN], outcome: 'COMMITTED' },
  { name: 'apply, no changes', args: ['apply', ...NO_DRAIN], outcome: 'UNCHANGED' },
  { name: 'remove', args: ['remove', ...NO_DRAIN], outcome: 'COMMITTED' },
]

export async function benchHosts({ rounds, signal, tell }: HostsOptions): Promise<HostsFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-bench-'))
  try {
    const file = join(folder, `${LAB}.lvs.yaml`)
    const text = (await readFile(SAMPLE, 'utf8')).replace(/^name: .*$/m, `name: ${LAB}`)
    await writeFile(file, text)
    const cluster = deriveCluster(parseTopology(text).topology)
    // Left over by a bench that was killed.
    await labDown(LAB)
    const lab = await labUp(labSpecOf(cluster), { avoid: vipsOf(cluster), onProgress: tell, signal })
    return await measure(lab, cluster, file, { rounds, signal, tell })
  } finally {
    await labDown(LAB)
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(
  lab: Lab,
  cluster: Cluster,
  file: string,
  { rounds, signal, tell }: HostsOptions,
): Promise<HostsFigures> {
  const deployed = deployedHosts(cluster).map(({ name }) => name)
  const hosts = [...lab.hosts.keys()]
  const reach = { sshConfig: lab.sshConfig, hosts, signal }
  await logEverySession(reach)
  const samples = gatherSamples()
  const counted = new Map<string, SessionCounts[]>()
  await handshakes(lab, deployed, signal)
  let before = await sessionCounts(reach)
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, args, outcome } of OPERATIONS) {
      samples.add(HANDSHAKES, await handshakes(lab, deployed, signal))
      before = await sessionCounts(reach)
      const [command = '', ...options] = args
      const call = [CLI, command, file, ...options, '--ssh-config', lab.sshConfig, '--json']
      const { ms, stdout } = await runProgram(process.execPath, call, signal)
      assertOutcome(name, stdout, outcome)
      samples.add(name, ms)
      const after = await sessionCounts(reach)
      counted.set(name, [...(counted.get(name) ?? []), countsBetween(before, after)])
      tell(`round ${round} of ${rounds}: ${name} took ${(ms / 1000).toFixed(1)} s`)
    }
  }
  return {
    deployed,
    others: hosts.filter((host) => !deployed.includes(host)),
    accelerator: lab.accelerator,
    times: samples.figures(),
    counts: new Map(
      [...counted].map(([name, each]) => [
        name,
        new Map(hosts.map((host) => [host, medianCounts(each.map((counts) => counts.get(host)))])),
      ]),
    ),
  }
}

/** Milliseconds until OpenSSH has been on every host. */
async function handshakes(lab: Lab, hosts: readonly string[], signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  await Promise.all(
    hosts.map((host) =>
      runProgram('ssh', ['-F', lab.sshConfig, '-o', 'BatchMode=yes', host, 'true'], signal),
    ),
  )
  return performance.now() - begun
}

function assertOutcome(name: string, stdout: string, wanted: string | undefined): void {
  if (wanted === undefined) return
  const answer: unknown = JSON.parse(stdout)
  const outcome =
    typeof answer === 'object' && answer !== null && 'outcome' in answer ? answer.outcome : undefined
  if (outcome !== wanted) throw new Error(`${name} was to end ${wanted}:\n${stdout}`)
}

function medianCounts(counts: readonly (HostCounts | undefined)[]): HostCounts {
  const known = counts.filter((each) => each !== undefined)
  return {
    handshakes: figureOf(known.map((each) => each.handshakes)).median,
    execs: figureOf(known.map((each) => each.execs)).median,
  }
}
