import { readRules } from '../../formats/ipvsadm/rules.js'
import type { PlacedService } from '../../formats/ipvsadm/rules.js'
import type { SourceText } from '../../formats/source-text.js'
import type { FileFix, TextProblem } from '../../formats/text-problem.js'
import { targetText } from '../../hosts/needs.js'
import { say } from '../../speech/say.js'
import type { Span } from '../../topology/position.js'
import type { FileFinding } from '../file-finding.js'
import type { CheckSettings } from '../settings.js'
import { tableFindings } from '../table-findings.js'
import type { TableFinding } from '../table-findings.js'
import { textFindings } from '../text-findings.js'

/** Every finding of a table of rules, in the order of the text. Never throws. */
export function checkIpvsadm(source: SourceText, settings?: CheckSettings): readonly FileFinding[] {
  const { services, problems, whole } = readRules(source.text)
  const told = services.flatMap((service) => [
    ...(whole ? unserved(service) : []),
    ...tableFindings(service).map((finding) => placed(source.text, service, finding)),
  ])
  return textFindings(source, [...problems, ...told], settings)
}

function unserved(service: PlacedService): TextProblem<string>[] {
  const { span, destinations, target } = service
  if (destinations.some(({ weight }) => weight > 0)) return []
  const name = targetText(target)
  const message =
    destinations.length === 0
      ? say`"${name}" has no real server, so every request is refused`
      : say`every real server of "${name}" has weight 0, so no new connection is taken`
  return [{ code: 'NORS', message, span, fixes: [] }]
}

/** A finding of the table at the line that makes that part of it. */
function placed(
  text: string,
  service: PlacedService,
  { code, message, at, schedulers = [] }: TableFinding,
): TextProblem<string> {
  if (typeof at !== 'string') {
    const { span } = service.destinations.find((each) => each === at) ?? service
    return { code, message, span, fixes: [] }
  }
  const named = /\s(?:-s|--scheduler)[ =]?(\w+)/.exec(text.slice(service.span.start, service.span.end))
  const scheduler = named?.[1]
  if (at !== 'scheduler' || named === null || scheduler === undefined)
    return { code, message, span: service.span, fixes: [] }
  const end = service.span.start + named.index + named[0].length
  const span: Span = { start: end - scheduler.length, end }
  const fixes = schedulers.map((newText): FileFix => ({
    title: say`Change the scheduler to ${newText}`,
    edits: [{ span, newText }],
  }))
  return { code, message, span, fixes }
}
