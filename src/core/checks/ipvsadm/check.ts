import { readRules } from '../../formats/ipvsadm/rules.js'
import type { SourceText } from '../../formats/source-text.js'
import type { FileFinding } from '../file-finding.js'
import type { CheckSettings } from '../settings.js'
import { textFindings } from '../text-findings.js'

/** Every finding of a table of rules, in the order of the text. Never throws. */
export function checkIpvsadm(source: SourceText, settings?: CheckSettings): readonly FileFinding[] {
  return textFindings(source, readRules(source.text).problems, settings)
}
