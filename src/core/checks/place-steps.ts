import { withoutSecrets } from '../formats/secrets.js'
import type { SourceText } from '../formats/source-text.js'
import type { Span } from '../topology/position.js'

/**
 * What a finding is about, for programs that recognise it in the next version of a file: the line as it is written.
 */
export function placeSteps({ text }: SourceText, { start }: Span): readonly string[] {
  // A file may be one line of ten megabytes: no farther than what is shown is looked for its ends.
  const before = text.slice(Math.max(0, start - MAX_STEP), start)
  const from = start - before.length + before.lastIndexOf('\n') + 1
  const line = text.slice(from, from + MAX_STEP).split('\n', 1)[0] ?? ''
  return [withoutSecrets(line).trim().replace(/\s+/g, ' ').replace(/ \{$/, '')]
}

const MAX_STEP = 200
