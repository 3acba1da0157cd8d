import type { Node } from 'yaml'
import { isCollection, isMap, isNode, isScalar, isSeq } from 'yaml'
import { withLineFeeds } from '../topology/line-ends.js'
import type { ParsedTopology } from '../topology/parse.js'
import { textLines } from '../topology/position.js'
import type { TextLines } from '../topology/position.js'
import { hasWords, itemEnd, itemStart, ownLines } from '../topology/yaml-place.js'
import type { Item } from '../topology/yaml-place.js'

/** Lines that can be folded into the first of them; 0-based, the last one included. */
export interface Fold {
  readonly start: number
  readonly end: number
  readonly kind: 'block' | 'comment'
}

/** What can be folded, by the line it begins on; of several that begin on one line, the longest. */
export function foldsOf(parsed: ParsedTopology): Fold[] {
  const text = withLineFeeds(parsed.text)
  const lines = textLines(text)
  const { document, problems } = parsed
  const broken = problems.some(({ code, span }) => code === 'FILE-SYNTAX' && span !== undefined)
  const longest = new Map<number, Fold>()
  const fold = (start: number, end: number, kind: Fold['kind'] = 'block'): void => {
    if (end > start && end > (longest.get(start)?.end ?? start)) longest.set(start, { start, end, kind })
  }
  // In a broken text the library may take half the file for part of one value; the eye goes by indentation.
  const words = new Set<number>()
  if (document === undefined || broken) foldIndented(text, fold)
  else foldNode(document.contents, { text, lines, fold, words })
  foldComments(text, words, fold)
  return [...longest.values()].sort((a, b) => a.start - b.start)
}

interface Folding {
  readonly text: string
  readonly lines: TextLines
  readonly fold: (start: number, end: number) => void
  /** Lines that are inside of a text over several lines: what looks like a comment there is none. */
  readonly words: Set<number>
}

function foldNode(node: unknown, folding: Folding): void {
  if (!isNode(node)) return
  const { lines, fold, text } = folding
  const lineOf = (offset: number) => lines.position(offset).line
  if (isScalar(node)) {
    if (!node.range || node.type === 'PLAIN') return
    const [start, end] = node.range
    const last = lineOf(Math.max(start, end - 1))
    for (let line = lineOf(start) + 1; line <= last; line++) folding.words.add(line)
    return
  }
  if (!isCollection(node)) return
  const flow = node.flow === true
  if (flow && node.range) fold(lineOf(node.range[0]), lastLine(text, node.range[1], lineOf))
  for (const item of itemsOf(node)) {
    const start = lineOf(itemStart(item))
    // Settings that were commented out below an item belong to it.
    const end = flow ? itemEnd(item) : endOfWords(text, ownLines(text, item).end)
    if (flow || start !== lineOf(Math.max(0, end - 1))) fold(start, lastLine(text, end, lineOf))
  }
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      foldNode(key, folding)
      foldNode(value, folding)
    }
  } else if (isSeq(node)) for (const item of node.items) foldNode(item, folding)
}

function itemsOf({ srcToken }: Node): readonly Item[] {
  return srcToken !== undefined && 'items' in srcToken ? srcToken.items.filter(hasWords) : []
}

function endOfWords(text: string, end: number): number {
  let at = end
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at -= 1
  return at
}

/** The last line to hide of what ends at an offset: a closing bracket on a line of its own stays to be seen. */
function lastLine(text: string, end: number, lineOf: (offset: number) => number): number {
  const line = lineOf(Math.max(0, end - 1))
  const before = text.slice(text.lastIndexOf('\n', end - 1) + 1, end)
  return /^\s*[\]}]+$/.test(before) ? line - 1 : line
}

/** Each line with the deeper ones below it; a list may stand in the column of its key. */
function foldIndented(text: string, fold: (start: number, end: number) => void): void {
  const open: { readonly line: number; readonly column: number; readonly dash: boolean }[] = []
  let last = 0
  for (const [line, content] of text.split('\n').entries()) {
    const column = content.search(/[^\s\ufeff]/)
    if (column < 0 || content[column] === '#') continue
    const dash = /^-(\s|$)/.test(content.slice(column))
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.column < column || (top.column === column && dash && !top.dash)) break
      fold(top.line, last)
      open.pop()
    }
    open.push({ line, column, dash })
    last = line
  }
  for (const { line } of open) fold(line, last)
}

/** Two comment lines and more, one directly below the other. */
function foldComments(
  text: string,
  words: ReadonlySet<number>,
  fold: (start: number, end: number, kind: 'comment') => void,
): void {
  let start: number | undefined
  const all = text.split('\n')
  for (const [line, content] of [...all, ''].entries()) {
    const comment = /^[\s\ufeff]*#/.test(content) && !words.has(line)
    if (comment) start ??= line
    else if (start !== undefined) {
      fold(start, line - 1, 'comment')
      start = undefined
    }
  }
}
