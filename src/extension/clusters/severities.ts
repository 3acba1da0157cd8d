import { say } from '../../core/speech/say.js'
import type { Severity } from '../../core/topology/problem.js'

const COUNTED: Readonly<Record<Severity, (count: number) => string>> = {
  error: (count) => say`${count} error${count === 1 ? '' : 's'}`,
  warning: (count) => say`${count} warning${count === 1 ? '' : 's'}`,
  information: (count) => say`${count} note${count === 1 ? '' : 's'}`,
  hint: (count) => say`${count} hint${count === 1 ? '' : 's'}`,
}

/** The worst first. */
const SEVERITIES = Object.keys(COUNTED) as Severity[]

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
    return count === 0 ? [] : [COUNTED[severity](count)]
  }).join(say`, `)
}

export function countOf(findings: readonly OfSeverity[], severity: Severity): number {
  return findings.filter((each) => each.severity === severity).length
}
