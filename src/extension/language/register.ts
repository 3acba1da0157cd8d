import { CodeActionKind, languages } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { registerDiagnostics } from './diagnostics.js'
import { hover } from './hover.js'
import { quickFixes } from './quick-fixes.js'
import { registerRuleLink } from './rule-link.js'
import { TOPOLOGIES } from './selector.js'

/** What a text editor knows of topologies: findings, fixes, and what everything means. */
export function registerLanguage(context: ExtensionContext): void {
  registerDiagnostics(context)
  registerRuleLink(context)
  context.subscriptions.push(
    languages.registerCodeActionsProvider(TOPOLOGIES, quickFixes, {
      providedCodeActionKinds: [CodeActionKind.QuickFix],
    }),
    languages.registerHoverProvider(TOPOLOGIES, hover),
  )
}
