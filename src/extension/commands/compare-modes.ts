import { commands } from 'vscode'
import type { ExtensionContext, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { activeTopology, topologyNamed } from '../active-topology.js'
import { COMMANDS } from '../catalogue.js'
import { askUntilAnswered } from '../topology-reader.js'
import { comparisonMarkdown } from './comparison-markdown.js'
import { registerMarkdownDocuments } from './markdown-documents.js'
import type { MarkdownDocuments } from './markdown-documents.js'
import { chooseService, serviceNamed } from './service-choice.js'

/** A service in each forwarding method, as a document beside what is being edited. */
export function registerCompareModes(context: ExtensionContext): void {
  const documents = registerMarkdownDocuments(context, {
    scheme: 'lvs-comparison',
    gone: say`This comparison is not kept any longer. Make a new one with "LVS: Compare Modes…".`,
  })
  context.subscriptions.push(
    commands.registerCommand(COMMANDS.compareModes, (uri?: unknown, service?: unknown) =>
      compare(documents, topologyNamed(uri), typeof service === 'string' ? service : serviceNamed(uri)),
    ),
  )
}

async function compare(
  documents: MarkdownDocuments,
  uri: Uri | undefined,
  named: string | undefined,
): Promise<void> {
  const document = await activeTopology(uri)
  if (document === undefined) return
  const service = await chooseService(document, named, {
    title: say`Compare Modes`,
    placeHolder: say`Of which service?`,
  })
  if (service === undefined) return
  const comparison = await askUntilAnswered(document, 'modes', { service })
  if (comparison !== undefined) await documents.show(say`Modes of ${service}`, comparisonMarkdown(comparison))
}
