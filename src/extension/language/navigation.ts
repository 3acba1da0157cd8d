import { DocumentHighlight, Location } from 'vscode'
import type {
  DefinitionProvider,
  DocumentHighlightProvider,
  LocationLink,
  ReferenceProvider,
  RenameProvider,
} from 'vscode'
import { askReader } from '../topology-reader.js'
import { editOf } from './changes.js'
import { plainPosition, rangeOf } from './ranges.js'

/** Where the host, network, service, interface or address at the caret is drawn. */
export const definition: DefinitionProvider = {
  provideDefinition: async (document, position, token): Promise<LocationLink[]> => {
    const ask = { position: plainPosition(position) }
    const found = (await askReader(document, 'definition', ask, token))?.answer
    if (found === undefined) return []
    return [
      {
        originSelectionRange: rangeOf(found.origin),
        targetUri: document.uri,
        targetRange: rangeOf(found.whole),
        targetSelectionRange: rangeOf(found.name),
      },
    ]
  },
}

export const references: ReferenceProvider = {
  provideReferences: async (document, position, { includeDeclaration: declaration }, token) => {
    const ask = { position: plainPosition(position), declaration }
    const found = (await askReader(document, 'references', ask, token))?.answer ?? []
    return found.map((range) => new Location(document.uri, rangeOf(range)))
  },
}

export const highlights: DocumentHighlightProvider = {
  provideDocumentHighlights: async (document, position, token) => {
    const ask = { position: plainPosition(position), declaration: true }
    const found = (await askReader(document, 'references', ask, token))?.answer ?? []
    return found.map((range) => new DocumentHighlight(rangeOf(range)))
  },
}

/** What cannot be renamed, or not to that, is said by VS Code at the caret: it shows the message of the error. */
export const renaming: RenameProvider = {
  prepareRename: async (document, position, token) => {
    const found = await askReader(document, 'renaming', { position: plainPosition(position) }, token)
    if (found === undefined) return undefined
    if (!found.answer.ok) throw new Error(found.answer.reason)
    return { range: rangeOf(found.answer.range), placeholder: found.answer.name }
  },
  provideRenameEdits: async (document, position, name, token) => {
    const found = await askReader(document, 'rename', { position: plainPosition(position), name }, token)
    if (found === undefined) return undefined
    if (!found.answer.ok) throw new Error(found.answer.reason)
    return editOf(document, found.answer.changes)
  },
}
