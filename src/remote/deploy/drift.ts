import { say } from '../../core/speech/say.js'
import type { Cluster } from '../../core/hosts/cluster.js'
import { driftOf, driftText } from '../../core/plan/drift.js'
import type { Drift } from '../../core/plan/drift.js'
import { deployedHosts, makePlan } from '../../core/plan/plan.js'
import { closeAll, connectAll, failureText } from './connections.js'
import type { Reach } from './connections.js'
import { probeAll } from './probe-all.js'

export type DriftOutcome = 'IN_SYNC' | 'DRIFTED' | 'UNKNOWN'

export interface DriftResult {
  readonly outcome: DriftOutcome
  readonly hosts: readonly {
    readonly host: string
    readonly outcome: DriftOutcome
    readonly detail: string
    readonly settings: readonly Drift[]
  }[]
}

/** Holds the drawing, what was deployed and what is there against each other. Changes nothing. */
export async function findDrift(
  cluster: Cluster,
  options: Reach & { readonly tell: (message: string) => void },
): Promise<DriftResult> {
  const models = deployedHosts(cluster)
  options.tell(say`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  try {
    options.tell(say`reading their state`)
    const probed = await probeAll(cluster, [...connected.results.values()], options.signal)
    const failures = [...connected.failures, ...probed.failures]
    const plan = makePlan(cluster, probed.results, { purpose: 'apply', digest: (text) => text })
    const hosts = models.map(({ name }): DriftResult['hosts'][number] => {
      const failure = failures.find(({ host }) => host === name)
      const live = probed.results.get(name)
      if (failure !== undefined || live === undefined) {
        const detail = failure === undefined ? say`it was not read` : failureText(failure)
        return { host: name, outcome: 'UNKNOWN', detail, settings: [] }
      }
      const settings = driftOf(plan.hosts.find(({ host }) => host === name)?.wanted ?? [], live)
      return settings.length === 0
        ? {
            host: name,
            outcome: 'IN_SYNC',
            detail:
              live.confirmed === undefined
                ? say`nothing is deployed, nothing is drawn`
                : say`as deployed and as drawn`,
            settings,
          }
        : { host: name, outcome: 'DRIFTED', detail: settings.map(driftText).join('; '), settings }
    })
    const having = (outcome: DriftOutcome) => hosts.some((each) => each.outcome === outcome)
    return { outcome: having('DRIFTED') ? 'DRIFTED' : having('UNKNOWN') ? 'UNKNOWN' : 'IN_SYNC', hosts }
  } finally {
    await closeAll(connected.results.values())
  }
}
