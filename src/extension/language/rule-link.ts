import { Uri, commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { loadCore } from '../core.js'

/**
 * Behind the code of a finding, and nowhere else: it takes a code, so it is no command for the palette. A link straight
 * to the page would not do: a URI within a command link is not carried over to a remote extension host.
 */
const SHOW_RULE = 'lvsDesigner.showRule'

/** Where the code of a finding leads: to its rule. */
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
