import type { Severity } from '../../core/topology/problem.js'

const WORDS = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  information: ['note', 'notes'],
  hint: ['hint', 'hints'],
} as const satisfies Record<Severity, readonly [string, string]>

/** The worst first. */
const SEVERITIES = Object.keys(WORDS) as (keyof typeof WORDS)[]

interface OfSeverity {
  readonly severity: Severity
}

export function worstOf(findings: readonly OfSeverity[]): Severity | undefined {
  return SEVERITIES.find((severity) => findings.some((each) => each.severity === severity))
}

/** `1 error, 2 warnings`; empty where there are none. */
export function inWords(findings: readonly OfSeverity[]): string {
  return SEVERITIES.flatMap((severity) => {
    const count = countOf(findings, severity)
    return count === 0 ? [] : [`${count} ${WORDS[severity][count === 1 ? 0 : 1]}`]
  }).join(', ')
}

export function countOf(findings: readonly OfSeverity[], severity: Severity): number {
  return findings.filter((each) => each.severity === severity).length
}
