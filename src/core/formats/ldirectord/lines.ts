import type { Span } from '../../topology/position.js'

/** A line of ldirectord.cf, as its indentation makes it. Every character of the text is in one of them. */
export type LdirectordLine =
  | { readonly kind: 'blank'; readonly span: Span }
  | { readonly kind: 'comment'; readonly span: Span }
  | {
      readonly kind: 'setting'
      readonly span: Span
      readonly name: Part
      /** Undefined: there is no "=". */
      readonly value: Part | undefined
      /** Blanks before it, a tab counting four. */
      readonly indent: number
      /** A remark behind the value. */
      readonly comment: Span | undefined
    }

export interface Part {
  readonly text: string
  readonly span: Span
}

/** Four blanks, or a tab, make a line part of the section above. */
export const INDENT = 4

/** Takes a text apart. In a section `#` begins a remark anywhere; in a line of its own only at its begin. */
export function linesIn(text: string): LdirectordLine[] {
  const lines: LdirectordLine[] = []
  for (let at = 0; ;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const inkEnd = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end
    lines.push(lineOf(text, at, inkEnd))
    if (end === text.length) break
    at = end + 1
  }
  return lines
}

function lineOf(text: string, start: number, end: number): LdirectordLine {
  let from = start
  let indent = 0
  for (; from < end; from++) {
    const character = text.charAt(from)
    if (character === '\t') indent += INDENT
    else if (character === ' ') indent++
    else break
  }
  const span = { start, end }
  if (from === end) return { kind: 'blank', span }
  if (text.charAt(from) === '#') return { kind: 'comment', span }
  const hash = indent > 0 ? text.slice(from, end).indexOf('#') : -1
  const comment = hash < 0 ? undefined : { start: from + hash, end }
  const ink = text.slice(from, comment?.start ?? end)
  const equals = ink.indexOf('=')
  const name = (equals < 0 ? ink : ink.slice(0, equals)).trimEnd()
  const value = equals < 0 ? undefined : ink.slice(equals + 1).trim()
  const valueStart =
    from +
    equals +
    1 +
    (value === undefined ? 0 : ink.slice(equals + 1).length - ink.slice(equals + 1).trimStart().length)
  return {
    kind: 'setting',
    span,
    indent,
    comment,
    name: { text: name, span: { start: from, end: from + name.length } },
    value:
      value === undefined
        ? undefined
        : { text: value, span: { start: valueStart, end: valueStart + value.length } },
  }
}
