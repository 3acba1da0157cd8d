import { checkTopology } from '../checks/check.js'
import type { Finding } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { ParsedTopology } from '../topology/parse.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import { SEVERITIES } from '../topology/problem.js'
import { MODES } from '../topology/types.js'
import type { Mode } from '../topology/types.js'
import { MODE_NEEDS } from './mode-needs.js'
import type { ModeComparison, ModeVerdict } from './modes.js'

/** So many are listed; with thousands of real servers, each lacks the same. */
const MOST_LACKS = 100

/**
 * What each forwarding method needs and what of that this drawing lacks, for one service. The method is changed in
 * the model and everything derived and checked anew; a real server with a mode of its own keeps it. A service that
 * is not there lacks nothing.
 */
export function compareModes(parsed: ParsedTopology, service: string): ModeComparison {
  const current = parsed.topology.services.get(service)?.mode
  const found = MODES.map((mode) => ({ mode, findings: findingsIn(parsed, service, mode) }))
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
    modes: found.map(({ mode, findings }) => verdictOf(mode, mode === current, findings.filter(concerns))),
  }
}

function findingsIn(parsed: ParsedTopology, name: string, mode: Mode): readonly Finding[] {
  const { topology } = parsed
  const service = topology.services.get(name)
  if (service === undefined) return []
  if (service.mode === mode) return checkTopology(parsed, deriveCluster(topology))
  // In its place among the others: some rules speak at the second of two.
  const services = new Map(topology.services).set(name, { ...service, mode })
  const changed = { ...topology, services }
  return checkTopology(
    { ...parsed, topology: changed, problems: withoutMode(parsed, pathOf('services', name)) },
    deriveCluster(changed),
  )
}

/** What was wrong with the old mode is gone with it. The mode is the only key a service cannot be without. */
function withoutMode({ problems }: ParsedTopology, service: Path): ParsedTopology['problems'] {
  const mode = below(service, 'mode')
  return problems.filter(({ code, path }) => path !== mode && !(code === 'KEY-MISSING' && path === service))
}

function verdictOf(mode: Mode, current: boolean, findings: readonly Finding[]): ModeVerdict {
  const ordered = [...findings].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return {
    mode,
    current,
    needs: MODE_NEEDS[mode],
    lacks: ordered.slice(0, MOST_LACKS).map(({ code, severity, message }) => ({ code, severity, message })),
    errors,
    unlisted: Math.max(0, findings.length - MOST_LACKS),
    feasible: errors === 0,
  }
}

function keyOf({ code, path, message }: Finding): string {
  return `${code} ${path} ${message}`
}

function isWithin(path: Path, parent: Path): boolean {
  return path === parent || path.startsWith(`${parent}/`)
}
