import { commands, Uri, ViewColumn, window, workspace } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { Rehearsal } from '../../protocol/rehearsal.js'
import { log } from '../log.js'
import { rehearsalMarkdown } from './rehearsal-markdown.js'

const SCHEME = 'lvs-rehearsal'
/** Rehearsals whose texts are kept for editors that show them. */
const MOST_KEPT = 8

/** Shows what came of rehearsals, read-only, beside what is being edited. */
export interface RehearsalDocuments {
  readonly show: (rehearsal: Rehearsal) => Promise<void>
}

export function registerRehearsalDocuments({ subscriptions }: ExtensionContext): RehearsalDocuments {
  const kept = new Map<string, string>()
  let last = 0
  subscriptions.push(
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: ({ query }) =>
        kept.get(query) ??
        `${say`This rehearsal is not kept any longer. Make a new one with "LVS: Rehearse in Lab".`}\n`,
    }),
  )
  return {
    show: async (rehearsal) => {
      last += 1
      kept.set(String(last), rehearsalMarkdown(rehearsal))
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest)
      const uri = Uri.from({
        scheme: SCHEME,
        path: `/${say`${rehearsal.name} in the lab`}.md`,
        query: String(last),
      })
      try {
        await commands.executeCommand('markdown.showPreviewToSide', uri)
      } catch (error) {
        // The preview is an extension of its own, which may be switched off; the text reads well too.
        log().info(`no Markdown preview: ${error instanceof Error ? error.message : String(error)}`)
        await window.showTextDocument(await workspace.openTextDocument(uri), {
          viewColumn: ViewColumn.Beside,
          preview: true,
        })
      }
    },
  }
}
