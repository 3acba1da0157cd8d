import { readLdirectord } from '../../formats/ldirectord/configuration.js'
import type { LdirectordVirtual } from '../../formats/ldirectord/virtual.js'
import type { SourceText } from '../../formats/source-text.js'
import type { FileFix, TextProblem } from '../../formats/text-problem.js'
import { say } from '../../speech/say.js'
import type { FileFinding } from '../file-finding.js'
import type { CheckSettings } from '../settings.js'
import { tableFindings } from '../table-findings.js'
import type { TableFinding } from '../table-findings.js'
import { textFindings } from '../text-findings.js'

/** Every finding of an ldirectord.cf, in the order of the text. Never throws. */
export function checkLdirectord(source: SourceText, settings?: CheckSettings): readonly FileFinding[] {
  const { virtuals, problems } = readLdirectord(source.text)
  const told = virtuals.flatMap((virtual) =>
    virtual.virtualService === undefined
      ? []
      : tableFindings(virtual.virtualService).map((finding) => placed(virtual, finding)),
  )
  return textFindings(source, [...problems, ...told], settings)
}

/** A finding of the table at the line that makes that part of it. */
function placed(
  { opening, settings, reals }: LdirectordVirtual,
  { code, message, at, schedulers = [] }: TableFinding,
): TextProblem<string> {
  const name = at === 'scheduler' ? 'scheduler' : at === 'one-packet' ? 'ops' : undefined
  const line =
    typeof at === 'string'
      ? settings.findLast((setting) => setting.name.text === name)
      : reals.find(({ destination }) => destination === at)?.setting
  const { value, span } = line ?? opening
  const fixes =
    at !== 'scheduler' || line?.value === undefined
      ? []
      : schedulers.map((newText): FileFix => ({
          title: say`Change the scheduler to ${newText}`,
          edits: [{ span: line.value?.span ?? span, newText }],
        }))
  return { code, message, span: value?.span ?? span, fixes }
}
