import type { SourceText } from '../formats/source-text.js'
import type { TextProblem } from '../formats/text-problem.js'
import type { FileFinding } from './file-finding.js'
import { placeSteps } from './place-steps.js'
import type { CheckSettings } from './settings.js'
import { severityOf } from './severity-of.js'

/** Problems of a file of one text as findings, with the severity that settings give them, in the order of the text. */
export function textFindings(
  source: SourceText,
  problems: readonly TextProblem<string>[],
  settings?: CheckSettings,
): readonly FileFinding[] {
  return problems
    .flatMap(({ code, message, span, fixes }): FileFinding[] => {
      const severity = settings?.severities.get(code) ?? severityOf(code)
      if (severity === 'off') return []
      return [{ code, severity, message, source, span, path: placeSteps(source, span), fixes }]
    })
    .sort((a, b) => a.span.start - b.span.start)
}
