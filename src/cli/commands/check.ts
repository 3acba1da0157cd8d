import type { Notification, Result } from 'sarif'
import type { Finding } from '../../core/checks/check.js'
import { FILE_KINDS, fileKind } from '../../core/formats/file-kind.js'
import type { FileKind } from '../../core/formats/file-kind.js'
import type { SourceText } from '../../core/formats/source-text.js'
import { textLines } from '../../core/topology/position.js'
import type { TextLines } from '../../core/topology/position.js'
import { readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { findingsPage, findingsText } from '../finding-text.js'
import { STANDARD_INPUT, filesOf } from '../input-files.js'
import { EXIT, UsageError } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { observeTopology } from '../observed-findings.js'
import type { ObservedTopology } from '../observed-findings.js'
import { openTopologyText, readText } from '../open-topology.js'
import { checkKeepalivedFiles, checkTextFile } from '../other-files.js'
import { outputFile } from '../output-file.js'
import { sarifLog, sarifResults, sarifUnread } from '../sarif.js'
import type { CheckedFile } from '../sarif.js'
import type { SettingsChoice } from '../settings-file.js'
import { fixWriter } from '../text-fixes.js'
import type { FixWriter } from '../text-fixes.js'
import { visibleText } from '../visible-text.js'

const USAGE =
  'check FILE|FOLDER|PATTERN|-... [--format text|json|sarif] [--output FILE] [--quiet] [--as KIND] ' +
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
  summary:
    'every finding of topologies, keepalived.conf, ipvsadm rules and ldirectord.cf: what is wrong, where, why and how to mend it',
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, USAGE)
    if (args.words.length === 0) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    const as = kindIn(args)
    const report = reportIn(args, io)
    const files = await filesOf(args.words)
    const output = args.value('output')
    const inputs = [...files, ...[args.value('config') ?? []].flat()]
    const save =
      output === undefined
        ? undefined
        : await outputFile('--output', output, { inputs, what: 'a report of "check"', isOurs: isReport })
    let status: ExitStatus = EXIT.holds
    const add = (checked: Checked): void => {
      report.add(args.flag('quiet') ? onlyErrors(checked) : checked)
      if (checked.findings.some(({ severity }) => severity === 'error')) status = EXIT.doesNotHold
      else if (checked.unread.length > 0 && status === EXIT.holds) status = EXIT.unknown
    }
    // One after the other: nothing but what is reported of a file is kept. Directors are held against each other.
    const directors: SourceText[] = []
    for (const file of files) {
      const source = await sourceOf(file, args, io)
      const kind = as ?? fileKind(source.name, source.text)
      if (kind === 'topology') add(await checkTopologyFile(source, args, io))
      else if (kind === 'keepalived') directors.push(source)
      else add({ ...(await checkTextFile(kind, source, settingsChoice(args))), unread: [] })
    }
    for (const checked of await checkKeepalivedFiles(directors, settingsChoice(args), io))
      add({ ...checked, unread: [] })
    const text = report.end(files)
    if (save === undefined) io.out(text)
    else await save(text)
    return status
  },
}

/** A file with its findings, and what could not be looked at for them. */
type Checked = CheckedFile & Pick<ObservedTopology, 'unread'>

function kindIn(args: Arguments): FileKind | undefined {
  const as = args.value('as')
  if (as === undefined) return undefined
  const kind = FILE_KINDS.find((known) => known === as)
  if (kind === undefined) throw new UsageError(`--as takes ${FILE_KINDS.join(', ')}, not "${as}"`)
  return kind
}

async function sourceOf(file: string, args: Arguments, io: Io): Promise<SourceText> {
  return file === STANDARD_INPUT
    ? { name: args.value('stdin-name') ?? '(standard input)', text: await io.input() }
    : { name: file, text: await readText(file) }
}

async function checkTopologyFile(
  { name, text }: SourceText,
  args: Arguments,
  io: Io,
): Promise<ObservedTopology> {
  const opened = await openTopologyText(name, text, settingsChoice(args))
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

function onlyErrors(checked: Checked): Checked {
  return { ...checked, findings: checked.findings.filter(({ severity }) => severity === 'error') }
}

/** Gathers what is reported, file by file. */
interface Report {
  readonly add: (checked: Checked) => void
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
      const notifications: Notification[] = []
      return {
        add: (checked) => {
          const ofFile = sarifResults(checked)
          results.push(...ofFile.results)
          notifications.push(...ofFile.notes, ...sarifUnread(checked.file, checked.unread.map(unreadText)))
        },
        end: () => `${JSON.stringify(sarifLog(results, notifications), null, 2)}\n`,
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

function jsonOf({ file, parsed, findings, suppressed, unread }: Checked) {
  const writer = fixWriter(parsed)
  const finding = jsonFindings(textLines(parsed.text), writer)
  const told = {
    findings: findings.map(finding),
    ignored: suppressed.map((each) => ({ ...finding(each.finding), reason: each.reason })),
  }
  return {
    file,
    // Of which nothing, or not all, could be read with --observed.
    unread: unread.map(({ host, step, message }) => ({ host, step, message })),
    ...told,
    // Whose fixes are not here, since the file is too large to work out so many.
    fixesLeftOut: writer.left(),
  }
}

/** Of any format. */
function isReport(text: string): boolean {
  return (
    text.startsWith('{\n  "files": [') ||
    (text.startsWith('{\n  "$schema": ') && text.includes('"name": "LVS Designer"')) ||
    /: (?:nothing to mend|no errors|\d+ (?:error|warning|note|hint)s?\b).*\n$/.test(text)
  )
}

function unreadText({ host, step, message }: ObservedTopology['unread'][number]): string {
  return `${host}: ${step}: ${message}`
}

function jsonFindings(lines: TextLines, writer: FixWriter) {
  return (finding: Finding) => {
    const { code, severity, message, path, range } = finding
    const fixes = writer.fixes(finding).map(({ title, edits }) => ({
      title,
      edits: edits.map(({ span, newText }) => ({ range: lines.range(span), newText })),
    }))
    return { code, severity, message, path, range, fixes }
  }
}
