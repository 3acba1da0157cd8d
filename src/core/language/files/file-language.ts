import type { Span, TextEdit } from '../../topology/position.js'

/** What an editor asks of a text that is no topology. Every answer is about the text it was made from. */
export interface FileLanguage {
  readonly hoverAt: (offset: number) => FileHover | undefined
  readonly completeAt: (offset: number) => readonly FileCompletion[]
  readonly symbols: () => readonly FileSymbol[]
  /** Undefined: this language has no shape of its own. */
  readonly format: ((tabSize: number) => readonly TextEdit[]) | undefined
  readonly definitionsAt: (offset: number) => readonly FilePlace[]
  /** Of a name, every place that says it, its definition included. */
  readonly referencesAt: (offset: number) => readonly FilePlace[]
}

export interface FileHover {
  readonly markdown: string
  readonly span: Span
}

export interface FileCompletion {
  readonly label: string
  readonly kind: 'key' | 'value' | 'name'
  readonly detail: string
  readonly documentation: string
  /** In the syntax of snippets. */
  readonly insert: string
  /** What is replaced. */
  readonly span: Span
}

export interface FileSymbol {
  readonly kind: 'service' | 'real-server' | 'vrrp' | 'section'
  readonly name: string
  readonly detail: string
  readonly whole: Span
  readonly key: Span
  readonly children: readonly FileSymbol[]
}

/** A place in this file, or in one that it includes. */
export interface FilePlace {
  readonly file: string
  /** The text of that file as it was read, to tell lines by. */
  readonly text: string
  readonly span: Span
}

/** The word around or before an offset, as far as it is written on its line. */
export function wordBefore(text: string, offset: number): Span {
  let start = offset
  while (start > 0 && /[^\s{}"#!=]/.test(text.charAt(start - 1))) start--
  return { start, end: offset }
}

export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&')
}
