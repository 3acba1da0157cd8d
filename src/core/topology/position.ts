/** A stretch of text as UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A place between characters, 0-based; characters are UTF-16 units, as in VS Code and the Language Server Protocol. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

/** Replace what `span` covers in the old text. Several in one list never overlap and all refer to the old text. */
export interface TextEdit {
  readonly span: Span
  readonly newText: string
}

/** Turns offsets into lines and characters; LF, CRLF and a lone CR each end a line. */
export interface TextLines {
  position(offset: number): Position
  /** The offset of a place; one beyond the end of its line, or of the text, is that end. */
  offset(position: Position): number
  range(span: Span): Range
  /** The text of a line without its end. */
  line(number: number): string
}

export function textLines(text: string): TextLines {
  const starts = [0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1)
  }
  const startOf = (line: number) => starts[line] ?? text.length
  const position = (offset: number): Position => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (startOf(middle) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low, character: offset - startOf(low) }
  }
  /** Without looking at what is on the line, which can be megabytes. */
  const endOf = (line: number) => {
    const start = startOf(line)
    let end = startOf(line + 1)
    while (end > start && isLineEnd(text.charCodeAt(end - 1))) end -= 1
    return end
  }
  return {
    position,
    offset: ({ line, character }) =>
      line < 0 ? 0 : startOf(line) + Math.max(0, Math.min(character, endOf(line) - startOf(line))),
    range: (span) => ({ start: position(span.start), end: position(span.end) }),
    line: (number) => text.slice(startOf(number), endOf(number)),
  }
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13
}

/** Applies edits that do not overlap. Edits at the same empty place are applied in the order given. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort(
      (a, b) =>
        a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.index - b.index,
    )
  let result = ''
  let at = 0
  for (const { edit } of ordered) {
    if (edit.span.start < at) throw new RangeError('text edits overlap')
    result += text.slice(at, edit.span.start) + edit.newText
    at = edit.span.end
  }
  return result + text.slice(at)
}
