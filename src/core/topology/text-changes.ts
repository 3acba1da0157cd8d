import type { Span, TextEdit } from './position.js'
import { lineStart } from './yaml-place.js'

/** Gathers changes of one text, made by parts that do not know of each other. */
export interface TextChanges {
  /** May overlap another removal, but nothing else. */
  readonly remove: (span: Span) => void
  readonly replace: (span: Span, newText: string) => void
  /** Whole lines before the one that starts at `at`, or at the end of the text. */
  readonly insertLines: (at: number, lines: readonly string[]) => void
  /** In order, not overlapping; those at one place in the order they were made. */
  readonly finish: () => readonly TextEdit[]
}

/** `newline` ends the lines that are inserted. A text whose last line has no end keeps it that way. */
export function textChanges(text: string, newline: string): TextChanges {
  const removals: Span[] = []
  const edits: TextEdit[] = []
  const beginning = lineStart(text, 0)
  const unterminated = text.length > beginning && !text.endsWith('\n')
  /** Lines that come after a last line without end. */
  let tail = ''

  const finish = (): readonly TextEdit[] => {
    const occupied = new Set(
      edits.filter(({ span }) => span.start === span.end).map(({ span }) => span.start),
    )
    const merged = mergeSpans(removals, occupied)
    const last = merged.at(-1)
    if (unterminated && last?.end === text.length && lineStart(text, last.start) === last.start) {
      // The last line goes: the end of the one before it goes along, or is what the new last lines start with.
      merged.pop()
      const inner = edits.findLastIndex(({ span }) => span.start === last.start && span.end === last.start)
      const touching = edits[inner]
      if (touching !== undefined) {
        edits[inner] = { ...touching, newText: withoutLastBreak(touching.newText) }
        merged.push(last)
      } else if (last.start === beginning) {
        merged.push(last)
        tail = tail.slice(newline.length)
      } else {
        const broken = text[last.start - 2] === '\r' ? 2 : 1
        merged.push({ start: last.start - broken, end: last.end })
      }
    }
    const ending = tail === '' ? [] : [{ span: { start: text.length, end: text.length }, newText: tail }]
    const ordered = [...edits, ...merged.map((span) => ({ span, newText: '' })), ...ending]
      .map((edit, order) => ({ edit, order }))
      .sort(
        (a, b) =>
          a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.order - b.order,
      )
    return oneForEachPlace(
      text,
      ordered.map(({ edit }) => edit),
    )
  }

  return {
    remove: (span) => {
      if (span.end > span.start) removals.push(span)
    },
    replace: (span, newText) => {
      if (text.slice(span.start, span.end) !== newText) edits.push({ span, newText })
    },
    insertLines: (at, lines) => {
      if (lines.length === 0) return
      if (at === text.length && unterminated) tail += lines.map((line) => newline + line).join('')
      else edits.push({ span: { start: at, end: at }, newText: lines.map((line) => line + newline).join('') })
    },
    finish,
  }
}

/** Spans that overlap, or touch where nothing is inserted, as one. */
function mergeSpans(spans: readonly Span[], occupied: ReadonlySet<number>): Span[] {
  const merged: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last === undefined || span.start > last.end || (span.start === last.end && occupied.has(last.end))) {
      merged.push(span)
    } else if (span.end > last.end) merged[merged.length - 1] = { start: last.start, end: span.end }
  }
  return merged
}

/** Changes that touch become one, without the blanks that stay as they are at its ends. */
function oneForEachPlace(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  const result: TextEdit[] = []
  for (const edit of edits) {
    const last = result.at(-1)
    if (last?.span.end !== edit.span.start) {
      result.push(edit)
      continue
    }
    const span = { start: last.span.start, end: edit.span.end }
    result[result.length - 1] = { span, newText: last.newText + edit.newText }
  }
  return result.map((edit) => withoutSameBlanks(text, edit))
}

/** Blanks that are there before and after are not changed, and a line that stays keeps its end, whatever others have. */
function withoutSameBlanks(text: string, { span, newText }: TextEdit): TextEdit {
  let old = text.slice(span.start, span.end)
  let next = newText
  let start = span.start
  while (old !== '' && /^[ \t]/.test(old) && next.startsWith(old.charAt(0))) {
    old = old.slice(1)
    next = next.slice(1)
    start += 1
  }
  for (;;) {
    const end = LAST_BLANK.exec(old)?.[0]
    const there = LAST_BLANK.exec(next)?.[0]
    if (end === undefined || there === undefined) break
    if (/[ \t]/.test(end + there) && end !== there) break
    old = old.slice(0, -end.length)
    next = next.slice(0, -there.length)
  }
  return { span: { start, end: start + old.length }, newText: next }
}

const LAST_BLANK = /(?:\r\n|[ \t\n\r])$/

function withoutLastBreak(lines: string): string {
  return lines.replace(/(?:\r\n?|\n)$/, '')
}
