import type { Result } from 'sarif'
import type { Finding } from '../../core/checks/check.js'
import { fixAsText } from '../../core/language/fix-text.js'
import { textLines } from '../../core/topology/position.js'
import { readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { findingsPage, findingsText } from '../finding-text.js'
import { STANDARD_INPUT, filesOf } from '../input-files.js'
import { EXIT, UsageError } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { observeTopology } from '../observed-findings.js'
import type { ObservedTopology } from '../observed-findings.js'
import { openTopology, openTopologyText } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'
import { sarifLog, sarifResults } from '../sarif.js'
import type { SettingsChoice } from '../settings-file.js'
import { visibleText } from '../visible-text.js'
import { writeWhole } from '../whole-file.js'

const USAGE =
  'check FILE|FOLDER|PATTERN|-... [--format text|json|sarif] [--output FILE] [--quiet] [--as topology] ' +
  '[--config FILE|--no-config] [--stdin-name FILE] [--observed [--ssh-config F]]'

const OPTIONS = {
  format: 'value',
  json: 'flag',
  output: 'value',
  quiet: 'flag',
  as: 'value',
  config: 'value',
  'no-config': 'flag',
  'stdin-name': 'value',
  observed: 'flag',
  'ssh-config': 'value',
} as const

export const check: Command = {
  name: 'check',
  usage: USAGE,
  summary: 'every finding of topology files: what is wrong, where, why and how to mend it',
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, USAGE)
    if (args.words.length === 0) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    const kind = args.value('as') ?? 'topology'
    if (kind !== 'topology') throw new UsageError(`--as takes topology, not "${kind}"`)
    const report = reportIn(args, io)
    const files = await filesOf(args.words)
    let status: ExitStatus = EXIT.holds
    // One after the other: nothing but what is reported of a file is kept.
    for (const file of files) {
      const checked = await checkFile(file, args, io)
      report.add(args.flag('quiet') ? onlyErrors(checked) : checked)
      if (checked.findings.some(({ severity }) => severity === 'error')) status = EXIT.doesNotHold
      else if (checked.unread.length > 0 && status === EXIT.holds) status = EXIT.unknown
    }
    const text = report.end(files)
    const output = args.value('output')
    if (output === undefined) io.out(text)
    else await writeWhole(output, text)
    return status
  },
}

async function checkFile(file: string, args: Arguments, io: Io): Promise<ObservedTopology> {
  const settings = settingsChoice(args)
  const opened =
    file === STANDARD_INPUT
      ? await openTopologyText(args.value('stdin-name') ?? '(standard input)', await io.input(), settings)
      : await openTopology(file, settings)
  if (!args.flag('observed')) return { ...opened, unread: [] }
  return observeTopology(opened, io, args.value('ssh-config'))
}

function settingsChoice(args: Arguments): SettingsChoice {
  const file = args.value('config')
  if (args.flag('no-config')) {
    if (file !== undefined) throw new UsageError('--config and --no-config do not go together')
    return { kind: 'none' }
  }
  return file === undefined ? { kind: 'nearest' } : { kind: 'file', file }
}

function onlyErrors(checked: ObservedTopology): ObservedTopology {
  return { ...checked, findings: checked.findings.filter(({ severity }) => severity === 'error') }
}

/** Gathers what is reported, file by file. */
interface Report {
  readonly add: (checked: ObservedTopology) => void
  /** All that is left to be written. */
  readonly end: (files: readonly string[]) => string
}

function reportIn(args: Arguments, io: Io): Report {
  const format = args.flag('json') ? 'json' : (args.value('format') ?? 'text')
  const toFile = args.value('output') !== undefined
  switch (format) {
    case 'text':
      return textReport(args.flag('quiet'), toFile, io)
    case 'json': {
      const files: unknown[] = []
      return {
        add: (checked) => files.push(jsonOf(checked)),
        end: () => `${JSON.stringify({ files }, null, 2)}\n`,
      }
    }
    case 'sarif': {
      const results: Result[] = []
      return {
        add: (checked) => results.push(...sarifResults(checked)),
        end: () => `${JSON.stringify(sarifLog(results), null, 2)}\n`,
      }
    }
    default:
      throw new UsageError(`--format takes text, json or sarif, not "${format}"`)
  }
}

function textReport(quiet: boolean, toFile: boolean, io: Io): Report {
  const page = findingsPage(toFile ? { colour: false } : io)
  const findings: Pick<Finding, 'code' | 'severity'>[] = []
  const kept: string[] = []
  let ignored = 0
  return {
    add: ({ file, parsed, findings: found, suppressed }) => {
      const text = findingsText(file, parsed, found, page)
      if (toFile) kept.push(text)
      else io.out(text)
      findings.push(...found.map(({ code, severity }) => ({ code, severity })))
      ignored += suppressed.length
    },
    end: (files) => `${kept.join('')}${summaryOf(files, findings, ignored, quiet)}\n`,
  }
}

function summaryOf(
  files: readonly string[],
  findings: readonly Pick<Finding, 'code' | 'severity'>[],
  ignored: number,
  quiet: boolean,
): string {
  const counted = (severity: Finding['severity'], one: string, many: string) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]
  }
  const counts = [
    ...counted('error', 'error', 'errors'),
    ...counted('warning', 'warning', 'warnings'),
    ...counted('information', 'note', 'notes'),
    ...counted('hint', 'hint', 'hints'),
  ]
  const [only, ...others] = files
  const one = only === undefined || only === STANDARD_INPUT ? '1 file' : visibleText(only)
  const what = others.length === 0 ? one : `${files.length} files`
  const [example] = findings
  const more = example === undefined ? '' : `; "lvs-designer explain ${example.code}" tells more`
  const left = ignored === 0 ? '' : ` (${ignored} ignored, with a reason)`
  const none = quiet ? 'no errors' : 'nothing to mend'
  return `${what}: ${counts.length === 0 ? none : counts.join(', ')}${left}${more}`
}

function jsonOf({ file, parsed, findings, suppressed, unread }: ObservedTopology) {
  const finding = jsonFindings(parsed)
  return {
    file,
    // Of which nothing, or not all, could be read with --observed.
    unread: unread.map(({ host, step, message }) => ({ host, step, message })),
    findings: findings.map(finding),
    ignored: suppressed.map((each) => ({ ...finding(each.finding), reason: each.reason })),
  }
}

function jsonFindings(parsed: OpenedTopology['parsed']) {
  const lines = textLines(parsed.text)
  return ({ code, severity, message, path, range, fixes }: Finding) => ({
    code,
    severity,
    message,
    path,
    range,
    // One that cannot be made in this text is left out.
    fixes: fixes.flatMap((fix) => {
      const asText = fixAsText(parsed, fix)
      if (asText === undefined) return []
      const edits = asText.edits.map(({ span, newText }) => ({ range: lines.range(span), newText }))
      return [{ title: asText.title, edits }]
    }),
  })
}
