import { say } from '../speech/say.js'
import type { Finding } from '../checks/check.js'
import { RULES } from '../checks/rules.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathSteps } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Span } from '../topology/position.js'

export type LensAction = 'problems' | 'trace' | 'show' | 'deploy'

/** What is told above a service, and what can be done about it from there. */
export interface Lens {
  readonly service: string
  readonly path: Path
  /** Its key. */
  readonly span: Span
  /** `nat · 3 real servers · 1 problem`. */
  readonly title: string
  /** Places of the findings counted, in the order of the text. */
  readonly problems: readonly Span[]
  /** `deploy` only where no error stands in the file: with one, nothing would be deployed. */
  readonly actions: readonly LensAction[]
}

/** One for each service, in the order of the file. */
export function lensesOf({ source }: ParsedTopology, cluster: Cluster, findings: readonly Finding[]): Lens[] {
  const problems = problemsByService(cluster, findings)
  const deployable = !findings.some(({ severity }) => severity === 'error')
  return cluster.services.flatMap(({ name, path, drawn, realServers, virtualService }): Lens[] => {
    const span = source.place(path)?.key
    if (span === undefined) return []
    const own = problems.get(name) ?? []
    const parts = [
      ...(drawn.mode === undefined ? [] : [drawn.mode]),
      realServers.length === 0
        ? say`no real servers`
        : say`${realServers.length} real ${realServers.length === 1 ? 'server' : 'servers'}`,
      ...(own.length === 0 ? [] : [say`${own.length} problem${own.length === 1 ? '' : 's'}`]),
    ]
    const actions: LensAction[] = [
      ...(own.length === 0 ? [] : (['problems'] as const)),
      'trace',
      'show',
      ...(deployable && virtualService !== undefined ? (['deploy'] as const) : []),
    ]
    return [{ service: name, path, span, title: parts.join(' · '), problems: own, actions }]
  })
}

/** Codes of rules about requests on their way, whose messages name the services that suffer. */
const ABOUT_SERVICES: ReadonlySet<string> = new Set(
  RULES.filter(({ explains, mayExplain }) => explains.length > 0 || mayExplain !== undefined).map(
    ({ code }) => code,
  ),
)

/** Errors and warnings within each service, and those elsewhere in the file that it suffers from. */
function problemsByService(
  { services, hosts }: Cluster,
  findings: readonly Finding[],
): ReadonlyMap<string, readonly Span[]> {
  const known = new Set(services.map(({ name }) => name))
  const denied = new Map<Path, Set<string>>()
  for (const host of hosts.values()) {
    for (const { pin, services: suffering } of host.denied) {
      denied.set(pin, new Set([...(denied.get(pin) ?? []), ...suffering]))
    }
  }
  const result = new Map<string, Span[]>()
  for (const { code, severity, message, path, span } of findings) {
    if (severity !== 'error' && severity !== 'warning') continue
    const [section, name = ''] = pathSteps(path)
    const suffering = new Set(denied.get(path))
    if (section === 'services') suffering.add(name)
    if (ABOUT_SERVICES.has(code)) {
      for (const [, quoted = ''] of message.matchAll(/"([^"]+)"/g)) suffering.add(quoted)
    }
    for (const service of suffering) {
      if (!known.has(service)) continue
      const others = result.get(service)
      if (others === undefined) result.set(service, [span])
      else others.push(span)
    }
  }
  return result
}
