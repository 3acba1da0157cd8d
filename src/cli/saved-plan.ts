import type { Plan } from '../core/plan/plan.js'

/**
 * A plan as a file: the drawing it was made from and the state of every host it was made for. It is not a list of
 * commands to trust: applying it plans again from the same drawing and refuses if any host has changed since, so
 * what runs is exactly what was shown.
 */
export interface SavedPlan {
  readonly file: string
  readonly topology: string
  readonly expected: ReadonlyMap<string, string>
}

const FORMAT = 'lvs-designer plan 1'

export function savedPlanText(file: string, topology: string, plan: Plan): string {
  const hosts = plan.hosts.map(({ host, observedHash, steps }) => ({ host, observedHash, steps }))
  return `${JSON.stringify({ format: FORMAT, file, topology, hosts }, null, 2)}\n`
}

/** The plan a text holds; undefined when it is not one (but maybe a topology). */
export function readSavedPlan(text: string): SavedPlan | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return undefined
  const { file, topology, hosts } = value
  if (typeof file !== 'string' || typeof topology !== 'string' || !Array.isArray(hosts)) return undefined
  const expected = new Map<string, string>()
  for (const entry of hosts as unknown[]) {
    if (!isRecord(entry)) return undefined
    const { host, observedHash } = entry
    if (typeof host !== 'string' || typeof observedHash !== 'string') return undefined
    expected.set(host, observedHash)
  }
  return { file, topology, expected }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
