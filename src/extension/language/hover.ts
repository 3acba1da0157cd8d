import { Hover, MarkdownString } from 'vscode'
import type { HoverProvider } from 'vscode'
import { askReader } from '../topology-reader.js'
import { plainPosition, rangeOf } from './ranges.js'

/** What a key or word means, and the rule behind a finding. */
export const hover: HoverProvider = {
  provideHover: async (document, position, token) => {
    const found = (await askReader(document, 'hover', { position: plainPosition(position) }, token))?.answer
    // Not trusted, without HTML: a MarkdownString's own defaults, and what the text is made for.
    return found && new Hover(new MarkdownString(found.markdown), rangeOf(found.range))
  },
}
