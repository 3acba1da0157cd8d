import { Hover, MarkdownString } from 'vscode'
import type { HoverProvider } from 'vscode'
import { loadCore } from '../core.js'
import { readTopology } from '../topology-documents.js'
import { rangeOf } from './ranges.js'

/** What a key or word means, and the rule behind a finding. */
export const hover: HoverProvider = {
  provideHover: async (document, position, token) => {
    const [{ hoverAt, textLines }, { findings, parsed, version }] = await Promise.all([
      loadCore(),
      readTopology(document),
    ])
    if (token.isCancellationRequested || document.version !== version) return undefined
    // The messages stand above it already, as those of the Problems panel.
    const found = hoverAt(parsed, findings, document.offsetAt(position), { messages: false })
    if (found === undefined) return undefined
    // Not trusted, without HTML: a MarkdownString's own defaults, and what hoverAt counts on.
    return new Hover(new MarkdownString(found.markdown), rangeOf(textLines(parsed.text).range(found.span)))
  },
}
