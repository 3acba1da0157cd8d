import { Diagnostic, DiagnosticSeverity } from 'vscode'
import type { Severity } from '../../core/topology/problem.js'
import type { SettingsProblem, ShownFinding } from '../../protocol/reader.js'
import { rangeOf } from './ranges.js'
import { ruleLink } from './rule-link.js'

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

/** A finding, or what is wrong with settings, as the Problems panel has it. */
export function diagnosticOf(shown: ShownFinding | SettingsProblem): Diagnostic {
  const severity = 'severity' in shown ? shown.severity : 'error'
  const diagnostic = new Diagnostic(rangeOf(shown.range), shown.message, SEVERITY[severity])
  diagnostic.source = 'LVS'
  if ('code' in shown) diagnostic.code = { value: shown.code, target: ruleLink(shown.anchor) }
  return diagnostic
}
