import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../core/language/token-types.js'
import { tokensOf } from '../core/language/tokens.js'
import type { ReadDocument } from './document.js'

/**
 * The tokens of a text as VS Code (and the Language Server Protocol) takes them: line and character relative to the
 * token before, length, type, and modifiers as bits.
 */
export function encodedTokens(document: ReadDocument): Uint32Array {
  const tokens = tokensOf(document.parsed(), document.cluster())
  const data = new Uint32Array(tokens.length * 5)
  let line = 0
  let character = 0
  for (const [index, { span, type, modifiers }] of tokens.entries()) {
    const at = document.lines().position(span.start)
    const bits = modifiers.reduce((all, modifier) => all | (1 << TOKEN_MODIFIERS.indexOf(modifier)), 0)
    const newLine = at.line !== line
    data.set(
      [
        at.line - line,
        newLine ? at.character : at.character - character,
        span.end - span.start,
        TOKEN_TYPES.indexOf(type),
        bits,
      ],
      index * 5,
    )
    ;({ line, character } = at)
  }
  return data
}
