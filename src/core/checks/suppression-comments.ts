import { isScalar, visit } from 'yaml'
import type { Node, Scalar } from 'yaml'
import { lineEndOf } from '../topology/line-ends.js'
import type { ParsedTopology } from '../topology/parse.js'
import { textLines } from '../topology/position.js'
import type { Position, Span, TextEdit, TextLines } from '../topology/position.js'

/** A comment of the file that says of some findings that they are meant to be so, and why. */
export interface Suppression {
  readonly codes: readonly NamedCode[]
  /** Undefined: it says none, and so takes nothing back. */
  readonly reason: string | undefined
  /** The comment. */
  readonly span: Span
  /** First and last line it is about, 0-based. Of two comments one has all lines of the other, or none. */
  readonly first: number
  readonly last: number
}

export interface NamedCode {
  readonly code: string
  readonly span: Span
}

/** A comment begins a line or follows white space (YAML 1.2, 6.6). */
const COMMENT = /(?<!\S)#[ \t]*lvs-ignore(-file)?(?![\w-])[ \t]*([^\r\n]*)/g

/** In the order in which what they are about begins; those about the whole file first. */
export function readSuppressions(parsed: ParsedTopology, lines: TextLines): readonly Suppression[] {
  const { text, document } = parsed
  // Most files have none, and pay nothing.
  if (document === undefined || !text.includes('lvs-ignore')) return []
  const isWithinWord = wordsOf(parsed)
  const blockAt = blocksOf(text, lines)
  const found = [...text.matchAll(COMMENT)].flatMap((match): Suppression[] => {
    const start = match.index
    if (isWithinWord(start)) return []
    const [whole, file, said = ''] = match
    const colon = said.indexOf(':')
    const named = colon < 0 ? said : said.slice(0, colon)
    const reason = colon < 0 ? '' : said.slice(colon + 1).trim()
    const from = start + whole.length - said.length
    return [
      {
        codes: [...named.matchAll(/[^\s,]+/g)].map((code) => ({
          code: code[0],
          span: { start: from + code.index, end: from + code.index + code[0].length },
        })),
        // Dots are what the quick fix leaves for a person to write over.
        reason: /[^\s.…]/.test(reason) ? reason : undefined,
        span: { start, end: start + whole.trimEnd().length },
        ...(file === undefined ? blockAt(lines.position(start)) : { first: 0, last: Infinity }),
      },
    ]
  })
  // The sort is stable: comments stand before what they are about, or on its line.
  return found.sort((a, b) => a.first - b.first || b.last - a.last)
}

/** Tells of places in rising order whether they are within values and keys, where a `#` begins no comment. */
function wordsOf({ document, text }: ParsedTopology): (at: number) => boolean {
  const words: Span[] = []
  visit(document ?? null, (_, node) => {
    if (!isScalar(node) || !node.range || !node.source?.includes('#')) return
    words.push({ start: wordStart(node, node.range[0], text), end: node.range[1] })
  })
  words.sort((a, b) => a.start - b.start)
  let next = 0
  return (at) => {
    while ((words[next]?.end ?? Infinity) <= at) next += 1
    return (words[next]?.start ?? Infinity) <= at
  }
}

/** A block scalar begins behind its header, which may end in a comment. */
function wordStart({ type }: Scalar, start: number, text: string): number {
  if (type !== 'BLOCK_LITERAL' && type !== 'BLOCK_FOLDED') return start
  const header = /[\r\n]/g
  header.lastIndex = start
  return header.exec(text)?.index ?? start
}

type Block = Pick<Suppression, 'first' | 'last'>

/** What a comment at a place is about: its line or, where it stands alone, the next, with all that belongs to that. */
function blocksOf(text: string, lines: TextLines): (comment: Position) => Block {
  const last = lines.position(text.length).line
  const depths = Array.from({ length: last + 1 }, (_, line) => depthOf(lines.line(line)))
  const ends = new Array<number>(last + 1)
  /** The line itself, or the next that says something. */
  const saying = new Array<number>(last + 1)
  // From below, so that each line is looked at once: `below` has the lines that end a block, the deepest last.
  const below: number[] = []
  let next = last
  let end = last
  for (let line = last; line >= 0; line -= 1) {
    const depth = depths[line]
    if (depth !== undefined) {
      while (below.length > 0 && (depths[below.at(-1) ?? 0] ?? 0) > depth) below.pop()
      end = (below.at(-1) ?? last + 1) - 1
      below.push(line)
      next = line
    }
    saying[line] = next
    ends[line] = end
  }
  return ({ line, character }) => {
    const alone = lines.line(line).slice(0, character).trim() === ''
    const first = alone ? (saying[Math.min(line + 1, last)] ?? last) : line
    return { first, last: Math.max(first, ends[first] ?? first) }
  }
}

/**
 * How deep a line stands: whatever is deeper belongs to it. An item of a list need not be indented below its key, and
 * so is half a step deeper. Undefined where there is nothing but a comment.
 */
function depthOf(line: string): number | undefined {
  const indent = indentOf(line)
  const content = line.slice(indent.length).trimStart()
  if (content === '' || content.startsWith('#')) return undefined
  return indent.length + (/^-(\s|$)/.test(content) ? 0.5 : 0)
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/**
 * A comment on a line of its own before the one something begins on, with dots where the reason is to be written.
 * Empty where none can stand.
 */
export function suppressionOf(
  parsed: ParsedTopology,
  code: string,
  { start: of }: Span,
): readonly TextEdit[] {
  const { text } = parsed
  const lines = textLines(text)
  const { line } = lines.position(of)
  const content = lines.line(line)
  const start = lines.offset({ line, character: content.startsWith('\ufeff') ? 1 : 0 })
  if (isWithinValue(parsed, start)) return []
  const newText = `${indentOf(content)}# lvs-ignore ${code}: …${lineEndOf(text)}`
  return [{ span: { start, end: start }, newText }]
}

/** Whether a place is in the middle of a value of several lines, where a comment would be part of it. */
function isWithinValue({ document }: ParsedTopology, at: number): boolean {
  let within = false
  const around = ({ range }: Node) => range && range[0] < at && at < range[1]
  visit(document ?? null, {
    Scalar: (_, node) => {
      if (around(node)) within = true
    },
    Collection: (_, node) => (around(node) ? undefined : visit.SKIP),
  })
  return within
}
