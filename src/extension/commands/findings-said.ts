import { commands } from 'vscode'
import type { TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { ShownFinding } from '../../protocol/reader.js'
import type { Choice } from './messages.js'

export const SHOW_PROBLEMS: Choice = {
  get title() {
    return say`Show Problems`
  },
  take: () => void commands.executeCommand('workbench.actions.view.problems'),
}

export function fileName({ uri }: TextDocument): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1)
}

/** Findings for the log, a line each, as editors and terminals make links of. */
export function findingLines(document: TextDocument, findings: readonly ShownFinding[]): string[] {
  const name = fileName(document)
  return findings.map(
    ({ code, severity, message, range: { start } }) =>
      `${name}:${start.line + 1}:${start.character + 1}: ${severity} ${code}: ${message}`,
  )
}
