import type { Cluster } from '../hosts/cluster.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'
import { scalarText } from '../topology/yaml-text.js'
import type { YamlStyle } from '../topology/yaml-text.js'
import type { Slot } from './caret.js'
import type { SchemaPlace } from './schema-place.js'

export type CompletionKind = 'key' | 'value' | 'name' | 'snippet'

/** Something an editor may write where the caret is. */
export interface Completion {
  readonly label: string
  readonly kind: CompletionKind
  /** One line. */
  readonly detail: string
  /** Markdown; nothing of the file in it is active. */
  readonly documentation: string
  /** What takes the place of `span`, indented as it must be: an editor leaves it as it is. */
  readonly insert: string
  /** `insert` is in the syntax of snippets: `${1:default}`, `$0`. */
  readonly snippet: boolean
  /** UTF-16 offsets; on the caret's line, and the caret is in it or touches it. */
  readonly span: Span
  /** Orders completions as text. */
  readonly sort: string
  /** What the text of the span up to the caret is held against, where that is not the label. */
  readonly filter: string | undefined
  /** There is more to choose from once it is written. */
  readonly again: boolean
}

/** What is to be written, before it is known among what it stands. */
export interface Proposal {
  readonly label: string
  readonly kind: CompletionKind
  readonly detail: string
  readonly documentation: string
  readonly insert: string
  readonly snippet: boolean
  readonly again: boolean
}

/** An editor narrows names down as they are typed, so that all should be there. */
export const MOST_NAMES = 5000

/** One place something may be written at, and what there is to know for it. */
export interface Writing {
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
  readonly slot: Slot
  /** What may stand at the slot's steps. */
  readonly place: SchemaPlace
  readonly style: YamlStyle
}

/** A word as the file writes it, in the quotes that stand there already. */
export function wordIn({ slot, style }: Writing, word: string | number | boolean): string {
  return typeof word === 'string' ? scalarText(word, style.quote, slot.quote) : scalarText(word, style.quote)
}

/** The start of a line indented to `column`. */
export function newLine({ style }: Writing, column: number): string {
  return style.newline + ' '.repeat(column)
}

/** Text that a snippet shows as it is. */
export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&')
}

/** The first sentence of a text, without its full stop. */
export function firstSentence(text: string): string {
  const [first = ''] = text.split(/(?<=\.) |(?<=。)/)
  return first.replace(/[.。]$/, '')
}
