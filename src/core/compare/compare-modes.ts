import { checkTopology } from '../checks/check.js'
import type { Finding } from '../checks/check.js'
import { NO_SETTINGS } from '../checks/settings.js'
import type { CheckSettings } from '../checks/settings.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ParsedTopology } from '../topology/parse.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import { SEVERITIES } from '../topology/problem.js'
import { MODES } from '../topology/types.js'
import type { Mode } from '../topology/types.js'
import { USUAL_ASSUMPTIONS } from './assumptions.js'
import type { Assumptions } from './assumptions.js'
import { inMode } from './in-mode.js'
import { said } from '../speech/say.js'
import { MODE_NEEDS } from './mode-needs.js'
import { modeTraffic } from './mode-traffic.js'
import type { ModeComparison, ModeVerdict } from './modes.js'

/** So many are listed; with thousands of real servers, each lacks the same. */
const MOST_LACKS = 100

/** A drawing as it is, with what was found of it. */
export interface JudgedDrawing {
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
  readonly settings: CheckSettings
}

/**
 * What each forwarding method needs, what of that this drawing lacks, and what it makes hosts and links carry, for one
 * service. The method is changed in the model and everything derived and checked anew; a real server with a mode of its
 * own keeps it. A service that is not there lacks nothing. `judged` is for who has derived the drawing and judged it by settings already.
 */
export function compareModes(
  parsed: ParsedTopology,
  service: string,
  assumptions: Assumptions = USUAL_ASSUMPTIONS,
  judged?: JudgedDrawing,
): ModeComparison {
  const current = parsed.topology.services.get(service)?.mode
  const found = MODES.map((mode) => {
    // One cluster at a time: three of thousands of hosts are more than a heap is quick with.
    const known = mode === current ? judged : undefined
    const cluster = known?.cluster ?? deriveCluster(inMode(parsed.topology, service, mode))
    return {
      mode,
      findings: known?.findings ?? findingsIn(parsed, cluster, service, mode, judged?.settings),
      traffic: modeTraffic(cluster, service, mode, assumptions),
    }
  })
  const counts = new Map<string, number>()
  for (const { findings } of found) {
    for (const key of new Set(findings.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const path = pathOf('services', service)
  // Elsewhere in the file, what comes and goes with the mode is about it; what is always there is not.
  const concerns = (finding: Finding) =>
    isWithin(finding.path, path) || (counts.get(keyOf(finding)) ?? 0) < MODES.length
  return {
    service,
    modes: found.map(({ mode, findings, traffic }) => ({
      ...verdictOf(mode, mode === current, findings.filter(concerns)),
      traffic,
    })),
  }
}

function findingsIn(
  parsed: ParsedTopology,
  cluster: Cluster,
  name: string,
  mode: Mode,
  settings: CheckSettings = NO_SETTINGS,
): readonly Finding[] {
  const service = parsed.topology.services.get(name)
  if (service === undefined) return []
  if (service.mode === mode) return checkTopology(parsed, cluster, settings)
  return checkTopology(
    { ...parsed, topology: cluster.topology, problems: withoutMode(parsed, pathOf('services', name)) },
    cluster,
    settings,
  )
}

/** What was wrong with the old mode is gone with it. The mode is the only key a service cannot be without. */
function withoutMode({ problems }: ParsedTopology, service: Path): ParsedTopology['problems'] {
  const mode = below(service, 'mode')
  return problems.filter(({ code, path }) => path !== mode && !(code === 'KEY-MISSING' && path === service))
}

function verdictOf(mode: Mode, current: boolean, findings: readonly Finding[]): Omit<ModeVerdict, 'traffic'> {
  const ordered = [...findings].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return {
    mode,
    current,
    needs: MODE_NEEDS[mode].map(said),
    lacks: ordered.slice(0, MOST_LACKS).map(({ code, severity, message }) => ({ code, severity, message })),
    errors,
    unlisted: Math.max(0, findings.length - MOST_LACKS),
    feasible: errors === 0,
  }
}

/** Less what there is once for each of thousands of real servers: for a page that shows the rest. */
export function inShort({ service, modes }: ModeComparison): ModeComparison {
  return {
    service,
    modes: modes.map((verdict) => {
      const { traffic } = verdict
      if (traffic.kind === 'uncounted') return verdict
      const ports = traffic.ports.filter(({ side }) => side !== 'real-server')
      return { ...verdict, traffic: { ...traffic, ports } }
    }),
  }
}

function keyOf({ code, path, message }: Finding): string {
  return `${code} ${path} ${message}`
}

function isWithin(path: Path, parent: Path): boolean {
  return path === parent || path.startsWith(`${parent}/`)
}
