import { readRules } from '../../formats/ipvsadm/rules.js'
import type { SourceText } from '../../formats/source-text.js'
import type { FileFinding } from '../file-finding.js'
import { placeSteps } from '../place-steps.js'
import { severityOf } from '../severity-of.js'
import type { CheckSettings } from '../settings.js'

/** Every finding of a table of rules, in the order of the text. Never throws. */
export function checkIpvsadm(source: SourceText, settings?: CheckSettings): readonly FileFinding[] {
  return readRules(source.text)
    .problems.flatMap(({ code, message, span, fixes }) => {
      const severity = settings?.severities.get(code) ?? severityOf(code)
      if (severity === 'off') return []
      return [{ code, severity, message, source, span, path: placeSteps(source, span), fixes }]
    })
    .sort((a, b) => a.span.start - b.span.start)
}
