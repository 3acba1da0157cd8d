import { Uri, commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { SHOW_RULE } from '../catalogue.js'

/**
 * Where the code of a finding leads: to its rule. By a command: a URI within a command link is not carried over to a
 * remote extension host, so that a link straight to the page leads nowhere there.
 */
export function ruleLink(anchor: string | undefined): Uri {
  return Uri.from({ scheme: 'command', path: SHOW_RULE, query: JSON.stringify([anchor ?? '']) })
}

/** Shows a rule, by its anchor, in the preview of docs/rules.md. */
export function registerRuleLink({ extensionUri, subscriptions }: ExtensionContext): void {
  subscriptions.push(
    commands.registerCommand(SHOW_RULE, async (anchor?: unknown) => {
      const fragment = typeof anchor === 'string' ? anchor : ''
      const page = Uri.joinPath(extensionUri, 'docs', 'rules.md').with({ fragment })
      await commands.executeCommand('markdown.showPreview', page)
    }),
  )
}
