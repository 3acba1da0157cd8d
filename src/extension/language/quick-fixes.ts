import { CodeAction, CodeActionKind } from 'vscode'
import type { CodeActionContext, CodeActionProvider, Diagnostic, TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { OfferedFix } from '../../protocol/reader.js'
import { sayError } from '../commands/messages.js'
import { askReader } from '../topology-reader.js'
import { editOf } from './changes.js'
import { plainRange, rangeOf } from './ranges.js'

/** All findings of one kind are mended together. What that comes to takes a while, and is found out when it is wanted. */
class FixAll extends CodeAction {
  constructor(
    readonly document: TextDocument,
    readonly code: string,
    count: number,
  ) {
    super(say`Fix all ${count} ${code} in this file`, CodeActionKind.QuickFix)
  }
}

/** The fixes of the findings in the selection or at the caret. */
export const quickFixes: CodeActionProvider = {
  provideCodeActions: async (document, range, context, token) => {
    const offered = (await askReader(document, 'fixes', { range: plainRange(range) }, token))?.answer ?? []
    const several = new Map(
      offered.filter(({ alike, ignores }) => alike > 1 && !ignores).map(({ code, alike }) => [code, alike]),
    )
    return [
      ...offered.map((fix) => {
        const action = new CodeAction(fix.title, CodeActionKind.QuickFix)
        action.edit = editOf(document, fix.changes)
        action.diagnostics = diagnosticsOf(fix, context)
        action.isPreferred = fix.preferred
        return action
      }),
      ...[...several].map(([code, count]) => {
        const action = new FixAll(document, code, count)
        action.diagnostics = context.diagnostics.filter((diagnostic) => codeOf(diagnostic) === code)
        return action
      }),
    ]
  },
  resolveCodeAction: async (action, token) => {
    if (!(action instanceof FixAll)) return action
    const { document, code } = action
    const mended = (await askReader(document, 'fix-all', { code }, token))?.answer
    if (mended?.ok === true) action.edit = editOf(document, mended.changes)
    else if (mended !== undefined) sayError(say`Nothing was changed: ${mended.reason}.`)
    return action
  },
}

function diagnosticsOf({ code, range }: OfferedFix, { diagnostics }: CodeActionContext): Diagnostic[] {
  return diagnostics.filter(
    (diagnostic) => codeOf(diagnostic) === code && diagnostic.range.isEqual(rangeOf(range)),
  )
}

function codeOf({ code }: Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code)
}
