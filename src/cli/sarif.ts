import { createHash } from 'node:crypto'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ArtifactLocation, Fix, Log, Notification, Region, ReportingDescriptor, Result } from 'sarif'
import { version } from '../../package.json'
import type { Finding } from '../core/checks/check.js'
import { explainRule, explanationMarkdown, explanationText } from '../core/checks/explain.js'
import type { SuppressedFinding } from '../core/checks/suppressions.js'
import type { TextFix } from '../core/language/fix-text.js'
import { textLines } from '../core/topology/position.js'
import type { Range, TextLines } from '../core/topology/position.js'
import type { Severity } from '../core/topology/problem.js'
import { fixWriter, fixesLeftText } from './text-fixes.js'
import type { CheckedText } from './text-fixes.js'

/** A file that was checked, as much of it as a report needs. */
export interface CheckedFile {
  readonly file: string
  readonly parsed: CheckedText
  readonly findings: readonly Finding[]
  readonly suppressed: readonly SuppressedFinding[]
}

const LEVEL = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
} as const satisfies Record<Severity, Result['level']>

/** Results are of this file, wherever it is checked out: what lies below the folder the program was called in. */
const SOURCE_ROOT = '%SRCROOT%'

/** What is said of one file. */
export interface FileResults {
  readonly results: readonly Result[]
  /** Of how many results the fixes are not there, since the file is too large to work out so many. */
  readonly notes: readonly Notification[]
}

/** The results of one file, made while it is at hand; `sarifLog` puts them together. */
export function sarifResults({ file, parsed, findings, suppressed }: CheckedFile): FileResults {
  const lines = textLines(parsed.text)
  const writer = fixWriter(parsed)
  const artifactLocation = locationOf(file)
  // Two findings of a kind at one place, as of a list with the same fault twice, are told apart by their order.
  const seen = new Map<string, number>()
  const result = (finding: Finding): Result => {
    const { code, severity, message, path, range } = finding
    const identity = `${code} ${path}`
    const count = seen.get(identity) ?? 0
    seen.set(identity, count + 1)
    const fixes = writer.fixes(finding).flatMap((fix) => sarifFix(lines, artifactLocation, fix))
    return {
      ruleId: code,
      level: LEVEL[severity],
      message: { text: message },
      locations: [{ physicalLocation: { artifactLocation, region: regionOf(range) } }],
      // Of what is meant, not of where it stands: lines that are moved keep their findings.
      partialFingerprints: { 'lvsDesigner/v1': fingerprint(`${identity} ${count}`) },
      ...(fixes.length === 0 ? {} : { fixes }),
    }
  }
  const accepted = suppressed.map(({ finding, reason }) => ({
    finding,
    more: {
      suppressions: [{ kind: 'inSource', status: 'accepted', justification: reason }],
    } satisfies Partial<Result>,
  }))
  const results = [...findings.map((finding) => ({ finding, more: {} })), ...accepted]
    // In the order of the text, or the fingerprint of one would change as another is ignored.
    .sort((a, b) => a.finding.span.start - b.finding.span.start)
    .map(({ finding, more }) => ({ ...result(finding), ...more }))
  const left = writer.left()
  const notes = left === 0 ? [] : [notification(file, 'note', fixesLeftText(left))]
  return { results, notes }
}

/** What could not be looked at for a file, and so may be wrong without a result (3.20.21). */
export function sarifUnread(file: string, unread: readonly string[]): Notification[] {
  return unread.map((text) => notification(file, 'error', text))
}

function notification(file: string, level: 'error' | 'note', text: string): Notification {
  return {
    level,
    message: { text },
    locations: [{ physicalLocation: { artifactLocation: locationOf(file) } }],
  }
}

/** The whole log: SARIF 2.1.0 (OASIS), one run. A notification that is an error leaves open what results there would have been. */
export function sarifLog(results: readonly Result[], notifications: readonly Notification[] = []): Log {
  const codes = [...new Set(results.flatMap(({ ruleId }) => ruleId ?? []))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'LVS Designer',
            semanticVersion: version,
            rules: codes.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: notifications.every(({ level }) => level !== 'error'),
            ...(notifications.length === 0 ? {} : { toolExecutionNotifications: [...notifications] }),
          },
        ],
        results: results.map((result) => ({ ...result, ruleIndex: codes.indexOf(result.ruleId ?? '') })),
      },
    ],
  }
}

function ruleOf(code: string): ReportingDescriptor {
  const explanation = explainRule(code)
  if (explanation === undefined) return { id: code }
  const { title, why, severity } = explanation
  return {
    id: code,
    name: code.toLowerCase().replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: explanationText(explanation), markdown: explanationMarkdown(explanation) },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ['lvs', 'network'], precision: 'very-high' },
  }
}

function sarifFix(lines: TextLines, artifactLocation: ArtifactLocation, { title, edits }: TextFix): Fix[] {
  if (edits.length === 0) return []
  const replacements = edits.map(({ span, newText }) => ({
    deletedRegion: regionOf(lines.range(span)),
    insertedContent: { text: newText },
  }))
  return [{ description: { text: title }, artifactChanges: [{ artifactLocation, replacements }] }]
}

/** Lines and columns from 1; the end column is the one after the last (3.30). */
function regionOf({ start, end }: Range): Region {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  }
}

function locationOf(file: string): ArtifactLocation {
  const path = relative(process.cwd(), resolve(file))
  if (isAbsolute(path) || path.split(sep)[0] === '..') return { uri: pathToFileURL(resolve(file)).href }
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: SOURCE_ROOT }
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
