import { CodeAction, CodeActionKind, WorkspaceEdit } from 'vscode'
import type { CodeActionContext, CodeActionProvider, Diagnostic } from 'vscode'
import type { Finding } from '../../core/checks/check.js'
import { loadCore } from '../core.js'
import { readTopology } from '../topology-documents.js'
import { rangeOf } from './ranges.js'

/** Findings whose fixes are offered at once: a selection of the whole file is no wish for all of them. */
const MOST_FINDINGS = 20

/** The fixes of the findings in the selection or at the caret. */
export const quickFixes: CodeActionProvider = {
  provideCodeActions: async (document, range, context, token) => {
    const [{ fixAsText, textLines }, { findings, parsed, version }] = await Promise.all([
      loadCore(),
      readTopology(document),
    ])
    // Edits are for the text they were made from.
    if (token.isCancellationRequested || document.version !== version) return []
    const here = findings.filter(
      ({ fixes, range: at }) => fixes.length > 0 && rangeOf(at).intersection(range) !== undefined,
    )
    if (here.length === 0) return []
    const lines = textLines(parsed.text)
    return here.slice(0, MOST_FINDINGS).flatMap((finding) =>
      finding.fixes.flatMap((fix) => {
        const asText = fixAsText(parsed, fix)
        if (asText === undefined) return []
        const action = new CodeAction(asText.title, CodeActionKind.QuickFix)
        action.edit = new WorkspaceEdit()
        for (const { span, newText } of asText.edits) {
          action.edit.replace(document.uri, rangeOf(lines.range(span)), newText)
        }
        action.diagnostics = diagnosticsOf(finding, context)
        action.isPreferred = finding.fixes.length === 1
        return [action]
      }),
    )
  },
}

function diagnosticsOf({ code, range }: Finding, { diagnostics }: CodeActionContext): Diagnostic[] {
  return diagnostics.filter(
    ({ code: known, range: at }) =>
      typeof known === 'object' && known.value === code && at.isEqual(rangeOf(range)),
  )
}
