import type { Cluster } from '../hosts/cluster.js'
import type { Verdict } from '../packet/verdict.js'
import type { Walk } from '../packet/walk.js'
import { walkCluster } from '../packet/walk-cluster.js'
import type { Finding } from './check.js'
import { RULES } from './rules.js'

/** Where rules and walks of one cluster say different things. */
export interface Disagreement {
  /** The rule that fired; undefined: none names the cause of what the walk found. */
  readonly code: string | undefined
  readonly walk: Walk | undefined
  readonly message: string
}

const EXPLAINS: ReadonlyMap<string, readonly Verdict[]> = new Map(
  RULES.map(({ code, explains }) => [code, explains]),
)
const NAMES: ReadonlyMap<string, readonly Verdict[]> = new Map(
  RULES.map(({ code, explains, mayExplain = [] }) => [code, [...explains, ...mayExplain]]),
)

/** Every walk of a cluster, those to real servers of weight 0 too: they are spoken of by rules, and come back some day. */
export function everyWalk(cluster: Cluster): readonly Walk[] {
  return [
    ...walkCluster(cluster),
    ...cluster.services.flatMap(({ name, realServers }) =>
      realServers
        .filter(({ drawn }) => drawn.weight === 0)
        .flatMap((realServer) => walkCluster(cluster, { service: name, realServer: realServer.name })),
    ),
  ]
}

/**
 * A rule that declares verdicts fires exactly when a walk ends in one of them, and no walk fails without a rule that
 * names the cause. Of findings only those count that the drawing was checked for.
 */
export function disagreements(
  cluster: Cluster,
  findings: readonly Pick<Finding, 'code' | 'message'>[],
): Disagreement[] {
  const walks = everyWalk(cluster)
  const verdicts = new Set(walks.map(({ verdict }) => verdict))
  const named = new Set(findings.flatMap(({ code }) => NAMES.get(code) ?? []))
  const unfounded = findings.flatMap(({ code, message }): Disagreement[] => {
    const explains = EXPLAINS.get(code) ?? []
    return explains.length === 0 || explains.some((verdict) => verdicts.has(verdict))
      ? []
      : [{ code, walk: undefined, message }]
  })
  const unnamed = walks.flatMap((walk): Disagreement[] =>
    walk.verdict === 'SERVED' || named.has(walk.verdict)
      ? []
      : [{ code: undefined, walk, message: walk.reason }],
  )
  return [...unfounded, ...unnamed]
}
