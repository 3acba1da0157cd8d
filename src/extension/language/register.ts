import { CodeActionKind, languages } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { colours, legend } from './colours.js'
import { COMPLETION_TRIGGERS, completion } from './completion.js'
import { registerDiagnostics } from './diagnostics.js'
import { formatting } from './formatting.js'
import { hover } from './hover.js'
import { lenses } from './lenses.js'
import { registerOtherFiles } from './other-files.js'
import { definition, highlights, references, renaming } from './navigation.js'
import { folding, outline } from './outline.js'
import { quickFixes } from './quick-fixes.js'
import { registerRuleLink } from './rule-link.js'
import { TOPOLOGIES } from './selector.js'
import { registerSettingsDiagnostics } from './settings-diagnostics.js'

/** What a text editor knows of topologies: findings, fixes, what everything means, and where it is. */
export function registerLanguage(context: ExtensionContext): void {
  registerDiagnostics(context)
  registerOtherFiles(context)
  registerSettingsDiagnostics(context)
  registerRuleLink(context)
  context.subscriptions.push(
    languages.registerCodeActionsProvider(TOPOLOGIES, quickFixes, {
      providedCodeActionKinds: [CodeActionKind.QuickFix],
    }),
    languages.registerHoverProvider(TOPOLOGIES, hover),
    languages.registerCompletionItemProvider(TOPOLOGIES, completion, ...COMPLETION_TRIGGERS),
    languages.registerDefinitionProvider(TOPOLOGIES, definition),
    languages.registerReferenceProvider(TOPOLOGIES, references),
    languages.registerDocumentHighlightProvider(TOPOLOGIES, highlights),
    languages.registerRenameProvider(TOPOLOGIES, renaming),
    languages.registerDocumentSymbolProvider(TOPOLOGIES, outline, { label: 'LVS' }),
    languages.registerFoldingRangeProvider(TOPOLOGIES, folding),
    languages.registerDocumentFormattingEditProvider(TOPOLOGIES, formatting),
    languages.registerDocumentRangeFormattingEditProvider(TOPOLOGIES, formatting),
    languages.registerCodeLensProvider(TOPOLOGIES, lenses),
    languages.registerDocumentSemanticTokensProvider(TOPOLOGIES, colours, legend),
  )
}
