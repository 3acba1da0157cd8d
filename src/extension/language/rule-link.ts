import { Uri, commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { SHOW_RULE } from '../catalogue.js'
import { loadCore } from '../core.js'

/**
 * Where the code of a finding leads: to its rule. By a command: a URI within a command link is not carried over to a
 * remote extension host, so that a link straight to the page leads nowhere there.
 */
export function ruleLink(code: string): Uri {
  return Uri.from({ scheme: 'command', path: SHOW_RULE, query: JSON.stringify([code]) })
}

/** Shows a rule in the preview of docs/rules.md. */
export function registerRuleLink({ extensionUri, subscriptions }: ExtensionContext): void {
  subscriptions.push(
    commands.registerCommand(SHOW_RULE, async (code?: unknown) => {
      const { ruleAnchor } = await loadCore()
      const fragment = typeof code === 'string' ? ruleAnchor(code) : undefined
      const page = Uri.joinPath(extensionUri, 'docs', 'rules.md').with({ fragment: fragment ?? '' })
      await commands.executeCommand('markdown.showPreview', page)
    }),
  )
}
