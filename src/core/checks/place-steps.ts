import { withoutSecrets } from '../formats/secrets.js'
import type { SourceText } from '../formats/source-text.js'
import type { Span } from '../topology/position.js'

/**
 * What a finding is about, for programs that recognise it in the next version of a file: the line as it is written.
 */
export function placeSteps({ text }: SourceText, { start }: Span): readonly string[] {
  const from = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1
  const end = text.indexOf('\n', start)
  const line = text.slice(from, Math.min(end < 0 ? text.length : end, from + MAX_STEP))
  return [withoutSecrets(line).trim().replace(/\s+/g, ' ').replace(/ \{$/, '')]
}

const MAX_STEP = 200
