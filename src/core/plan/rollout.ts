import type { Cluster } from '../hosts/cluster.js'
import { targetOptions } from '../formats/ipvsadm.js'
import type { Plan } from './plan.js'
import type { Stage } from './step.js'

/** How many hosts of a stage are changed at once. */
export interface Rollout {
  /** One real server first, alone. */
  readonly canary: boolean
  /** Real servers at a time, after that; absent: all of them. */
  readonly batch?: number | undefined
}

export const ALL_AT_ONCE: Rollout = { canary: false }

/** The hosts that a stage is due on, in the groups it goes by: real servers as told, of a pair of directors the backup first. */
export function rolloutGroups<Host extends { readonly host: string }>(
  cluster: Cluster,
  stage: Stage,
  due: readonly Host[],
  { canary, batch }: Rollout,
): Host[][] {
  if (stage !== 'real-servers') return backupsFirst(cluster, due)
  const first = canary && due.length > 1 ? due.slice(0, 1) : []
  const rest = due.slice(first.length)
  const size = batch ?? Math.max(1, rest.length)
  const batches = Array.from({ length: Math.ceil(rest.length / size) }, (_, index) =>
    rest.slice(index * size, (index + 1) * size),
  )
  return first.length === 0 ? batches : [first, ...batches]
}

function backupsFirst<Host extends { readonly host: string }>(
  { services }: Cluster,
  due: readonly Host[],
): Host[][] {
  // A director that is preferred for one service is changed last, whatever it is for others.
  const rank = ({ host }: Host) =>
    Math.min(
      ...services.flatMap(({ drawn: { directors } }) =>
        directors.includes(host) ? [directors.indexOf(host)] : [],
      ),
    )
  const ranks = [...new Set(due.map(rank))].sort((a, b) => (a === b ? 0 : a < b ? 1 : -1))
  return ranks.map((each) => due.filter((host) => rank(host) === each))
}

/**
 * Services that can be tried while a plan is half done: their directors serve them already and nothing of them is changed
 * there.
 */
export function servedThroughout(cluster: Cluster, { hosts }: Plan): Cluster['services'] {
  return cluster.services.filter(({ director, virtualService }) => {
    const plan = hosts.find(({ host }) => host === director)
    if (plan === undefined || virtualService === undefined || !plan.recorded) return false
    const target = targetOptions(virtualService.target)
    return !plan.steps.some(({ key }) => key === target || key.startsWith(`${target} -r `))
  })
}
