import type { ExtensionContext } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { Rehearsal } from '../../protocol/rehearsal.js'
import { registerMarkdownDocuments } from './markdown-documents.js'
import { rehearsalMarkdown } from './rehearsal-markdown.js'

/** Shows what came of rehearsals. */
export interface RehearsalDocuments {
  readonly show: (rehearsal: Rehearsal) => Promise<void>
}

export function registerRehearsalDocuments(context: ExtensionContext): RehearsalDocuments {
  const documents = registerMarkdownDocuments(context, {
    scheme: 'lvs-rehearsal',
    gone: say`This rehearsal is not kept any longer. Make a new one with "LVS: Rehearse in Lab".`,
  })
  return {
    show: (rehearsal) => documents.show(say`${rehearsal.name} in the lab`, rehearsalMarkdown(rehearsal)),
  }
}
