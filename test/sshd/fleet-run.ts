/**
 * What the command line does, for real servers alone: there is no IPVS where a fleet stands, and so no director. Run as a
 * program of its own, from the fleet's segment: `fleet-run plan|apply|apply-rolling|drift|rollback|remove DRAWING SSH_CONFIG [TIMER]`; prints a line of JSON.
 */
import { readFileSync } from 'node:fs'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { applyDeployment, planDeployment } from '../../src/remote/deploy/deploy.js'
import { findDrift } from '../../src/remote/deploy/drift.js'
import { loadSshConfig } from '../../src/remote/ssh/ssh-config.js'

export interface FleetRun {
  readonly outcome: string
  /** Of all hosts. */
  readonly steps: number
  readonly failures: readonly string[]
  /** Of a deployment. */
  readonly hosts: readonly { readonly host: string; readonly outcome: string; readonly detail: string }[]
  /** What is to be changed on the first host. */
  readonly changes: readonly { readonly kind: string; readonly key: string; readonly after: string }[]
  /** Bytes of this process, at its largest. */
  readonly memory: number
}

async function main([
  what = '',
  drawing = '',
  sshConfig = '',
  timer = '120',
]: readonly string[]): Promise<void> {
  const whole = deriveCluster(parseTopology(readFileSync(drawing, 'utf8')).topology)
  const cluster: Cluster = {
    ...whole,
    hosts: new Map([...whole.hosts].filter(([, { role }]) => role === 'real-server')),
  }
  const reach = {
    sshConfig: await loadSshConfig({ file: sshConfig }),
    confirmHostKey: () => Promise.resolve(false),
    tell: () => undefined,
  }
  const result = await run(what, cluster, reach, Number(timer))
  const memory = 1024 * process.resourceUsage().maxRSS
  process.stdout.write(`${JSON.stringify({ ...result, memory } satisfies FleetRun)}\n`)
}

async function run(
  what: string,
  cluster: Cluster,
  reach: Parameters<typeof findDrift>[1],
  timerSeconds: number,
): Promise<Omit<FleetRun, 'memory'>> {
  switch (what) {
    case 'plan': {
      const { plan, failures } = await planDeployment(cluster, {
        ...reach,
        purpose: 'apply',
        drainSeconds: 0,
      })
      const [first] = plan?.hosts ?? []
      return {
        hosts: [],
        changes: (first?.steps ?? []).map(({ kind, key, after }) => ({ kind, key, after })),
        outcome: plan === undefined ? 'FAILED' : 'PLANNED',
        steps: (plan?.hosts ?? []).reduce((sum, { steps }) => sum + steps.length, 0),
        failures: [
          ...failures.map(({ message }) => message),
          ...(plan?.refusals ?? []).map(({ reason }) => reason),
        ],
      }
    }
    case 'drift': {
      const { outcome, hosts } = await findDrift(cluster, reach)
      return {
        hosts: [],
        changes: [],
        outcome,
        steps: 0,
        failures: hosts.filter((host) => host.outcome !== 'IN_SYNC').map(({ detail }) => detail),
      }
    }
    case 'apply':
    case 'apply-rolling':
    case 'rollback':
    case 'remove': {
      const { outcome, hosts, refusals, plan } = await applyDeployment(cluster, {
        ...reach,
        purpose: what === 'apply-rolling' ? 'apply' : what,
        ...(what === 'apply-rolling' ? { rollout: { canary: true, batch: 2 } } : {}),
        verify: false,
        timerSeconds,
        drainSeconds: 0,
      })
      return {
        hosts,
        changes: [],
        outcome,
        steps: (plan?.hosts ?? []).reduce((sum, { steps }) => sum + steps.length, 0),
        failures: refusals,
      }
    }
    default:
      throw new Error(`fleet-run does not know ${what}`)
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
  process.exitCode = 1
})
