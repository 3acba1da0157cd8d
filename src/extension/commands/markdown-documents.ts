import { commands, Uri, ViewColumn, window, workspace } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { log } from '../log.js'

/** Documents of a kind whose texts are kept for editors that show them. */
const MOST_KEPT = 8

/** Shows Markdown that is in no file, read-only, beside what is being edited. */
export interface MarkdownDocuments {
  readonly show: (title: string, markdown: string) => Promise<void>
}

/** Documents of one kind; `gone` is what stands in the place of one that is not kept any longer. */
export function registerMarkdownDocuments(
  { subscriptions }: ExtensionContext,
  { scheme, gone }: { readonly scheme: string; readonly gone: string },
): MarkdownDocuments {
  const kept = new Map<string, string>()
  let last = 0
  subscriptions.push(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ query }) => kept.get(query) ?? `${gone}\n`,
    }),
  )
  return {
    show: async (title, markdown) => {
      last += 1
      kept.set(String(last), markdown)
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest)
      const uri = Uri.from({ scheme, path: `/${title}.md`, query: String(last) })
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
