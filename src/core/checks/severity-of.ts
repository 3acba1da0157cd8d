import type { Severity } from '../topology/problem.js'
import { IPVSADM_RULES } from './ipvsadm/explanations.js'
import { RULES } from './rules.js'
import { KEEPALIVED_RULES } from './keepalived/explanations.js'
import { LDIRECTORD_RULES } from './ldirectord/explanations.js'

const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  [...RULES, ...KEEPALIVED_RULES, ...IPVSADM_RULES, ...LDIRECTORD_RULES].map(({ code, severity }) => [
    code,
    severity,
  ]),
)

/** How much a finding weighs that does not say so itself. */
export function severityOf(code: string): Severity {
  return SEVERITIES.get(code) ?? 'error'
}
