import type { Finding } from '../core/checks/check.js'
import { checkIpvsadm } from '../core/checks/ipvsadm/check.js'
import { checkKeepalived } from '../core/checks/keepalived/check.js'
import { checkDirectorPairs } from '../core/checks/keepalived/pairs.js'
import { checkLdirectord } from '../core/checks/ldirectord/check.js'
import type { FileFinding } from '../core/checks/file-finding.js'
import type { CheckedKeepalived } from '../core/checks/keepalived/check.js'
import type { TextFix } from '../core/language/fix-text.js'
import type { SourceText } from '../core/formats/source-text.js'
import { pathOf } from '../core/topology/path.js'
import { textLines } from '../core/topology/position.js'
import { endably } from './io.js'
import type { Io } from './io.js'
import type { CheckedFile } from './sarif.js'
import { filesOnDisk } from '../reader/files-on-disk.js'
import { settingsFor } from './settings-file.js'
import type { SettingsChoice } from './settings-file.js'

/** Findings of every keepalived.conf of a call, with those about several of them, by file. */
export async function checkKeepalivedFiles(
  sources: readonly SourceText[],
  choice: SettingsChoice,
  io: Pick<Io, 'endable'>,
): Promise<readonly CheckedFile[]> {
  const checked: CheckedKeepalived[] = []
  for (const source of sources) {
    const settings = await settingsFor(source.name, choice)
    checked.push(endably(io, () => checkKeepalived(source, filesOnDisk(), settings)))
  }
  const findings = [...checked.flatMap((each) => each.findings), ...checkDirectorPairs(checked)]
  const files = new Map<string, { source: SourceText; findings: Map<string, FileFinding> }>()
  for (const source of checked.flatMap((each) => each.sources)) {
    if (!files.has(source.name)) files.set(source.name, { source, findings: new Map() })
  }
  for (const finding of findings) {
    // A file that two configurations include is told of once.
    const { code, message, span } = finding
    files.get(finding.source.name)?.findings.set(`${code} ${span.start} ${message}`, finding)
  }
  return [...files.values()].map(({ source, findings: found }) => checkedFile(source, [...found.values()]))
}

function checkedFile(source: SourceText, found: readonly FileFinding[]): CheckedFile {
  const lines = textLines(source.text)
  const fixes = new Map<Finding, readonly TextFix[]>()
  const findings = [...found]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ code, severity, message, span, fixes: known, path }) => {
      const finding: Finding = {
        code,
        severity,
        message,
        path: pathOf(...path),
        span,
        range: lines.range(span),
        fixes: [],
      }
      fixes.set(finding, known)
      return finding
    })
  return { file: source.name, parsed: { text: source.text, fixes }, findings, suppressed: [] }
}

/** Findings of a table of ipvsadm rules, or of an ldirectord.cf. */
export async function checkTextFile(
  kind: 'ipvsadm' | 'ldirectord',
  source: SourceText,
  choice: SettingsChoice,
): Promise<CheckedFile> {
  const settings = await settingsFor(source.name, choice)
  return checkedFile(
    source,
    kind === 'ipvsadm' ? checkIpvsadm(source, settings) : checkLdirectord(source, settings),
  )
}
