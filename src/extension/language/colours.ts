import { SemanticTokens, SemanticTokensLegend } from 'vscode'
import type { DocumentSemanticTokensProvider } from 'vscode'
import { askReader } from '../topology-reader.js'
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../../core/language/token-types.js'

/** What the words of a topology are in the cluster; package.json says how themes colour each. */
export const legend = new SemanticTokensLegend([...TOKEN_TYPES], [...TOKEN_MODIFIERS])

export const colours: DocumentSemanticTokensProvider = {
  provideDocumentSemanticTokens: async (document, token) => {
    const tokens = await askReader(document, 'tokens', {}, token)
    return tokens && new SemanticTokens(tokens.answer)
  },
}
