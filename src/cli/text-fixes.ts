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

/** Writes fixes as changes of one text. */
export interface FixWriter {
  /** What would mend a finding. A fix that cannot be made in this text is left out. */
  readonly fixes: (finding: Finding) => readonly TextFix[]
  /** Findings whose fixes were not written, since so many were before. */
  readonly left: () => number
}

/**
 * Places that are gone through for the fixes of one text, each for the whole of it: of 6,000 hosts fifty fixes
 * are written, within a tenth of a second; of a file that somebody has written by hand, thousands.
 */
const MOST_PLACES = 2_000_000

export function fixWriter(checked: CheckedText): FixWriter {
  if ('fixes' in checked) return { fixes: (finding) => checked.fixes.get(finding) ?? [], left: () => 0 }
  let places = 0
  let left = 0
  return {
    fixes: (finding) => {
      if (finding.fixes.length === 0) return []
      if (places > MOST_PLACES) {
        left += 1
        return []
      }
      places += finding.fixes.length * checked.source.size
      return finding.fixes.flatMap((fix) => fixAsText(checked, fix) ?? [])
    },
    left: () => left,
  }
}

/** What is said of findings whose fixes were not written. `left`: how many; 1 or more. */
export function fixesLeftText(left: number): string {
  const findings = left === 1 ? '1 more finding is' : `${left} more findings are`
  return `how ${findings} mended is not worked out, in a file of this size; mend those above, and check again`
}
