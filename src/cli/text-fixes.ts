import type { Finding } from '../core/checks/check.js'
import { fixAsText } from '../core/language/fix-text.js'
import type { TextFix } from '../core/language/fix-text.js'
import type { ParsedTopology } from '../core/topology/parse.js'

/** A text that findings are about: of a topology, or of another language, whose fixes are changes of the text already. */
export type CheckedText = ParsedTopology | OtherText

export interface OtherText {
  readonly text: string
  readonly fixes: ReadonlyMap<Finding, readonly TextFix[]>
}

/** What would mend a finding, as changes of the text. A fix that cannot be made in this text is left out. */
export function textFixes(checked: CheckedText, finding: Finding): readonly TextFix[] {
  if ('fixes' in checked) return checked.fixes.get(finding) ?? []
  return finding.fixes.flatMap((fix) => fixAsText(checked, fix) ?? [])
}
