import { readLdirectord } from '../../formats/ldirectord/configuration.js'
import type { SourceText } from '../../formats/source-text.js'
import type { FileFinding } from '../file-finding.js'
import { textFindings } from '../text-findings.js'
import type { CheckSettings } from '../settings.js'

/** Every finding of an ldirectord.cf, in the order of the text. Never throws. */
export function checkLdirectord(source: SourceText, settings?: CheckSettings): readonly FileFinding[] {
  return textFindings(source, readLdirectord(source.text).problems, settings)
}
